"""Help before a message: articles that fit what is being written, one of them to read, and what came of it.

What is asked travels in bodies, never in addresses, which are logged. None of it is kept with the visitor.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from aspa.channels.webchat import visitors
from aspa.core.people.models import Contact
from aspa.kit.text import clean
from aspa.service.deflection import attempts, finding, reading
from aspa.service.deflection.models import Where
from aspa.service.knowledge import feedback, lending, published
from aspa.service.search import content
from aspa.service.search.content import Reader
from aspa.service.segments import segments
from aspa.web.live.http import HttpError

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.service.knowledge.models import Version
    from aspa.service.search.content import Hit
    from aspa.web.live.database import Threads
    from aspa.web.live.visitor.app import Request, VisitorApp

SHOWN = 3
SOUGHT = 6
# So much of an article is shown under its name.
SNIPPET = 160
KEPT = 30.0


class HasHelp:
    """Whether a brand has anything to read for everybody; every page view of every shop asks."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._known: dict[int, tuple[float, bool]] = {}

    async def of(self, brand: Brand) -> bool:
        known = self._known.get(brand.pk)
        if known is None or known[0] < time.monotonic():
            known = time.monotonic() + KEPT, await self._threads.read(_has_help, brand)
            self._known[brand.pk] = known
        return known[1]


def _has_help(brand: Brand) -> bool:
    return published.articles(brand, Reader()).exists()


async def suggest(app: VisitorApp, request: Request) -> None:
    """What may answer the message that is being written: at most three, or none."""
    body = await _body(app, request, begins=True)
    text = _text(body, "text", 4000)
    await request.answer(200, await app.threads.read(_suggest, request, text, body))


def _suggest(request: Request, text: str, body: dict[str, Any]) -> dict[str, Any]:
    brand, language = request.inbox.brand, request.language
    hits = finding.fitting(brand, text, reader=reader_of(request), language=language, most=SHOWN)
    return _listed(request, hits, body)


async def search(app: VisitorApp, request: Request) -> None:
    """What somebody looks for in so many words; `finished` when they have stopped typing."""
    body = await _body(app, request, begins=True)
    text = _text(body, "text", 300)
    await request.answer(200, await app.threads.read(_search, request, text, body))


def _search(request: Request, text: str, body: dict[str, Any]) -> dict[str, Any]:
    brand, language = request.inbox.brand, request.language
    hits = finding.sought(brand, text, reader=reader_of(request), language=language, most=SOUGHT)
    if body.get("finished") is True and text:
        content.asked(brand.pk, text, where="widget", found=len(hits))
    return _listed(request, hits, body)


def _listed(request: Request, hits: list[Hit], body: dict[str, Any]) -> dict[str, Any]:
    shown = [finding.shown(hit) for hit in hits]
    followed = body.get("followed") is True
    key = attempts.show(request.inbox.brand, shown, where=Where.WIDGET, key=_key(body), is_followed=followed)
    listed = [{"title": hit.title, "url": hit.url, "kind": hit.kind, "passage": _passage(hit)} for hit in hits]
    return {"attempt": key, "articles": listed}


def _passage(hit: Hit) -> str:
    passage = " ".join(hit.passage.split())
    return passage if len(passage) <= SNIPPET else passage[:SNIPPET].rsplit(" ", 1)[0] + "…"


async def article(app: VisitorApp, request: Request) -> None:
    """One article to read, as text that may stand in the shop's page; 404 for what this reader may not see."""
    body = await _body(app, request)
    found = await app.threads.read(_read, request, _text(body, "url", 500), _key(body))
    await request.answer(200, found)


def _read(request: Request, url: str, key: str) -> dict[str, Any]:
    version = _version(request, url)
    attempts.open_(request.inbox.brand, finding.shown(version), key=key)
    return {
        "title": version.title,
        "html": reading.inside(lending.readable(version)),
        "url": reading.address(version.url()),
        "language": version.language,
    }


async def said(app: VisitorApp, request: Request) -> None:
    """Whether the article helped, as they say."""
    body = await _body(app, request)
    if not isinstance(body.get("helped"), bool):
        raise HttpError(400, "bad_answer", "The answer is true or false.")
    await app.threads.read(_said, request, _text(body, "url", 500), _key(body), body["helped"])
    await request.answer(200, {})


def _said(request: Request, url: str, key: str, helped: bool) -> None:
    version = _version(request, url)
    if attempts.say(request.inbox.brand, finding.shown(version), key=key, helped=helped):
        feedback.vote(version, attempts.voter(key), helped=helped)


async def went_on(app: VisitorApp, request: Request) -> None:
    """They have written to us after all."""
    body = await _body(app, request)
    await app.threads.read(_went_on, request, _key(body), _text(body, "asked", 300))
    await request.answer(200, {})


def _went_on(request: Request, key: str, asked: str) -> None:
    attempts.go_on(request.inbox.brand, key=key)
    if asked and finding.is_short_question(asked):
        content.asked(request.inbox.brand_id, asked, where="widget", found=0)


def reader_of(request: Request) -> Reader:
    """Nobody in particular, unless the shop has signed them in: a browser's token proves nothing of who reads."""
    if request.signed_in is None:
        return Reader()
    contact_id = visitors.contact_id_of(request.inbox, request.visitor, request.signed_in)
    contact = Contact.objects.filter(pk=contact_id).first() if contact_id is not None else None
    if contact is None:
        # Signed in at the shop all the same; no contact has this number.
        return Reader(contact_id=0)
    theirs = segments.of(contact).filter(brand=request.inbox.brand_id).values_list("pk", flat=True)
    return Reader(contact_id=contact.pk, segments=frozenset(theirs))


def _version(request: Request, url: str) -> Version:
    found = finding.at(request.inbox.brand, reader_of(request), url)
    if found is None:
        raise HttpError(404, "no_article", "There is no such article.")
    return found


async def _body(app: VisitorApp, request: Request, *, begins: bool = False) -> dict[str, Any]:
    body = await request.json()
    app.limits.helping(request.visitor, request.address, is_new=begins and not body.get("attempt"))
    return body


def _text(body: dict[str, Any], name: str, most: int) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise HttpError(400, "bad_value", "A text was expected.")
    return clean(value[: most * 2])[:most]


def _key(body: dict[str, Any]) -> str:
    return _text(body, "attempt", 16)
