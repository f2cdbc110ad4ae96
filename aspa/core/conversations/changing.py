"""How every verb begins: one transaction, the conversation locked and read anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from aspa.core.conversations.models import Conversation


@contextmanager
def changing(conversation: Conversation) -> Iterator[Conversation]:
    """The conversation as it is now, ours until the transaction ends, so that verbs never act on stale state."""
    with transaction.atomic():
        yield (
            Conversation.objects.select_for_update(of=("self",))
            .select_related("brand", "inbox", "contact")
            .get(pk=conversation.pk)
        )


class Refused(Exception):
    """A verb can't be done; the text says why, in the reader's language, and nothing was changed."""

    def __init__(self, text: str, *, code: str = "refused") -> None:
        super().__init__(str(text))
        self.code = code
