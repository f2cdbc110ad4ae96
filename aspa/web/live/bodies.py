"""How large a body may be. Django keeps a whole one on the disk before it asks who sends it, so more than any form of the
public has is taken only from who is known: agents with their videos and tables, mail services with their letters.

A public form with files that is larger still comes to its view, with its beginning alone: what somebody wrote stands before
the files, and is shown to them again with the reason (`is_cut`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings

from aspa.channels.email.arriving import webhooks
from aspa.service.knowledge import media
from aspa.service.shops.importing import importing
from aspa.web.live import http
from aspa.web.live.desk.sessions import session_key, signed_in

if TYPE_CHECKING:
    from django.http import HttpRequest

    from aspa.web.live.database import Threads
    from aspa.web.live.http import Message, Receive, Scope

# The form around a file.
AROUND = 1024 * 1024
# One file of a customer's.
MOST = settings.ASPA_UPLOAD_BYTES + AROUND
# How much of a form that is too large is read and thrown away: browsers listen to an answer once they have sent it all.
DRAINED = 20 * MOST
# Where the forms are whose views ask `is_cut`.
FORMS = ("/contact/", "/c/", "/help/")
CUT = "aspa.cut"
# As the API tells its errors.
TOO_LARGE = {"error": {"code": "too_large", "message": "The body is too large; send smaller batches.", "fields": []}}


async def most(scope: Scope, threads: Threads) -> int:
    """Bytes. Asks who sends it only where they announce more than everybody may send."""
    told = http.content_length(scope) or 0
    if told > MOST:
        for beginning, (limit, is_known) in LARGER.items():
            if scope["path"].startswith(beginning) and told <= limit and await threads.read(is_known, scope):
                return limit
    return MOST


def is_form(scope: Scope) -> bool:
    """Whether it is a public form with files, whose beginning is worth having."""
    kind = http.header(scope, b"content-type").lower()
    return scope["path"].startswith(FORMS) and kind.startswith("multipart/form-data")


async def beginning(receive: Receive) -> Receive:
    """The body's beginning as if it were the whole; the rest has been read and thrown away."""
    kept, size = b"", 0
    while size <= DRAINED:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        part = message.get("body", b"")
        size += len(part)
        kept += part[: AROUND - len(kept)]
        if not message.get("more_body"):
            break
    first = [{"type": "http.request", "body": kept, "more_body": False}]

    async def told() -> Message:
        return first.pop() if first else await receive()

    return told


def is_cut(request: HttpRequest) -> bool:
    """Whether the form was too large: then its files aren't there, or not whole."""
    return bool(getattr(request, "scope", {}).get(CUT))


def _is_agent(scope: Scope) -> bool:
    return signed_in(session_key(scope)) is not None


def _is_mail_service(scope: Scope) -> bool:
    return webhooks.is_ours(scope["path"])


LARGER: dict[str, tuple[int, Callable[[Scope], bool]]] = {
    "/content/": (media.MOST_VIDEO_BYTES + AROUND, _is_agent),
    "/settings/shops/": (importing.MOST_BYTES + AROUND, _is_agent),
    "/mail/": (webhooks.MOST_BYTES, _is_mail_service),
}
