"""What a widget GETs: its configuration, events where sockets are blocked, older messages."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from aspa.channels.webchat import visitors
from aspa.channels.webchat.channel import FILES_LIMIT, TEXT_LIMIT
from aspa.core.conversations.events import Cursor, head
from aspa.kit.files import ALLOWED
from aspa.kit.ids import row_id
from aspa.web.live import http
from aspa.web.live.frames import visitor_event
from aspa.web.live.happenings import read
from aspa.web.live.http import HttpError
from aspa.web.live.socket import Socket
from aspa.web.live.visitor import snapshot
from aspa.web.live.visitor.client import VisitorClient
from aspa.web.widget.words import PARTS, words

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox
    from aspa.web.live.visitor.app import Request, VisitorApp

LONGEST_WAIT = 25.0


async def config(app: VisitorApp, request: Request) -> None:
    """All that the widget shows before the first message; the words are in the page's language."""
    inbox, brand = request.inbox, request.inbox.brand
    told = await app.hub.board.of(inbox)
    value = {
        "brand": {
            "name": brand.name,
            "colour": brand.colour,
            "initial": brand.initial,
            "logo": settings.ASPA_URL + brand.logo.url if brand.logo else "",
        },
        "language": request.language,
        **told.value,
        "headline": inbox.settings.get("headline") or words(request.language)["headline"],
        "prechat": prechat(inbox),
        "limits": {
            "text": TEXT_LIMIT,
            "file": settings.ASPA_UPLOAD_BYTES,
            "files": FILES_LIMIT,
            "types": sorted(ALLOWED),
        },
        "words": words(request.language),
        "languages": ["fi", "sv", "en"],
    }
    if await app.has_help.of(brand):
        value["help"] = True
    if told.greetings:
        value["bot"] = told.greetings[request.language]
    content, headers = http.encode(value), request.cors
    if "gzip" in http.header(request.scope, b"accept-encoding"):
        # Every page view of every shop fetches this: a third of the bytes.
        content, headers = gzip.compress(content, 6), [*headers, (b"content-encoding", b"gzip")]
    # Not kept by anybody: it says who is present just now.
    await http.answer_bytes(request.send, 200, content, b"application/json", headers)


async def part_words(app: VisitorApp, request: Request) -> None:
    """The words of a part of the widget that is loaded when it is needed."""
    part = request.query.get("of", "")
    if part not in PARTS:
        raise HttpError(404, "not_found", "There is no such part.")
    await request.answer(200, words(request.language, part))


def prechat(inbox: Inbox) -> list[dict[str, Any]]:
    """What the admin wants asked before the chat begins."""
    chosen = inbox.settings
    asked: list[dict[str, Any]] = []
    for name, label, kind in (("name", _("Your name"), "text"), ("email", _("Your e-mail"), "email")):
        wish = chosen.get(f"ask_{name}")
        if wish:
            asked.append({"name": name, "label": label, "type": kind, "required": wish == "required", "options": []})
    if chosen.get("question"):
        options = [line.strip() for line in chosen.get("choices", "").splitlines() if line.strip()]
        kind = "choice" if options else "text"
        asked.append(
            {"name": "question", "label": chosen["question"], "type": kind, "required": True, "options": options}
        )
    return asked


async def history(app: VisitorApp, request: Request) -> None:
    """Older messages of the visitor's own conversation."""
    before = row_id(request.query.get("before", ""))
    if before is None:
        raise HttpError(400, "bad_id", "Name the message before which to read.")
    messages, more = await app.threads.read(_history, request, before)
    await request.answer(200, {"messages": messages, "more": more})


def _history(request: Request, before: int) -> tuple[list[dict[str, Any]], bool]:
    if not request.visitor:
        return [], False
    contact_id = visitors.contact_id_of(request.inbox, request.visitor, request.signed_in)
    conversation = visitors.conversation_of(request.inbox, contact_id)
    return snapshot.page(request.inbox, conversation, language=request.language, before=before)


async def events_after(app: VisitorApp, request: Request) -> None:
    """The socket's events by GET: those after a cursor, waiting for them a while; without one the whole state."""
    after = request.query.get("after", "")
    try:
        cursor = Cursor.parse(after) if after else None
    except ValueError as error:
        raise HttpError(400, "bad_cursor", str(error)) from error
    if cursor is None or cursor > await app.threads.read(head):
        # New here, or from another life of the database.
        state = await app.threads.read(
            snapshot.take, request.inbox, request.visitor, request.signed_in, language=request.language
        )
        told = await app.hub.board.of(request.inbox)
        place = told.places.get(state.pop("contact_id"))
        return await request.answer(
            200, {"type": "welcome", "token": request.token, **told.value, "place": place, **state}
        )
    wait = request.query.get("wait", "0")
    seconds = min(LONGEST_WAIT, float(wait)) if wait.isascii() and wait.isdigit() else 0.0
    if seconds and request.visitor:
        found = await _events_soon(app, request, cursor, seconds)
    else:
        found = await app.threads.read(_events, request, cursor)
    told = await app.hub.board.of(request.inbox)
    place = told.places.get(found.pop("contact_id"))
    # Not in the journal: told anew each time.
    found["now"] = [{"type": "presence", **told.value}, {"type": "place", "place": place}]
    await request.answer(200, found)


def _events(request: Request, after: Cursor) -> dict[str, Any]:
    contact_id = visitors.contact_id_of(request.inbox, request.visitor, request.signed_in) if request.visitor else None
    if contact_id is None:
        return {"cursor": str(after), "events": [], "contact_id": None}
    elsewhere = visitors.merged_elsewhere(request.inbox, contact_id)
    past = read(after, {}, snapshot.conversation_ids(request.inbox, contact_id, elsewhere))
    events = [event for event in (visitor_event(item, request.inbox) for item in past.happenings) if event is not None]
    return {"cursor": str(past.until), "events": events, "contact_id": contact_id}


async def _events_soon(app: VisitorApp, request: Request, after: Cursor, seconds: float) -> dict[str, Any]:
    """The events after the cursor; without any, wait until the hub has a frame for this visitor, at most so long."""
    happened = asyncio.Event()
    listener = _Listener(happened)
    client = VisitorClient(
        listener, app.hub, request.inbox,
        visitor=request.visitor, signed_in=request.signed_in, language=request.language,
    )  # fmt: skip
    client.contact_id = await app.threads.read(
        visitors.contact_id_of, request.inbox, request.visitor, request.signed_in
    )
    try:
        # First listen, then look: what commits between a look and the listening would be told only at the end.
        await app.hub.join_visitor(client)
        await client.look_elsewhere()
        client.go_live()
        found = await app.threads.read(_events, request, after)
        if found["events"]:
            return found
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(happened.wait(), seconds)
        return await app.threads.read(_events, request, after)
    finally:
        listener.closing = True
        app.hub.leave_visitor(client)


class _Listener(Socket):
    """Stands where a socket would and only notes that a frame came."""

    __slots__ = ("_happened",)

    def __init__(self, happened: asyncio.Event) -> None:
        self._happened = happened
        self.closing = False

    def push(self, frame: str) -> None:
        if json.loads(frame)["type"] == "event":
            self._happened.set()

    def close_soon(self, code: int) -> None:
        self.closing = True
        self._happened.set()
