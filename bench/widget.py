"""What the widget costs a shop's page in a real Chromium, before and after the chat is opened."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bench.report import Figure, Missed, Promise
from bench.run import Run
from bench.server import aspa, place, prepared
from testing.browser import ARGUMENTS, chromium

# Long enough for everything that loads by itself.
SETTLING_MS = 2500
BEFORE_KB, AFTER_KB = 12, 30
BEFORE_REQUESTS, AFTER_REQUESTS = 2, 4

PAGE = """<!doctype html>
<html lang="fi">
  <head><meta charset="utf-8"><title>Kauppa</title><link rel="icon" href="data:,">
    <script type="module" src="{server}/widget/aspa.js" data-inbox="{inbox}"></script>
  </head>
  <body><h1>Kauppa</h1>{products}</body>
</html>"""
SHIFTS = """
  window.shifted = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shifted += entry.value; })
    .observe({type: "layout-shift", buffered: true});
"""


class Traffic:
    """Counts a page's requests to one server, and the bytes that came back: heads, bodies as sent, socket messages."""

    def __init__(self, session: Any, server: str) -> None:
        self._server = server.removeprefix("http")
        self._ours: set[str] = set()
        self.requests: list[str] = []
        self.bytes = 0
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", lambda event: self._sent(event["requestId"], event["request"]["url"]))
        session.on("Network.webSocketCreated", lambda event: self._sent(event["requestId"], event["url"]))
        session.on("Network.loadingFinished", lambda event: self._came(event, event["encodedDataLength"]))
        session.on(
            "Network.webSocketFrameReceived",
            lambda event: self._came(event, len(event["response"]["payloadData"].encode())),
        )

    def _sent(self, number: str, url: str) -> None:
        if url.startswith((f"http{self._server}/", f"ws{self._server}/")):
            self._ours.add(number)
            self.requests.append(url)

    def _came(self, event: dict[str, Any], size: float) -> None:
        if event["requestId"] in self._ours:
            self.bytes += int(size)


def measure(run: Run) -> list[Figure]:
    from playwright.sync_api import sync_playwright

    executable, environment = chromium()
    with place("SQLite") as at:
        seed = prepared(at)
        with aspa(at) as server, sync_playwright() as playwright:
            address = f"http://127.0.0.1:{server.port}"
            browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS, env=dict(environment))
            page = browser.new_page(locale="fi-FI")
            page.add_init_script(SHIFTS)
            traffic = Traffic(page.context.new_cdp_session(page), address)
            with shop(address, seed.public_id) as shop_address:
                page.goto(shop_address)
                page.locator("button.launcher").wait_for()
                page.wait_for_timeout(SETTLING_MS)
                before = (traffic.bytes, len(traffic.requests))
                page.locator("button.launcher").click()
                page.locator("textarea").wait_for()
                page.wait_for_timeout(SETTLING_MS)
            after = (traffic.bytes, len(traffic.requests))
            shifted = float(page.evaluate("window.shifted"))
            browser.close()
    if not before[1]:
        raise Missed("The page asked the server for nothing.")
    return [
        Figure("widget before opening, transferred", before[0] / 1000, "kB", Promise(at_most=BEFORE_KB)),
        Figure("widget before opening, requests", before[1], "", Promise(at_most=BEFORE_REQUESTS)),
        Figure("widget after opening, transferred in all", after[0] / 1000, "kB", Promise(at_most=AFTER_KB)),
        Figure("widget after opening, requests in all", after[1], "", Promise(at_most=AFTER_REQUESTS)),
        Figure("layout shift caused by the widget", shifted, "", Promise(at_most=0)),
    ]


@contextlib.contextmanager
def shop(server: str, inbox: str) -> Iterator[str]:
    """A shop's page on another origin that carries the widget."""
    products = "".join(f"<article><h2>Tuote {n}</h2><p>Villainen ja lämmin.</p></article>" for n in range(30))
    content = PAGE.format(server=server, inbox=inbox, products=products).encode()

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}/"
        serving.shutdown()
