"""How a conversation can be answered: by which ways, to whom besides the customer, and what waits to be sent."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from aspa.channels.email import settings as email_settings
from aspa.channels.email.sending.addressing import customer_of
from aspa.channels.email.sending.threads import first_subject
from aspa.core.conversations import access, drafts, holding, ways
from aspa.core.conversations.changing import Refused
from aspa.core.conversations.models import Message
from aspa.core.inboxes.channel import DeliveryFailed, channel_for, channels
from aspa.core.people.models import Role
from aspa.kit import clock
from aspa.kit.ids import row_id
from aspa.web.desk.letters import bare
from aspa.web.live import pages
from aspa.web.shell.files import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from aspa.core.conversations.models import Conversation, Draft, HeldReply
    from aspa.core.inboxes.models import Inbox
    from aspa.core.people.models import Agent
    from aspa.web.desk.letters import Look

MORNING = dt.time(9)
# Whoever has only turned to another page comes back sooner.
GONE_AFTER = dt.timedelta(minutes=2)
# Copies that a mistake could send to half the world are left to be typed.
MOST_COPIES = 20
# A reply that goes out within this is counted down.
SECONDS_COUNTED = 60

Pair = tuple[str, str]


def answering(conversation: Conversation, agent: Agent, messages: Sequence[Any]) -> dict[str, Any]:
    """What the composer shows of it. `messages` are the newest ones, prepared.

    `ways` for the template; `told` is for the script:
    {"ways": [{"id", "limit", "files", "bytes", "copies", "undo"}], "to": "Dee <dee@…>" or "", "cc": [address],
    "people": [[address, name]], "subject": "Re: …", "gone": whether the customer has left the chat}
    """
    newest = next((message for message in messages if message.pk == conversation.last_incoming_id), None)
    found = ways.ways(conversation, agent=agent, wrote_by=newest.inbox if newest else None)
    by_mail = next((way for way in found if channel_for(way).capabilities.copies), None)
    looks = [look for message in messages if (look := getattr(message, "look", None))]
    to, cc, people = _mailed(conversation, by_mail, looks) if by_mail else ("", [], [])
    first_live = bool(found) and channel_for(found[0]).capabilities.live
    told = {
        "ways": [_way(way) for way in found],
        "to": to,
        "cc": cc,
        "people": people,
        "subject": _subject(conversation, looks) if by_mail else "",
        "gone": bool(by_mail) and first_live and _has_gone(conversation, messages),
    }
    return {"ways": found, "told": json.dumps(told)}


def _way(inbox: Inbox) -> dict[str, Any]:
    carries = channel_for(inbox).capabilities
    return {
        "id": inbox.pk,
        "limit": carries.text_limit,
        "files": carries.attachments,
        "bytes": carries.attachment_bytes,
        "copies": carries.copies,
        "undo": carries.undo_seconds,
        "live": carries.live,
    }


def _mailed(conversation: Conversation, inbox: Inbox, looks: Sequence[Look]) -> tuple[str, list[str], list[Pair]]:
    """Whom a mail reaches: the customer, those who had the last one too, and everybody seen in the thread."""
    settings = email_settings.of(inbox)
    try:
        to = customer_of(conversation, settings)
    except DeliveryFailed:
        return "", [], []
    ours = _our_addresses(conversation, inbox) | {to[0].lower()}
    people = {
        party.email.lower(): (party.email, party.name)
        for look in looks
        for party in (*look.sender, *look.to, *look.cc)
        if party.email.lower() not in ours
    }
    last = looks[-1] if looks else None
    parties = (*last.sender, *last.to, *last.cc) if last else ()
    cc = list(dict.fromkeys(party.email for party in parties if party.email.lower() not in ours))
    return (f"{to[1]} <{to[0]}>" if to[1] else to[0]), cc[:MOST_COPIES], list(people.values())


def _subject(conversation: Conversation, looks: Sequence[Look]) -> str:
    """What the letter is headed with when the agent says nothing else."""
    if not looks:
        return first_subject(conversation)
    newest = next((look for look in reversed(looks) if look.is_theirs), looks[-1])
    subject = bare(newest.letter.subject or conversation.subject)
    return f"Re: {subject}" if subject else first_subject(conversation)


def _our_addresses(conversation: Conversation, inbox: Inbox) -> set[str]:
    """Mail to any of the brand's own addresses comes back to us."""
    found: set[str] = set()
    for one in type(inbox).objects.filter(brand=conversation.brand_id, channel=inbox.channel):
        settings = email_settings.of(one)
        found |= {settings.address.lower(), *(alias.lower() for alias in settings.aliases)}
    return found


def _has_gone(conversation: Conversation, messages: Sequence[Any]) -> bool:
    if pages.page_of(conversation.contact_id) is not None:
        return False
    last = next((message for message in reversed(messages) if message.kind == Message.Kind.INCOMING), None)
    return last is not None and last.created_at < clock.now() - GONE_AFTER


# What a reply's form says


def way_for(conversation: Conversation, agent: Agent, given: str) -> Inbox:
    """The way that was chosen, the best one when none was. Raises Refused for one that isn't there for the agent."""
    found = ways.ways(conversation, agent=agent)
    if not given and found:
        return found[0]
    for way in found:
        if way.pk == row_id(given):
            return way
    raise Refused(_("The customer can't be answered this way."), code="way")


def moment_for(conversation: Conversation, given: str) -> dt.datetime | None:
    """When a reply is to go, None for at once. A time without a zone is the brand's. Raises Refused."""
    if not given:
        return None
    try:
        moment = parse_datetime(given)
    except ValueError:
        moment = None
    if moment is None:
        raise Refused(_("Choose a day and a time."), code="time")
    if timezone.is_naive(moment):
        moment = moment.replace(tzinfo=ZoneInfo(conversation.brand.timezone))
    if moment <= clock.now():
        raise Refused(_("Choose a time that is still ahead."), code="past")
    return moment


def later_choices(conversation: Conversation) -> list[tuple[str, dt.datetime]]:
    """When people mean a letter to be read, in the brand's own time."""
    zone = ZoneInfo(conversation.brand.timezone)
    now = clock.now().astimezone(zone)
    tomorrow = now.date() + dt.timedelta(days=1)
    monday = now.date() + dt.timedelta(days=7 - now.weekday())
    choices = [(_("Tomorrow morning"), tomorrow)] + ([(_("Next Monday"), monday)] if monday != tomorrow else [])
    today = dt.datetime.combine(now.date(), MORNING, zone)
    return [
        *([(_("This morning"), today)] if today > now else []),
        *((name, dt.datetime.combine(day, MORNING, zone)) for name, day in choices),
    ]


def starting_inboxes(agent: Agent) -> QuerySet[Inbox]:
    """Those by which the agent can write to somebody first."""
    keys = [channel.key for channel in channels() if channel.capabilities.reaches]
    mine = access.inboxes(agent, Role.Permission.REPLY).filter(channel__in=keys, is_active=True)
    return mine.defer("brand__identity_secret", "settings")


# What waits


def held_rows(conversation: Conversation, agent: Agent) -> list[Any]:
    """Replies that wait, with what their template shows."""
    found: list[Any] = holding.held_in(conversation)
    if not found:
        return []
    inboxes = {way.pk: way for way in access.inboxes(agent)}
    for held in found:
        held.inbox = inboxes.get(held.options.get("via", 0), conversation.inbox)
        held.channel = channel_for(held.inbox)
        held.is_mine = held.agent_id == agent.pk
        held.counts = (held.due_at - held.created_at).total_seconds() <= SECONDS_COUNTED
        held.seconds = max(0, round((held.due_at - clock.now()).total_seconds()))
    return found


def held_for(conversation: Conversation, held_id: int) -> HeldReply:
    """Raises Refused when it has gone."""
    for held in holding.held_in(conversation):
        if held.pk == held_id:
            return held
    raise Refused(_("It has been sent already."), code="gone")


def drafts_told(conversation: Conversation, agent: Agent) -> dict[str, Any]:
    """The agent's drafts as the composer knows them: {kind: {"text", "attachments", "options"}}."""
    return {
        kind: {"text": draft.text, "attachments": _files(draft, agent), "options": draft.options}
        for kind, draft in drafts.drafts_of(agent, conversation).items()
    }


def _files(draft: Draft, agent: Agent) -> list[Any]:
    """A reply that was taken back names its files by their ids alone."""
    ids: Iterable[str] = (one for one in draft.attachments if isinstance(one, str))
    taken_back = [shown(access.attachment_for(agent, public_id)) for public_id in ids]
    return [*taken_back, *(one for one in draft.attachments if isinstance(one, dict))]
