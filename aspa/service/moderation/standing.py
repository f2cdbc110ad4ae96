"""What the author of something is told of how it stands. Others are told nothing."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from aspa.service.moderation.models import Item
from aspa.service.moderation.states import Reason, State

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """`words`: in the author's language; empty for what is published."""

    state: State
    words: str


def of(kind: str, keys: Collection[int]) -> dict[int, Standing]:
    """By key; for those that were submitted."""
    items = Item.objects.filter(kind=kind, key__in=keys)
    return {item.key: Standing(State(item.state), said(State(item.state), item.reason, item.words)) for item in items}


def said(state: State, reason: str, words: str) -> str:
    """A sentence with the reason, and the moderator's own words after it."""
    if state == State.PUBLISHED:
        return ""
    if state == State.HELD:
        return _("Only you see this: it is waiting to be looked at.")
    named = str(Reason(reason).label) if reason else ""
    if state == State.HIDDEN:
        sentence = _("Hidden from others: %(reason)s. You can put it right.") % {"reason": named}
    else:
        sentence = _("Removed: %(reason)s.") % {"reason": named}
    return f"{sentence} {words}".strip()
