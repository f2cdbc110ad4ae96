"""The desk's stream: a resumable WebSocket for signed-in agents, and the same events by GET."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404

from aspa.core.conversations import access, events
from aspa.core.conversations.models import Conversation
from aspa.core.people.models import Agent
from aspa.kit.bus import bus
from aspa.service.routing import states
from aspa.service.routing.present import PREFIX, merged
from aspa.web.live import frames, http, presence
from aspa.web.live.database import Threads
from aspa.web.live.desk.client import DeskClient
from aspa.web.live.desk.sessions import session_key, signed_in
from aspa.web.live.happenings import read
from aspa.web.live.http import HttpError, Receive, Scope, Send
from aspa.web.live.hub import Hub
from aspa.web.live.socket import SIGNED_OUT, Closed, Socket, refuse

logger = logging.getLogger(__name__)

# How often an open socket makes sure that its session still lives and its rights are the same.
CHECK_EVERY = 60.0


class DeskApp:
    def __init__(self, threads: Threads, hub: Hub) -> None:
        self._threads, self._hub = threads, hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and scope["path"] == "/live/desk":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == "/live/desk/events" and scope["method"] == "GET":
            await self._get(scope, send)
        elif scope["type"] == "websocket":
            await refuse(receive, send)
        else:
            await http.answer_error(send, HttpError(404, "not_found", "No such page."))

    async def _get(self, scope: Scope, send: Send) -> None:
        try:
            agent = await self._threads.read(signed_in, session_key(scope))
            if agent is None:
                raise HttpError(401, "signed_out", "Sign in first.")
            query = parse_qs(scope["query_string"].decode("latin-1"))
            after = _cursor(query.get("after", [""])[0])
        except HttpError as error:
            return await http.answer_error(send, error)
        value = await self._threads.read(_events_after, agent, after)
        await http.answer(send, 200, value)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _same_origin(scope):
            return await refuse(receive, send)
        key = session_key(scope)
        agent = await self._threads.read(signed_in, key)
        socket = Socket(receive, send)
        await socket.accept()
        if agent is None:
            return await socket.close(SIGNED_OUT)
        client = await self._threads.read(DeskClient, socket, self._hub, agent, key)
        checking = asyncio.create_task(self._keep_checking(client))
        try:
            await self._listen(client)
        except Closed:
            pass
        finally:
            checking.cancel()
            socket.closing = True
            await client.leave()

    async def _listen(self, client: DeskClient) -> None:
        while True:
            try:
                frame = await client.socket.receive()
                await self._take(client, frame)
            except ValueError as error:
                client.socket.push_json({"type": "error", "code": "bad_frame", "text": str(error)})

    async def _take(self, client: DeskClient, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "hello":
                await self._hello(client, frame.get("after"))
            case "ping":
                client.socket.push('{"type":"pong"}')
                client.idle = bool(frame.get("idle", client.idle))
                await client.beat()
            case "watch":
                await client.watch(await self._readable(client, frame.get("conversation")))
            case "typing":
                await self._typing(client, frame)
            case "state":
                await client.choose(str(frame.get("state")))
            case "idle":
                await client.rests(idle=frame.get("idle") is True)
            case _:
                raise ValueError("Unknown type.")

    async def _hello(self, client: DeskClient, after: Any) -> None:
        await self._hub.join_agent(client)
        head = await self._threads.read(events.head)
        cursor = events.Cursor.parse(after) if isinstance(after, str) and after else None
        if cursor is not None and cursor > head:
            # A place in another life of the database: the page has to load anew.
            cursor = None
            client.socket.push('{"type":"reload"}')
        client.socket.push_json({"type": "welcome", "cursor": str(cursor or head), "agent": client.agent.pk})
        await client.catch_up(cursor, head)
        await client.beat()
        client.present(merged((await bus.afind(PREFIX)).values()))
        client.is_now(await presence.state_of(client.agent))

    async def _readable(self, client: DeskClient, conversation_id: Any) -> Conversation | None:
        if not isinstance(conversation_id, int):
            return None
        try:
            return await self._threads.read(access.conversation_for, client.agent, conversation_id)
        except Http404:
            return None

    async def _typing(self, client: DeskClient, frame: dict[str, Any]) -> None:
        """Only about the conversation that is being looked at; a note's typing is for colleagues alone."""
        if client.watching is None or frame.get("conversation") != client.watching:
            return
        conversation = await self._threads.read(
            Conversation.objects.only("contact_id", "inbox_id").get, pk=client.watching
        )
        await bus.apublish(
            "typing",
            {
                "conversation": conversation.pk,
                "inbox": conversation.inbox_id,
                "contact": conversation.contact_id,
                "side": "agent",
                "kind": "note" if frame.get("kind") == "note" else "reply",
                "agent": client.agent.pk,
                "who": client.agent.name,
                "shown": {
                    "name": client.agent.public_name, "title": client.agent.title, "initials": client.agent.initials,
                    "picture": settings.ASPA_URL + client.agent.picture.url if client.agent.picture else "",
                },
            },
        )  # fmt: skip

    async def _keep_checking(self, client: DeskClient) -> None:
        """Whatever the page sends or doesn't: who has signed out or lost an inbox hears no more of it."""
        while not client.socket.closing:
            await asyncio.sleep(CHECK_EVERY)
            try:
                await self._check(client)
            except DatabaseError as error:
                logger.warning("A desk's session could not be checked: %s", type(error).__name__)

    async def _check(self, client: DeskClient) -> None:
        agent = await self._threads.read(signed_in, client.session_key)
        if agent is None or agent.pk != client.agent.pk:
            self._hub.leave_agent(client)
            return await client.socket.close(SIGNED_OUT)
        client.inbox_ids = await self._threads.read(lambda: access.reach(agent).inbox_ids())
        client.chosen = await self._threads.read(states.chosen_by, agent)
        client.agent, client.language = agent, agent.language
        if client.watching is not None and await self._readable(client, client.watching) is None:
            await client.watch(None)


def _same_origin(scope: Scope) -> bool:
    """Browsers always name the origin of a WebSocket; another site's page must not ride on the agent's cookie."""
    origin = urlsplit(http.header(scope, b"origin"))
    return origin.netloc != "" and origin.netloc in (http.header(scope, b"host"), urlsplit(settings.ASPA_URL).netloc)


def _cursor(text: str) -> events.Cursor:
    try:
        return events.Cursor.parse(text)
    except ValueError as error:
        raise HttpError(400, "bad_cursor", str(error)) from error


def _events_after(agent: Agent, after: events.Cursor) -> dict[str, Any]:
    inbox_ids = access.reach(agent).inbox_ids()
    past = read(after, {})
    frames_ = [
        frames.DeskFrame(happening).base
        for happening in past.happenings
        if inbox_ids is None or happening.event.inbox_id in inbox_ids
    ]
    return {"cursor": str(past.until), "events": frames_}
