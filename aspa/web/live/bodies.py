"""How large a body may be. Django keeps a whole one on the disk before it asks who sends it, so more than any form of the
public has is taken only from who is known: agents with their videos and tables, mail services with their letters."""

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
    from aspa.web.live.database import Threads
    from aspa.web.live.http import Scope

# The form around a file.
AROUND = 1024 * 1024
# One file of a customer's.
MOST = settings.ASPA_UPLOAD_BYTES + AROUND


async def most(scope: Scope, threads: Threads) -> int:
    """Bytes. Asks who sends it only where they announce more than everybody may send."""
    told = http.content_length(scope) or 0
    if told > MOST:
        for beginning, (limit, is_known) in LARGER.items():
            if scope["path"].startswith(beginning) and told <= limit and await threads.read(is_known, scope):
                return limit
    return MOST


def _is_agent(scope: Scope) -> bool:
    return signed_in(session_key(scope)) is not None


def _is_mail_service(scope: Scope) -> bool:
    return webhooks.is_ours(scope["path"])


LARGER: dict[str, tuple[int, Callable[[Scope], bool]]] = {
    "/content/": (media.MOST_VIDEO_BYTES + AROUND, _is_agent),
    "/settings/shops/": (importing.MOST_BYTES + AROUND, _is_agent),
    "/mail/": (webhooks.MOST_BYTES, _is_mail_service),
}
