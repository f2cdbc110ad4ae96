"""A shop of its own for the widget: another origin than Aspa's, two pages, and the strictest rules a shop may set."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = """<!doctype html>
<html lang="{language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title} · Villa</title>
  <link rel="icon" href="data:,">
  <script type="module" src="{aspa}/widget/aspa.js" data-inbox="{inbox}"></script>
</head>
<body>
  <header><nav aria-label="Villa"><a href="/?lang={language}">Villa</a> <a href="/sukat?lang={language}">Sukat</a></nav></header>
  <main><h1>{title}</h1><p>Lämmintä päälle.</p>{more}</main>
  <footer>Villa Oy</footer>
</body>
</html>
"""

TITLES = {"/": "Villasukat ja neuleet", "/sukat": "Harmaat sukat", "/neule": "Neule Saaristo"}
# A product page keeps a place of the block's height; as a cell, since this shop allows no styles.
REVIEWS = """
  <p><span data-aspa-rating="NS">&nbsp;</span></p>
  <table role="presentation" width="100%"><tr><td height="420">
    <script type="module" src="{aspa}/help/villa/reviews/block.js" data-sku="NS"></script>
  </td></tr></table>
"""


@dataclass(frozen=True)
class Shop:
    """`url`: the front page in English; the language is the page's own."""

    origin: str
    aspa: str
    inbox: str

    @property
    def url(self) -> str:
        return self.page("/")

    def page(self, path: str, language: str = "en") -> str:
        return f"{self.origin}{path}?lang={language}"

    @property
    def policy(self) -> str:
        socket = self.aspa.replace("http", "ws", 1)
        return (
            f"default-src 'none'; script-src {self.aspa}; connect-src {self.aspa} {socket}; "
            f"img-src {self.aspa} blob: data:; style-src 'none'; base-uri 'none'; form-action 'none'"
        )


@contextlib.contextmanager
def shop(aspa: str, inbox: str) -> Iterator[Shop]:
    """Serve the shop for the chat at `aspa` until the block ends."""

    class Pages(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            title = TITLES.get(asked.path)
            language = parse_qs(asked.query).get("lang", ["en"])[0]
            more = REVIEWS.format(aspa=aspa) if asked.path == "/neule" else ""
            whole = PAGE.format(language=language, title=title, aspa=aspa, inbox=inbox, more=more)
            body = whole.encode() if title else b""
            self.send_response(200 if title else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", opened.policy)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_given: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        # localhost and not 127.0.0.1: to the browser this is another site than Aspa's.
        opened = Shop(f"http://localhost:{server.server_address[1]}", aspa, inbox)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield opened
        server.shutdown()
