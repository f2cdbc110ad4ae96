"""A list narrowed to the conversations of customers who belong to a segment.

Where they are few their conversations are looked up; else the list is walked by its index, a bounded stretch for each
page, and those are kept whose customers belong. A page may so hold few rows or none and still say where to go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.core.conversations import access, lists
from aspa.core.conversations.models import Conversation
from aspa.service.segments import segments
from aspa.service.segments.models import Segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.people.models import Agent
    from aspa.web.desk.worklists import Choice

# Looked up one by one, people and conversations.
FEW = 1000
# Read of the index at once, and at most for one page.
STRIDE, FARTHEST = 1000, 6000


def page(agent: Agent, chosen: Choice, *, before: str, only: Sequence[int] | None, limit: int) -> lists.Page:
    """As `lists.page`. Of a segment that isn't there, or is another brand's, nothing."""
    segment = Segment.objects.filter(pk=chosen.filters["segment"], brand__in=access.brand_ids(agent)).first()
    if segment is None:
        return lists.Page([], "")
    few = _theirs(segment, only)
    if few is not None:
        return lists.page(agent, chosen.base, filters=chosen.filters, before=before, only=few, limit=limit)
    return _walked(agent, chosen, segment, before, limit)


def _theirs(segment: Segment, only: Sequence[int] | None) -> list[int] | None:
    """The conversations of the segment's customers, when they are few; of `only` these."""
    if only is not None:
        contacts = dict(Conversation.objects.filter(pk__in=only).values_list("pk", "contact"))
        belong = segments.among(segment, set(contacts.values()))
        return [pk for pk in only if contacts.get(pk) in belong]
    people = segments.few(segment, FEW)
    if people is None:
        return None
    found = list(Conversation.objects.filter(contact__in=people).values_list("pk", flat=True)[: FEW + 1])
    return found if len(found) <= FEW else None


def _walked(agent: Agent, chosen: Choice, segment: Segment, place: str, limit: int) -> lists.Page:
    kept: list[lists.Placed] = []
    for _stride in range(FARTHEST // STRIDE):
        some = lists.walk(agent, chosen.base, filters=chosen.filters, before=place, limit=STRIDE)
        belong = segments.among(segment, {one.contact for one in some})
        kept += [one for one in some if one.contact in belong]
        place = some[-1].place if len(some) == STRIDE else ""
        if len(kept) > limit or not place:
            break
    if len(kept) > limit:
        kept, place = kept[:limit], kept[limit - 1].place
    order = {one.pk: number for number, one in enumerate(kept)}
    return lists.Page(sorted(lists.some(agent, order), key=lambda row: order[row.pk]), place)
