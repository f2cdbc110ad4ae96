"""What conversations say of a customer: how many, why, by which channel, when last, whether one is open, broken promises."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations.models import Conversation, Label, Reason
from aspa.core.inboxes.channel import channels
from aspa.service.promises.models import Promise
from aspa.service.segments.fields.kinds import Fact, Field, Last, Several, Tally

GROUP = _("Conversations")
How, Status = Conversation.ClosedHow, Conversation.Status
SET_ASIDE = (How.SPAM, How.ABUSE, How.DUPLICATE, How.MERGED)


def fields(brand: int) -> Iterator[Field]:
    every = Conversation.objects.exclude(closed_how__in=SET_ASIDE)
    yield Tally(key="conversations", name=_("Conversations"), group=GROUP, rows=every, in_conversations=True)
    # Every status is named so that the index by status and time can be read.
    yield Last(
        key="last_conversation",
        name=_("Last in conversation"),
        group=GROUP,
        rows=every.filter(status__in=list(Status)),
        at="last_activity_at",
        in_conversations=True,
    )
    still_open = every.exclude(status=Status.CLOSED)
    yield Fact(key="open", name=_("Has an open conversation"), group=GROUP, rows=still_open, in_conversations=True)
    yield Fact(
        key="waiting",
        name=_("Waits for our answer"),
        group=GROUP,
        rows=every.filter(status=Status.OPEN, waiting_since__isnull=False),
        in_conversations=True,
    )
    yield Several(
        key="channel",
        name=_("Has written by"),
        group=GROUP,
        rows=every,
        path="inbox__channel",
        choices=tuple((channel.key, str(channel.name)) for channel in channels()),
        in_conversations=True,
    )
    reasons = tuple((str(pk), name) for pk, name in Reason.objects.filter(brand=brand).values_list("pk", "name"))
    if reasons:
        yield Several(
            key="reason", name=_("Reason for contact"), group=GROUP, rows=every, path="reason", choices=reasons,
            in_conversations=True,
        )  # fmt: skip
    labels = tuple((str(pk), name) for pk, name in Label.objects.filter(brand=brand).values_list("pk", "name"))
    if labels:
        yield Several(
            key="label", name=_("Label"), group=GROUP, rows=every, path="labels", choices=labels, in_conversations=True
        )  # fmt: skip
    was_late = Q(state=Promise.State.BROKEN) | Q(state=Promise.State.KEPT, kept_at__gt=F("due_at"))
    yield Tally(
        key="broken_promises",
        name=_("Promises that we broke"),
        group=GROUP,
        rows=Promise.objects.filter(was_late),
        contact="conversation__contact",
        in_conversations=True,
    )
