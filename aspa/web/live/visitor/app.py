"""The web chat's public door (docs/chat-protocol.md): a WebSocket, POSTs answered after the commit, GETs.

Everything here comes from outside. Each refusal has a status, a code and a sentence, and changes nothing.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from django.db import DatabaseError
from django.utils.translation import activate
from django.utils.translation import gettext_lazy as _

from aspa.channels.webchat import visitors
from aspa.core.conversations.changing import Refused
from aspa.core.inboxes.channel import Sender
from aspa.core.inboxes.models import Inbox
from aspa.kit.ids import new_token
from aspa.web.live import http
from aspa.web.live.database import Threads
from aspa.web.live.group import Group
from aspa.web.live.http import Disconnected, Headers, HttpError, Receive, Scope, Send
from aspa.web.live.hub import Hub
from aspa.web.live.socket import refuse, refuse_because
from aspa.web.live.visitor import files, helping, reads, shopping, sockets, writes
from aspa.web.live.visitor.inboxes import Inboxes, may_embed
from aspa.web.live.visitor.limits import Limits

logger = logging.getLogger(__name__)


@dataclasses.dataclass(slots=True)
class Request:
    """A visitor's request, known and allowed: its inbox, who they are, and the ASGI ends."""

    scope: Scope
    receive: Receive
    send: Send
    inbox: Inbox
    language: str
    rest: str
    cors: Headers
    token: str = ""
    visitor: str = ""
    signed_in: Sender | None = None

    @property
    def query(self) -> dict[str, str]:
        return {key: values[0] for key, values in parse_qs(self.scope["query_string"].decode("latin-1")).items()}

    @property
    def address(self) -> str:
        client = self.scope.get("client")
        return client[0] if client else ""

    async def json(self) -> dict[str, Any]:
        return await http.json_body(self.scope, self.receive)

    async def answer(self, status: int, value: Any) -> None:
        await http.answer(self.send, status, value, self.cors)


class VisitorApp:
    def __init__(self, threads: Threads, hub: Hub, group: Group) -> None:
        self.threads, self.hub, self.group = threads, hub, group
        self.inboxes = Inboxes(threads)
        self.limits = Limits()
        self.has_help = helping.HasHelp(threads)
        self._routes: dict[tuple[str, str], Callable[[VisitorApp, Request], Awaitable[None]]] = {
            ("GET", "config"): reads.config,
            ("GET", "words"): reads.part_words,
            ("GET", "events"): reads.events_after,
            ("GET", "history"): reads.history,
            ("POST", "messages"): writes.message,
            ("POST", "attachments"): files.upload,
            ("POST", "end"): writes.end,
            ("POST", "solved"): writes.solved,
            ("POST", "reopen"): writes.reopen,
            ("POST", "read"): writes.read,
            ("POST", "transcript"): writes.transcript,
            ("POST", "shopping"): shopping.told,
            ("POST", "help"): helping.suggest,
            ("POST", "help/search"): helping.search,
            ("POST", "help/article"): helping.article,
            ("POST", "help/said"): helping.said,
            ("POST", "help/went-on"): helping.went_on,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        public_id, _slash, rest = scope["path"][len("/chat/v1/") :].partition("/")
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send, public_id, rest)
        else:
            await self._http(scope, receive, send, public_id, rest)

    async def _socket(self, scope: Scope, receive: Receive, send: Send, public_id: str, rest: str) -> None:
        try:
            inbox = await self.inboxes.get(public_id)
        except HttpError:
            return await refuse(receive, send)
        if rest != "socket" or not may_embed(inbox, http.header(scope, b"origin")):
            return await refuse(receive, send)
        client = scope.get("client")
        try:
            with self.limits.socket(client[0] if client else ""):
                await sockets.serve(self, scope, receive, send, inbox)
        except HttpError as error:
            # Their widgets go on by GET.
            logger.info("A network address has as many chats open as it may")
            await refuse_because(error, scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send, public_id: str, rest: str) -> None:
        cors: Headers = [(b"vary", b"origin")]
        inbox = None
        try:
            inbox = self.inboxes.known(public_id) or await self.inboxes.get(public_id)
            cors += self._cors(scope, inbox)
            if scope["method"] == "OPTIONS":
                return await http.answer_bytes(send, 204, b"", b"text/plain", [*cors, *PREFLIGHT])
            await self._route(Request(scope, receive, send, inbox, _language(scope, inbox), rest, cors))
        except HttpError as error:
            if inbox is not None:
                activate(_language(scope, inbox))
            await http.answer_error(send, error, cors)
        except Refused as error:
            await http.answer_error(send, HttpError(409, error.code, str(error)), cors)
        except Disconnected:
            return
        except DatabaseError as error:
            logger.error("The database refused a visitor's request: %s", type(error).__name__)
            await http.answer_error(send, HttpError(503, "unavailable", "Try again in a moment.", retry_after=2), cors)

    async def _route(self, request: Request) -> None:
        method = request.scope["method"]
        if method in ("GET", "HEAD") and request.rest.startswith("attachments/"):
            return await files.download(self, request)
        handler = self._routes.get((method, request.rest))
        if handler is None:
            known = any(path == request.rest for _method, path in self._routes)
            raise HttpError(405 if known else 404, "not_found", "There is nothing here.")
        if handler is not writes.message:
            # That one says nothing to people unless it fails, and then the language is soon enough found. The
            # request's task and its context end together, so there is nothing to put back.
            activate(request.language)
        self._authorise(request)
        await handler(self, request)

    def _authorise(self, request: Request) -> None:
        """Who is it? A token we gave, or a new visitor, who gets one; signed in only by the shop's own signature."""
        scheme, _space, token = http.header(request.scope, b"authorization").partition(" ")
        request.token = token.strip() if scheme.lower() == "bearer" else ""
        if request.token:
            try:
                request.visitor = visitors.visitor_of(request.token)
            except ValueError as error:
                raise HttpError(401, "bad_token", _("This chat isn't known any more. Start a new one.")) from error
        identity = http.header(request.scope, b"x-identity")
        if identity:
            request.signed_in = self.identify(request.inbox, identity)
        if not request.visitor and request.scope["method"] == "POST":
            request.token = new_token()
            request.visitor = visitors.visitor_of(request.token)

    def identify(self, inbox: Inbox, identity: str) -> Sender:
        """Raises HttpError 401 for an identity that isn't to be believed."""
        try:
            return visitors.signed_identity(inbox, identity)
        except visitors.IdentityRefused as error:
            logger.warning("A signed identity for inbox %s was refused: %s", inbox.pk, error)
            raise HttpError(401, "bad_identity", _("The shop's sign-in couldn't be confirmed.")) from error

    def _cors(self, scope: Scope, inbox: Inbox) -> Headers:
        origin = http.header(scope, b"origin")
        if not origin:
            return []
        if not may_embed(inbox, origin):
            logger.warning("A page that isn't the brand's asked for the chat of inbox %s", inbox.pk)
            raise HttpError(403, "wrong_origin", "This page may not use the chat.")
        return [(b"access-control-allow-origin", origin.encode("latin-1"))]


PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"GET, POST"),
    (b"access-control-allow-headers", b"authorization, content-type, x-file-name, x-identity"),
    (b"access-control-max-age", b"7200"),
]


def _language(scope: Scope, inbox: Inbox) -> str:
    query: bytes = scope["query_string"]
    wanted = parse_qs(query.decode("latin-1")).get("lang", [""])[0][:2] if query else ""
    if not wanted:
        wanted = http.header(scope, b"accept-language")[:2]
    return inbox.brand.spoken(wanted)
