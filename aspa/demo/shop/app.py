"""The demo's web shop: a site of its own on an origin of its own, as a customer's shop would be.

It knows Aspa only as every shop does: by one script line, and by the frame of the contact form. Its
Content-Security-Policy is strict, to show that both work under one.
"""

from __future__ import annotations

import dataclasses
import mimetypes
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import jwt
from django.template import Context, Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from aspa.demo.customers import MAIJA, MAIJA_SHOP_ID
from aspa.demo.shop.goods import LANGUAGES, SHOPS, VILLA, WORDS, Product, Shop
from aspa.service.knowledge.videos import EMBED_ORIGINS

HERE = Path(__file__).parent
COOKIE = "signed_in_customer"
# The widget asks again with every page, so a signed identity may be short-lived.
IDENTITY_SECONDS = 3600


@dataclasses.dataclass(frozen=True, slots=True)
class Chat:
    """What a shop is given: the inbox in the script line, the secret that signs its customers in, its contact form.

    `form` is the form's public id, empty for a shop without one.
    """

    inbox: str
    brand: str
    identity_secret: str
    form: str = ""


class ShopWindow:
    """Both shops. `chats` are by the shop's key; `aspa` is Aspa's address."""

    def __init__(self, aspa: str, chats: dict[str, Chat]) -> None:
        self._aspa, self._chats = aspa, chats
        self._engine = Engine(dirs=[str(HERE / "templates")])
        self._headers = {
            "Content-Security-Policy": policy(aspa),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "Cache-Control": "no-store",
        }
        self.app = Starlette(
            routes=[
                Route("/static/{path:path}", static),
                Route("/sign-in", sign_in, methods=["POST"]),
                Route("/favicon.ico", lambda request: Response(status_code=204)),
                Route("/{path:path}", self.page),
            ]
        )

    def page(self, request: Request) -> Response:
        shop, language, parts = place(request.path_params["path"])
        signed_in = request.cookies.get(COOKIE) == "1"
        name, extra = content(shop, parts)
        start = beginning(shop, language)
        identity = signed_identity(self._chats[shop.key]) if signed_in else ""
        context = {
            "shop": shop,
            "language": language,
            "words": {key: text[language] for key, text in WORDS.items()},
            "start": start,
            "here": request.url.path,
            "page": name,
            "languages": [
                {"code": code, "name": title, "path": f"{beginning(shop, code)}/{'/'.join(parts)}"}
                for code, title in LANGUAGES.items()
            ],
            "promise": shop.promise[language],
            "welcome": shop.welcome[language],
            "goods_title": shop.goods_title[language],
            "products": [said(product, language, start) for product in shop.products],
            "product": said(extra, language, start) if extra else None,
            "told": told(shop, extra, language, start),
            "aspa": self._aspa,
            "chat": self._chats[shop.key],
            "signed_in": signed_in,
            "identity": identity,
            "help": help_site(self._aspa, self._chats[shop.key], language, identity),
            "other": next(other for other in SHOPS if other is not shop),
        }
        body = self._engine.get_template(f"{name}.html").render(Context(context))
        return HTMLResponse(body, status_code=404 if name == "not_found" else 200, headers=self._headers)


def policy(aspa: str) -> str:
    """All that a shop must allow is Aspa's own address (and for the chat, pictures being chosen: blob and data), and for
    videos of other hosts that are watched in the chat those hosts."""
    socket, videos = aspa.replace("http", "ws", 1), " ".join(EMBED_ORIGINS)
    return (
        f"default-src 'none'; script-src 'self' {aspa}; connect-src {aspa} {socket}; img-src 'self' {aspa} data: blob:;"
        f" media-src {aspa}; frame-src {aspa} {videos}; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def place(path: str) -> tuple[Shop, str, list[str]]:
    """Which shop, in which language, and what is asked of it: "kaisla/sv/cart" is (Kaisla, "sv", ["cart"])."""
    parts = [part for part in path.split("/") if part]
    shop = next((s for s in SHOPS if parts and s.path == f"/{parts[0]}"), VILLA)
    parts = parts[1:] if shop is not VILLA else parts
    if parts and parts[0] in LANGUAGES and parts[0] != "fi":
        return shop, parts[0], parts[1:]
    return shop, "fi", parts


def beginning(shop: Shop, language: str) -> str:
    """How the addresses of a shop's pages in a language begin."""
    return shop.path + ("" if language == "fi" else f"/{language}")


def content(shop: Shop, parts: list[str]) -> tuple[str, Product | None]:
    """The page's template, and the product that it shows."""
    if not parts:
        return "home", None
    if len(parts) == 1 and parts[0] in ("goods", "cart", "contact"):
        return parts[0], None
    if len(parts) == 2 and parts[0] == "goods":
        product = next((product for product in shop.products if product.slug == parts[1]), None)
        if product:
            return "product", product
    return "not_found", None


def said(product: Product, language: str, start: str) -> dict[str, object]:
    return {
        "slug": product.slug,
        "path": f"{start}/goods/{product.slug}",
        "name": product.name[language],
        "line": product.line[language],
        "about": product.about[language],
        "cents": product.price,
        "price": product.price_text,
    }


def told(shop: Shop, product: Product | None, language: str, start: str) -> dict[str, object]:
    """What the page's script may tell Aspa: the product it shows, and the goods by which it names what is in the cart."""
    goods = {
        one.slug: {
            "id": one.slug,
            "name": one.name[language],
            "price": one.price / 100,
            "path": f"{start}/goods/{one.slug}",
        }
        for one in shop.products
    }
    shown = {"product": {"id": product.slug, "name": product.name[language]}} if product else {}
    return {"page": shown, "goods": goods, "cart": f"{start}/cart"}


def help_site(aspa: str, chat: Chat, language: str, identity: str) -> str:
    """The brand's help site; who is signed in here is signed in there."""
    home = f"/help/{chat.brand}/{language}/"
    return f"{aspa}{home}sign-in/shop/?{urlencode({'identity': identity, 'next': home})}" if identity else aspa + home


def signed_identity(chat: Chat) -> str:
    """The shop's signed word that the visitor is its customer Maija."""
    claims = {
        "sub": MAIJA_SHOP_ID,
        "name": MAIJA,
        "email": "maija.koskinen@example.fi",
        "aud": chat.brand,
        "exp": int(time.time()) + IDENTITY_SECONDS,
    }
    return jwt.encode(claims, chat.identity_secret, algorithm="HS256")


async def sign_in(request: Request) -> Response:
    """Sign the demo customer in, or out again, and go back to the page."""
    came_from = urlsplit(request.headers.get("referer", "")).path or "/"
    # Only our own pages: "//elsewhere" would lead away.
    response = RedirectResponse("/" + came_from.lstrip("/"), status_code=303)
    if request.cookies.get(COOKIE) == "1":
        response.delete_cookie(COOKIE)
    else:
        response.set_cookie(COOKIE, "1", httponly=True, samesite="lax")
    return response


async def static(request: Request) -> Response:
    folder = HERE / "static"
    file = (folder / request.path_params["path"]).resolve()
    if not file.is_relative_to(folder) or not file.is_file():
        return PlainTextResponse("Not found", status_code=404)
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "max-age=60"}
    return Response(file.read_bytes(), media_type=kind, headers=headers)
