"""Lines in a conversation that nobody wrote: who took it, when it ended. Said in the reader's own language."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, override

from aspa.core.conversations import because, delivery, events, next_step, ways
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.core.conversations.rows import insert
from aspa.kit import clock

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Inbox
    from aspa.core.people.models import Agent

# code: (what agents read, what the customer reads or None when it is not theirs to see)
SENTENCES: dict[str, tuple[str, str | None]] = {
    "receipt": (
        gettext_noop("The customer was told: received, %(reference)s"),
        gettext_noop("Your message has arrived · %(reference)s"),
    ),
    "ask_solved": (gettext_noop("%(who)s asked whether this is solved"), gettext_noop("Did this solve it?")),
    "not_solved": (
        gettext_noop("The customer answered: not solved yet"),
        gettext_noop("You said it isn't solved yet. We go on."),
    ),
    "ended_by_contact": (
        gettext_noop("The customer ended the conversation"),
        gettext_noop("You ended the conversation. Write any time to open it again."),
    ),
    "closed_by_silence": (
        gettext_noop("Closed by silence after the announced wait"),
        gettext_noop("We closed this as we haven't heard from you. Write any time to open it again."),
    ),
    # `when` is made of `due`, as below.
    "reminded": (
        gettext_noop("The customer was reminded: silence closes this %(when)s"),
        gettext_noop(
            "We are still here. If we don't hear from you, we close this %(when)s; write any time to open it again."
        ),
    ),
    "thanked": (gettext_noop("The customer thanked and asked nothing more"), None),
    "reopened": (gettext_noop("Opened again"), gettext_noop("The conversation is open again.")),
    "assigned": (gettext_noop("%(who)s gave this to %(whom)s"), None),
    "taken": (gettext_noop("%(who)s took this"), None),
    "released": (gettext_noop("%(who)s released this"), None),
    "team_assigned": (gettext_noop("%(who)s moved this to the team %(team)s"), None),
    "team_released": (gettext_noop("%(who)s removed the team"), None),
    "transferred": (gettext_noop("%(who)s moved this to %(whom)s: %(reason)s"), None),
    "routed": (gettext_noop("Routed to %(whom)s: %(why)s"), None),
    "moved_on": (gettext_noop("Back in the queue: %(whom)s %(gone)s"), None),
    "snoozed": (gettext_noop("%(who)s snoozed this"), None),
    "woken": (gettext_noop("Back from snooze"), None),
    "set_aside": (gettext_noop("%(who)s set this aside as %(how)s: %(reason)s"), None),
    "merged": (gettext_noop("%(who)s merged %(reference)s into this"), None),
    "merged_away": (gettext_noop("%(who)s merged this into %(reference)s"), None),
    "unmerged": (gettext_noop("%(who)s took %(reference)s apart again"), None),
    "split": (gettext_noop("%(who)s split this from %(reference)s"), None),
    "split_away": (gettext_noop("%(who)s split a part of this to %(reference)s"), None),
    "linked": (gettext_noop("%(who)s linked this with %(reference)s"), None),
    "priority": (gettext_noop("%(who)s set the priority to %(priority)s"), None),
    "continues": (gettext_noop("Continues %(reference)s"), None),
    "copy_refused": (gettext_noop("The copy didn't go to %(addresses)s"), None),
    "not_delivered": (gettext_noop("A reply of %(who)s was not delivered: %(reason)s"), None),
    "reminder_not_delivered": (gettext_noop("The customer couldn’t be reminded: %(reason)s"), None),
    # `when` is made of `due`: an instant, as the brand's clock has it.
    "promised": (
        gettext_noop("%(who)s promised, by %(when)s: %(what)s"),
        gettext_noop("%(who)s promised to take care of this by %(when)s"),
    ),
    "promise_moved": (
        gettext_noop("%(who)s moved a promise to %(when)s: %(what)s"),
        gettext_noop("%(who)s will take care of this by %(when)s instead"),
    ),
    "promise_withdrawn": (
        gettext_noop("%(who)s withdrew a promise: %(what)s"),
        gettext_noop("%(who)s had to withdraw the promise “%(what)s”"),
    ),
    "promise_handed_over": (gettext_noop("%(who)s handed a promise to %(whom)s: %(what)s"), None),
    "links_renewed": (gettext_noop("%(who)s made the links to the customer's own page void"), None),
    "not_sent": (gettext_noop("A held reply of %(who)s was not sent: %(reason)s"), None),
    "duty_called": (
        gettext_noop("Urgent (%(why)s), called: %(whom)s"),
        gettext_noop("As this is urgent, the person on duty is being told"),
    ),
    "duty_escalated": (gettext_noop("Not taken within %(minutes)s minutes, called next: %(whom)s"), None),
    "duty_accepted": (
        gettext_noop("%(who)s took this as urgent"),
        gettext_noop("%(who)s is on duty and has this now"),
    ),
    "duty_answered": (gettext_noop("%(who)s answered this as urgent"), None),
    # `where`: an address, masked.
    "verification_asked": (
        gettext_noop("%(who)s asked the customer to prove %(where)s by a code"),
        gettext_noop(
            "We sent a code to %(where)s, so that we know it is yours. Write the six digits here, or on your own page."
        ),
    ),
    "verified": (
        gettext_noop("The customer proved %(where)s by a code"),
        gettext_noop("Thank you. %(where)s is confirmed as yours."),
    ),
    "verified_elsewhere": (
        gettext_noop("The customer proved %(where)s by a code. Another customer has proved it too: compare the two."),
        gettext_noop("Thank you. %(where)s is confirmed as yours."),
    ),
    "verification_failed": (gettext_noop("%(where)s was not proved: too many wrong codes"), None),
    "code_refused": (
        gettext_noop("The customer wrote a code that isn't valid"),
        gettext_noop("That isn't the code we sent, or it is no longer valid. You get a new one on your own page."),
    ),
    "identification_asked": (
        gettext_noop("%(who)s asked the customer to identify themselves: %(by)s"),
        gettext_noop("We ask you to identify yourself (%(by)s). You find the link on your own page of this matter."),
    ),
    "identified": (
        gettext_noop("The customer identified themselves strongly: %(level)s"),
        gettext_noop("Thank you. You have identified yourself."),
    ),
    "identified_elsewhere": (
        gettext_noop(
            "The customer identified themselves strongly: %(level)s. Another customer is the same person: compare the two."
        ),
        gettext_noop("Thank you. You have identified yourself."),
    ),
    "identified_as_other": (
        gettext_noop("Somebody else than before identified themselves (%(by)s). Nothing was changed."),
        gettext_noop("Thank you. We look at your identification and answer here."),
    ),
    "contact_merged": (gettext_noop("%(who)s merged two records of this customer into one: %(proof)s"), None),
    "contact_unmerged": (gettext_noop("%(who)s took a merge of two customers back"), None),
    "cart_offered": (
        gettext_noop("The customer was shown their open cart, %(total)s"),
        gettext_noop("Your cart is still here\n%(items)s\nTogether %(total)s"),
    ),
    "cart_offered_by": (
        gettext_noop("%(who)s offered the customer their open cart, %(total)s"),
        gettext_noop("Your cart is still here\n%(items)s\nTogether %(total)s"),
    ),
    "cart_resumed": (gettext_noop("The customer went on with the cart"), None),
    "cart_bought": (gettext_noop("The cart was bought, order %(number)s"), None),
    "handed_over": (
        gettext_noop("The bot handed this over: %(cause)s"),
        gettext_noop("A person takes over from here, and sees what you have written"),
    ),
}

# What the customer is told also where nobody looks at a stream: there it goes out as a message of its own.
TOLD = ("receipt", "ask_solved", "reminded", "closed_by_silence", "duty_called", "cart_offered_by")

# What also says who answers and by when.
WITH_STEP = ("receipt", "handed_over")

# Values that are codes themselves and want saying in the reader's language.
WORDS: dict[str, dict[Any, Any]] = {
    "how": dict(Conversation.ClosedHow.choices),
    "priority": dict(Conversation.Priority.choices),
    "gone": {
        "away": gettext_lazy("is away"),
        "off": gettext_lazy("takes no conversations now"),
        "lost": gettext_lazy("is no longer there"),
    },
    "cause": {
        "asked": gettext_lazy("the customer asked for a person"),
        "misses": gettext_lazy("it didn’t know the answer"),
        "flow": gettext_lazy("its steps led here"),
        "files": gettext_lazy("the customer sent a file"),
        "urgent": gettext_lazy("it is urgent"),
        "elsewhere": gettext_lazy("the customer went on by another way"),
        "present": gettext_lazy("somebody is here now"),
        "late": gettext_lazy("it didn’t answer in time"),
        "off": gettext_lazy("it was switched off"),
    },
    "proof": {
        "strong": gettext_lazy("both identified themselves strongly as the same person"),
        "identity": gettext_lazy("both proved the same address or account"),
    },
}


def add(
    conversation: Conversation,
    code: str,
    *,
    agent: Agent | None = None,
    by_contact: bool = False,
    event: Event.Kind = Event.Kind.ACTIVITY,
    via: Inbox | None = None,
    **values: Any,
) -> Message:
    """Write an activity line with its event, in the transaction of the caller, who holds the conversation.

    `values` fill the sentence and are JSON. What is TOLD goes out by `via`, or else where the customer last wrote.
    """
    public = SENTENCES[code][1] is not None
    if agent is not None:
        values.setdefault("who", agent.name)
    message = Message.objects.create(
        conversation=conversation,
        inbox=via or (ways.latest(conversation) if code in TOLD else conversation.inbox),
        kind=Message.Kind.ACTIVITY,
        is_public=public,
        agent=agent,
        code=code,
        data=values,
        created_at=clock.now(),
    )
    conversation.last_message_id = message.pk
    conversation.save(update_fields=["last_message_id"])
    events.record(conversation, event, agent=agent, by_contact=by_contact, message=message, **values)
    if code in TOLD:
        delivery.tell(message)
    return message


def newest(conversation: Conversation, codes: Collection[str]) -> Message | None:
    """The last line of these codes, ready for `sentence`."""
    lines = Message.objects.filter(conversation=conversation, kind=Message.Kind.ACTIVITY, code__in=codes)
    line = lines.select_related("agent").order_by("-pk").first()
    if line is not None:
        line.conversation = conversation
    return line


MESSAGE = (
    "conversation_id", "inbox_id", "kind", "is_public", "text", "html", "code", "data", "has_attachments", "created_at",
    "state", "state_reason",
)  # fmt: skip


def add_together(code: str, lines: Sequence[tuple[Conversation, Inbox, dict[str, Any]]]) -> None:
    """As `add` for many conversations, which the caller holds, each with its values, of what is TOLD by an inbox."""
    now, public = clock.now(), SENTENCES[code][1] is not None
    queued = [delivery.goes_out(inbox) for _conversation, inbox, _values in lines]
    rows = [
        (
            conversation.pk, inbox.pk, Message.Kind.ACTIVITY.value, public, "", "", code, json.dumps(values), False, now,
            Message.State.QUEUED.value if goes else Message.State.STORED.value, "",
        )
        for (conversation, inbox, values), goes in zip(lines, queued, strict=True)
    ]  # fmt: skip
    ids = insert("conversations_message", MESSAGE, rows)
    last = [(pk, conversation.pk) for pk, (conversation, _inbox, _values) in zip(ids, lines, strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE conversations_conversation SET last_message_id = %s WHERE id = %s", last)
    events.record_activities([(one, pk, values) for pk, (one, _inbox, values) in zip(ids, lines, strict=True)], now)
    for pk, goes in zip(ids, queued, strict=True):
        if goes:
            delivery.send.enqueue(message_id=pk)


def sentence(message: Message, *, for_contact: bool, language: str | None = None) -> str:
    """The activity in words, in `language` or else the active one. Unknown codes (from a newer version) give ""."""
    ours, theirs = SENTENCES.get(message.code, ("", None))
    text = theirs if for_contact else ours
    if not text:
        return ""
    with override(language) if language else nullcontext():
        values = {
            key: str(WORDS[key].get(value, value) if key in WORDS else value) for key, value in message.data.items()
        }
        values.setdefault("who", "Aspa")
        if message.code == "routed":
            values["why"] = because.words(message.data["why"])
        if "due" in values:
            values["when"] = next_step.moment(values["due"], message.conversation.brand)
        said = _(text) % values
        if message.code not in WITH_STEP:
            return said
        step = next_step.sentence(message.data, message.conversation, for_contact=for_contact)
        return (f"{said}\n{step}" if for_contact else f"{said} · {step}") if step else said
