"""Keys: made, recognised and revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.kit.ids import new_token, token_hash
from aspa.service.commerce.models import Source
from aspa.web.rest.models import Key, Scope

# Begins every key, so that one that has leaked into a place is recognised there.
PREFIX = "aspa_"
# "Last used" is not worth a write at every request.
SEEN_AGAIN = dt.timedelta(minutes=10)


def make(source: Source, name: str, scopes: Collection[Scope], by: Agent | None) -> tuple[Key, str]:
    """A new key, and its text, which nobody sees again."""
    token = PREFIX + new_token()
    key = Key.objects.create(
        source=source,
        name=name,
        start=token[: len(PREFIX) + 4],
        digest=token_hash(token),
        scopes=sorted(scopes),
        created_by=by,
        created_at=clock.now(),
    )
    return key, token


def recognise(token: str) -> Key | None:
    """The key with its source, unless it was never given or has been revoked."""
    key = (
        Key.objects.filter(digest=token_hash(token), revoked_at__isnull=True)
        .select_related("source")
        # Secrets are decrypted as they are read.
        .defer("source__settings")
        .first()
    )
    if key is not None:
        _note_use(key)
    return key


def revoke(key: Key) -> None:
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])


def _note_use(key: Key) -> None:
    now = clock.now()
    if key.last_used_at is None or now - key.last_used_at > SEEN_AGAIN:
        Key.objects.filter(pk=key.pk).update(last_used_at=now)
