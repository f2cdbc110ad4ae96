"""A question that nobody answers becomes a conversation of a team, and what they write there becomes staff's answer.

A brand hands its questions over when it has an inbox of the channel `community`, whose team is asked.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.conversations import access, intake
from aspa.core.inboxes.channel import Claim, Inbound, Sender
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Identity, Role
from aspa.kit import clock
from aspa.service.community.models import Answer, Question
from aspa.service.hours import calendars

if TYPE_CHECKING:
    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent, Contact

logger = logging.getLogger(__name__)

CHANNEL = "community"
HOURS = 8
QUESTION, ADDED = "question:", "answer:"


class Way(NamedTuple):
    conversation: Conversation
    inbox: Inbox


def inbox_of(brand_id: int) -> Inbox | None:
    """Where the brand's unanswered questions go, if anywhere."""
    inboxes = Inbox.objects.filter(brand=brand_id, channel=CHANNEL, is_active=True).select_related("brand")
    return inboxes.order_by("pk").first()


def due_at(question: Question, inbox: Inbox) -> dt.datetime | None:
    """When the team is asked, in opening hours since the question was published; None when it never opens."""
    if question.unanswered_since is None:
        return None
    hours = dt.timedelta(hours=inbox.settings.get("hours") or HOURS)
    return calendars.schedule_of(inbox).after(question.unanswered_since, hours)


def sweep(limit: int = 200) -> int:
    """Hand over what has waited long enough; returns how many. Run every minute."""
    return sum(_sweep(inbox, limit) for inbox in _inboxes())


def hand_over(question: Question, inbox: Inbox) -> Conversation | None:
    """Begin the conversation, once. None when it has been answered meanwhile, or nobody can be found who asked."""
    with transaction.atomic():
        rows = Question.objects.select_for_update(of=("self",)).select_related("brand", "contact")
        current = rows.filter(pk=question.pk, unanswered_since__isnull=False, conversation=None).first()
        if current is None:
            return None
        claim = claim_of(current.contact)
        if claim is None:
            # Nobody is there whom a conversation could be with; the question stays where everybody can answer it.
            Question.objects.filter(pk=current.pk).update(unanswered_since=None)
            return None
        (received,) = intake.receive([_inbound(current, inbox, claim)])
        if isinstance(received, intake.NotReceived):
            return None
        current.conversation, current.unanswered_since = received.conversation, None
        current.save(update_fields=["conversation", "unanswered_since"])
        return received.conversation


def tell_of(added: Answer) -> None:
    """What the asker added goes to the team that was asked, once."""
    question = added.question
    inbox = inbox_of(question.brand_id)
    claim = claim_of(question.contact)
    if question.conversation_id is None or inbox is None or claim is None:
        return
    inbound = Inbound(
        inbox_id=inbox.pk,
        external_id=f"{ADDED}{added.pk}",
        sender=Sender(claim, language=question.language),
        text=added.text,
        conversation_id=question.conversation_id,
    )
    intake.receive([inbound])


def way_back(question: Question, agent: Agent) -> Way | None:
    """Where an answer that is given on the page is written too: the conversation, if it is open and theirs to answer."""
    conversation = question.conversation
    inbox = inbox_of(question.brand_id)
    if conversation is None or inbox is None or conversation.is_closed:
        return None
    may = access.reach(agent).may(Role.Permission.REPLY, conversation.inbox_id)
    return Way(conversation, inbox) if may and conversation.inbox_id == inbox.pk else None


def claim_of(contact: Contact) -> Claim | None:
    """By which of the asker's identities the conversation finds them. The address that they signed in by, as a rule."""
    mine = Identity.objects.filter(contact=contact).exclude(kind=Identity.Kind.STRONG)
    proven = mine.filter(verified_at__isnull=False)
    rank = {Identity.Kind.EMAIL: 0, Identity.Kind.SHOP: 1}
    found = sorted(proven, key=lambda one: (rank.get(Identity.Kind(one.kind), 2), one.pk))
    return Claim(found[0].kind, found[0].value, found[0].verified_how or "token") if found else None


def address_of(question: Question) -> str:
    return f"{settings.ASPA_URL}{question.url()}"


def _inboxes() -> list[Inbox]:
    """The first of each brand."""
    inboxes = Inbox.objects.filter(channel=CHANNEL, is_active=True).select_related("brand").order_by("-pk")
    return list({inbox.brand_id: inbox for inbox in inboxes}.values())


def _sweep(inbox: Inbox, limit: int) -> int:
    waiting = Question.objects.filter(brand=inbox.brand_id, unanswered_since__isnull=False)
    count = 0
    for question in waiting.order_by("unanswered_since", "pk")[:limit]:
        due = due_at(question, inbox)
        if due is None or due > clock.now():
            # Those after it have waited for less.
            break
        try:
            count += hand_over(question, inbox) is not None
        except Exception:  # one question must not hold up the others
            logger.exception("Question %s could not be handed over", question.pk)
    return count


def _inbound(question: Question, inbox: Inbox, claim: Claim) -> Inbound:
    with override(question.language):
        said = _("Asked in the community: %(address)s") % {"address": address_of(question)}
    return Inbound(
        inbox_id=inbox.pk,
        external_id=f"{QUESTION}{question.pk}",
        sender=Sender(claim, language=question.language),
        text="\n\n".join(part for part in (question.title, question.text, said) if part),
        subject=question.title,
        context={"page": {"url": address_of(question), "title": question.title}},
    )
