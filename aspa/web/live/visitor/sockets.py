"""A visitor's WebSocket: hello, then events; typing and reading marks the other way."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from aspa.channels.webchat import visitors
from aspa.core.conversations import reading
from aspa.core.conversations.events import Cursor, head
from aspa.core.inboxes.channel import Sender
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Contact
from aspa.kit.bus import bus
from aspa.kit.ids import new_token
from aspa.web.live.http import HttpError, Receive, Scope, Send
from aspa.web.live.socket import POLICY, Closed, Socket
from aspa.web.live.visitor import snapshot
from aspa.web.live.visitor.client import VisitorClient

if TYPE_CHECKING:
    from aspa.web.live.visitor.app import VisitorApp

HELLO_WITHIN = 15.0
# Frames a second from one widget beyond which it isn't a widget.
FRAMES, WINDOW = 60, 10.0
TYPING_EVERY = 2.0


async def serve(app: VisitorApp, scope: Scope, receive: Receive, send: Send, inbox: Inbox) -> None:
    socket = Socket(receive, send)
    await socket.accept()
    client: VisitorClient | None = None
    try:
        async with asyncio.timeout(HELLO_WITHIN):
            client = await _hello(app, socket, inbox)
        if client is not None:
            await _listen(app, client)
    except Closed:
        pass
    except TimeoutError:
        socket.close_soon(POLICY)
    finally:
        socket.closing = True
        if client is not None:
            app.hub.leave_visitor(client)
            client.leave_page()


async def _hello(app: VisitorApp, socket: Socket, inbox: Inbox) -> VisitorClient | None:
    try:
        frame = await socket.receive()
        if frame["type"] != "hello":
            raise ValueError("Say hello first.")
        language = inbox.brand.spoken(frame.get("language"))
        with override(language):
            token, visitor, signed_in = _who(app, inbox, frame)
    except ValueError as error:
        await _refuse(socket, "bad_frame", str(error))
        return None
    except HttpError as error:
        await _refuse(socket, error.code, str(error.text))
        return None
    client = VisitorClient(socket, app.hub, inbox, visitor=visitor, signed_in=signed_in, language=language)
    known = bool(frame.get("token")) or signed_in is not None
    if known:
        client.contact_id = await app.threads.read(visitors.contact_id_of, inbox, visitor, signed_in)
    try:
        await app.hub.join_visitor(client)
        await _welcome(app, client, token, _cursor(frame.get("after")))
        await client.turn_to(frame.get("page"))
    except BaseException:
        # Nobody else knows the client yet: the hub would keep it for ever.
        app.hub.leave_visitor(client)
        raise
    return client


def _who(app: VisitorApp, inbox: Inbox, frame: dict[str, Any]) -> tuple[str, str, Sender | None]:
    token = frame.get("token") or new_token()
    if not isinstance(token, str):
        raise ValueError("A token is text.")
    identity = frame.get("identity")
    signed_in = app.identify(inbox, identity) if isinstance(identity, str) and identity else None
    return token, visitors.visitor_of(token), signed_in


def _cursor(text: Any) -> Cursor | None:
    try:
        return Cursor.parse(text) if isinstance(text, str) and text else None
    except ValueError:
        return None


async def _welcome(app: VisitorApp, client: VisitorClient, token: str, after: Cursor | None) -> None:
    told = await app.hub.board.of(client.inbox)
    now = await app.threads.read(head)
    start = {"type": "welcome", "token": token, **client.welcomed(told)}
    if after is not None and after <= now and client.contact_id is not None:
        client.socket.push_json({**start, "cursor": str(after), "resumed": True})
        await client.catch_up(after)
    elif client.contact_id is None:
        client.socket.push_json({**start, "cursor": str(now), "conversation": None, "messages": [], "more": False})
        client.go_live()
    else:
        await client.look_elsewhere()
        state = await app.threads.read(
            snapshot.take, client.inbox, client.visitor, client.signed_in, language=client.language
        )
        state.pop("contact_id")
        client.socket.push_json({**start, **state})
        client.go_live()
    client.present(await app.hub.board.of(client.inbox))


async def _refuse(socket: Socket, code: str, text: str) -> None:
    socket.push_json({"type": "error", "code": code, "text": text})
    # Let the frame out before the close.
    await asyncio.sleep(0)
    await socket.close(POLICY)


async def _listen(app: VisitorApp, client: VisitorClient) -> None:
    since, count, typed = time.monotonic(), 0, 0.0
    while True:
        try:
            frame = await client.socket.receive()
        except ValueError as error:
            await _refuse(client.socket, "bad_frame", str(error))
            return
        now = time.monotonic()
        if now - since > WINDOW:
            since, count = now, 0
        count += 1
        if count > FRAMES:
            await _refuse(client.socket, "too_fast", "That was too much at once.")
            return
        match frame["type"]:
            case "ping":
                client.socket.push('{"type":"pong"}')
                await client.beat(frame.get("page"))
            case "page":
                await client.turn_to(frame.get("page"))
            case "typing" if now - typed > TYPING_EVERY:
                typed = now
                await _types(app, client)
            case "read":
                await _reads(app, client, frame.get("message_id"))
            case _:
                # Newer widgets may say more than we know.
                pass


async def _types(app: VisitorApp, client: VisitorClient) -> None:
    if client.contact_id is None:
        return
    typing = await app.threads.read(_typing, client)
    if typing is not None:
        await bus.apublish("typing", typing)


def _typing(client: VisitorClient) -> dict[str, Any] | None:
    conversation = visitors.conversation_of(client.inbox, client.contact_id)
    if conversation is None:
        return None
    who = Contact.objects.get(pk=conversation.contact_id).display_name
    # The conversation's inbox, which a merge can have made another one than the widget's: it says who may know.
    return {"conversation": conversation.pk, "inbox": conversation.inbox_id, "side": "contact", "who": who}


async def _reads(app: VisitorApp, client: VisitorClient, up_to: Any) -> None:
    if client.contact_id is None or not isinstance(up_to, int) or isinstance(up_to, bool) or not 0 < up_to < 2**62:
        return
    conversation = await app.threads.read(visitors.conversation_of, client.inbox, client.contact_id)
    if conversation is not None:
        await app.threads.read(reading.contact_reads, conversation, up_to=up_to)
