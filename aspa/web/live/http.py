"""Just enough HTTP over bare ASGI for the paths that must be fast: bodies with a limit, JSON answers, errors."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import orjson
from django.utils.functional import Promise

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

BODY_LIMIT = 64 * 1024
ALWAYS: Headers = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"content-security-policy", b"default-src 'none'; sandbox; frame-ancestors 'none'"),
]


class HttpError(Exception):
    """Ends a request with a status, a code for programs and a sentence for people, in which `values` are filled in."""

    def __init__(
        self,
        status: int,
        code: str,
        text: str | Promise,
        *,
        values: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.retry_after = status, code, retry_after
        self._text, self._values = text, values

    @property
    def text(self) -> str:
        """The sentence in the language that is active now, which may be another than when the error was raised."""
        return str(self._text) % self._values if self._values else str(self._text)


class Disconnected(Exception):
    """The client went away in the middle of its request."""


def header(scope: Scope, name: bytes) -> str:
    """The header's value, or "" when it isn't there."""
    value = headers(scope).get(name)
    return value.decode("latin-1") if value else ""


def headers(scope: Scope) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] | None = scope.get("aspa.headers")
    if found is None:
        found = scope["aspa.headers"] = dict(scope["headers"])
    return found


def content_length(scope: Scope) -> int | None:
    """The body's size in bytes as the client tells it; None for nothing or nonsense."""
    told = headers(scope).get(b"content-length", b"")
    return int(told) if told.isdigit() and len(told) < 20 else None


async def body(scope: Scope, receive: Receive, limit: int = BODY_LIMIT) -> bytes:
    """The whole body. Raises HttpError 413 past the limit, without reading on."""
    if (content_length(scope) or 0) > limit:
        raise HttpError(413, "too_large", "The request is too large.")
    content = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        content += message.get("body", b"")
        if len(content) > limit:
            raise HttpError(413, "too_large", "The request is too large.")
        if not message.get("more_body"):
            return content


def at_most(receive: Receive, limit: int) -> Receive:
    """The same body; past the limit it looks as if the client had gone away."""
    size = 0

    async def limited() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        return {"type": "http.disconnect"} if size > limit else message

    return limited


async def json_body(scope: Scope, receive: Receive) -> dict[str, Any]:
    """The body's JSON object. Raises HttpError 415 for another type and 400 for what isn't one."""
    told = header(scope, b"content-type")
    if told != "application/json" and told.partition(";")[0].strip().lower() != "application/json":
        raise HttpError(415, "not_json", "Send application/json.")
    try:
        value = decode(await body(scope, receive))
    except (ValueError, RecursionError) as error:
        raise HttpError(400, "bad_json", "The body isn't JSON.") from error
    if not isinstance(value, dict):
        raise HttpError(400, "bad_json", "The body isn't an object.")
    return value


async def answer(send: Send, status: int, value: Any, headers: Headers | None = None) -> None:
    await answer_bytes(send, status, encode(value), b"application/json", headers)


async def answer_bytes(
    send: Send, status: int, content: bytes, content_type: bytes, headers: Headers | None = None
) -> None:
    start = [
        (b"content-type", content_type),
        (b"content-length", str(len(content)).encode()),
        *ALWAYS,
        *(headers or ()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": content})


async def answer_error(send: Send, error: HttpError, headers: Headers | None = None) -> None:
    value: dict[str, Any] = {"code": error.code, "text": error.text}
    extra = list(headers or ())
    if error.retry_after is not None:
        value["retry_after"] = round(error.retry_after, 1)
        extra.append((b"retry-after", str(max(1, round(error.retry_after))).encode()))
        # Otherwise a page of another origin couldn't read it.
        extra.append((b"access-control-expose-headers", b"retry-after"))
    await answer(send, error.status, {"error": value}, extra)


def encode(value: Any) -> bytes:
    return orjson.dumps(value)


def decode(content: bytes) -> Any:
    """Raises ValueError or RecursionError for what isn't JSON."""
    try:
        return orjson.loads(content)
    except ValueError:
        # It is stricter than browsers are: half a letter of a pair, which we can clean away, is JSON to them.
        return json.loads(content)
