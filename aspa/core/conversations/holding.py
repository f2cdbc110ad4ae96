"""Replies that go out later: held for some seconds so that they can be taken back, or until a time the agent chose."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from aspa.core.conversations import activities, drafts, events, lifecycle, replies
from aspa.core.conversations.changing import Refused, changing
from aspa.core.conversations.models import Attachment, Event, HeldReply, Message
from aspa.core.conversations.rows import select
from aspa.core.inboxes.models import Inbox
from aspa.kit import clock
from aspa.kit.tasks import task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.conversations.models import Conversation
    from aspa.core.people.models import Agent

FURTHEST = dt.timedelta(days=180)


def hold(
    conversation: Conversation,
    *,
    by: Agent,
    body: str,
    client_id: str,
    until: dt.datetime,
    attachments: Sequence[str] = (),
    via: Inbox | None = None,
    copies: replies.Copies = replies.NO_COPIES,
    subject: str = "",
) -> HeldReply:
    """Keep a reply until its moment. The same `client_id` again returns the first one.

    Everything that `replies.reply` refuses is refused now; also a moment more than half a year ahead.
    """
    if until > clock.now() + FURTHEST:
        raise Refused(_("Choose a time within half a year."), code="far")
    body, via = replies.checked(conversation, by=by, body=body, attachments=attachments, via=via, copies=copies)
    with changing(conversation) as current:
        if current.is_closed:
            raise Refused(_("The conversation is over. Open it again to reply."), code="closed")
        held, is_new = HeldReply.objects.get_or_create(
            agent=by,
            client_id=client_id,
            defaults={
                "conversation": current,
                "text": body,
                "attachments": list(attachments),
                "options": {"via": via.pk, "cc": list(copies.cc), "bcc": list(copies.bcc)}
                | ({"subject": replies.one_line(subject)} if subject.strip() else {}),
                "due_at": until,
                "created_at": clock.now(),
            },
        )
        if is_new:
            Attachment.objects.filter(public_id__in=attachments, agent=by, message=None).update(held=held)
            drafts.drop(current, agent=by, kind=Message.Kind.REPLY)
            events.record(current, Event.Kind.HELD, agent=by, held=held.pk)
            release.enqueue_at(until, held_id=held.pk)
        return held


def held_in(conversation: Conversation) -> list[HeldReply]:
    """What waits for its moment here, the next first."""
    waiting = "t.conversation_id = %s ORDER BY t.due_at, t.id"
    return select(HeldReply, waiting, [conversation.pk], related=("agent",), without=("agent.password",))


def take_back(held: HeldReply, *, by: Agent) -> None:
    """Back to being its writer's draft. Raises Refused when it has gone, or is another agent's."""
    with transaction.atomic():
        found = _locked(held.pk)
        if found is None:
            raise Refused(_("It has been sent already."), code="gone")
        if found.agent_id != by.pk:
            raise Refused(_("Only its writer can take it back."), code="not_yours")
        _back_to_draft(found)
        events.record(found.conversation, Event.Kind.TAKEN_BACK, agent=by, held=held.pk)


def send_now(held: HeldReply, *, by: Agent) -> None:
    """Don't wait any longer. Raises Refused when it has gone, or is another agent's."""
    if held.agent_id != by.pk:
        raise Refused(_("Only its writer can send it."), code="not_yours")
    if not HeldReply.objects.filter(pk=held.pk).update(due_at=clock.now()):
        raise Refused(_("It has been sent already."), code="gone")
    release(held_id=held.pk)


@task(retries=8, backoff=30)
def release(held_id: int) -> None:
    """Send what is due, once. What can't be sent any more becomes a draft again, and the conversation says why."""
    with transaction.atomic():
        held = _locked(held_id)
        if held is None or held.due_at > clock.now():
            return
        # Nothing has been said here by anybody yet.
        begins = not held.conversation.preview_kind
        try:
            replies.reply(
                held.conversation,
                by=held.agent,
                body=held.text,
                client_id=held.client_id,
                attachments=_files(held),
                via=Inbox.objects.select_related("brand").filter(pk=held.options["via"]).first(),
                copies=replies.Copies(tuple(held.options["cc"]), tuple(held.options["bcc"])),
                subject=held.options.get("subject", ""),
            )
        except Refused as refusal:
            with changing(held.conversation) as current:
                activities.add(current, "not_sent", agent=held.agent, reason=str(refusal))
            _back_to_draft(held)
        else:
            held.delete()
            if begins:
                lifecycle.wait_for_customer(held.conversation, by=held.agent)


def _locked(held_id: int) -> HeldReply | None:
    found = HeldReply.objects.select_for_update(of=("self",)).filter(pk=held_id)
    return found.select_related("conversation", "agent").first()


def _files(held: HeldReply) -> list[str]:
    return list(Attachment.objects.filter(held=held, message=None).values_list("public_id", flat=True))


def _back_to_draft(held: HeldReply) -> None:
    """What its writer has begun since stays, below it."""
    begun = drafts.drafts_of(held.agent, held.conversation).get(Message.Kind.REPLY)
    drafts.save(
        held.conversation,
        agent=held.agent,
        kind=Message.Kind.REPLY,
        body="\n\n".join(part for part in (held.text, begun.text if begun else "") if part),
        attachments=[*held.attachments, *(begun.attachments if begun else [])],
        options=held.options,
    )
    held.delete()
