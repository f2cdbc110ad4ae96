"""One turn of the bot: what the customer has written since its last one, and what it does about that.

It thinks without holding anything, and writes only if nothing has happened meanwhile: whoever writes again or takes the
conversation over makes its thought void.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from aspa.core.conversations import bots
from aspa.core.conversations.models import Message
from aspa.kit.bus import bus
from aspa.service.bot import answering, counting, flows, greeting, handing_over, languages, readers, small_talk, wishes
from aspa.service.bot.models import Bot, Talk
from aspa.service.closing.thanking import is_bare_thanks
from aspa.service.duty.models import Call
from aspa.service.routing import availability
from aspa.service.search import content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.conversations.bots import Source

# So many questions without an answer, then a person is asked.
MISSES = 2
CUT = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class Reaction:
    """What the bot says, if anything, and why it then hands over, if it does; how the talk and the figures change."""

    text: str = ""
    sources: tuple[Source, ...] = ()
    choices: tuple[str, ...] = ()
    cause: str = ""
    changes: dict[str, Any] = dataclasses.field(default_factory=dict)
    counts: dict[str, int] = dataclasses.field(default_factory=dict)


def take_turn(conversation_id: int) -> None:
    """Safe to run at any time and twice."""
    talks = Talk.objects.select_related("conversation__brand", "conversation__contact", "conversation__inbox", "flow")
    talk = talks.filter(pk=conversation_id, state=Talk.State.BOT).first()
    if talk is None:
        return
    talk.conversation.inbox.brand = talk.conversation.brand
    messages = _unheard(talk)
    up_to = max([talk.heard_id, *(message.pk for message in messages)])
    reaction = _react(talk, messages)
    if reaction is not None:
        _write(talk, reaction, up_to)
    elif talk.owed_since is not None:
        # Said already: the event was read twice.
        Talk.objects.filter(pk=talk.pk, turns=talk.turns).update(owed_since=None)


def _unheard(talk: Talk) -> list[Message]:
    incoming = Message.objects.filter(conversation=talk.conversation_id, kind=Message.Kind.INCOMING)
    return list(incoming.filter(pk__gt=talk.heard_id).order_by("pk")[:20])


def _react(talk: Talk, messages: Sequence[Message]) -> Reaction | None:
    """None when there is nothing to react to."""
    bot = Bot.objects.filter(pk=talk.inbox_id).first()
    if bot is None or bot.when == Bot.When.OFF:
        return Reaction(cause="off")
    if not messages:
        with override(talk.language):
            outcome = flows.go_on_alone(talk) if talk.flow else None
        return _of_flow(talk, outcome) if outcome else None
    said = "\n".join(message.text for message in messages).strip()[:CUT]
    language = talk.conversation.brand.spoken(languages.of(said, talk.language or talk.conversation.language))
    talk.language = language
    with override(language):
        reaction = _handed_over(talk, bot, messages, said) or _answered(talk, bot, said)
    return dataclasses.replace(reaction, changes={"language": language, **reaction.changes})


def _handed_over(talk: Talk, bot: Bot, messages: Sequence[Message], said: str) -> Reaction | None:
    """When it is for a person."""
    if any(message.inbox_id != talk.inbox_id for message in messages):
        return Reaction(cause="elsewhere")
    if wishes.asks_for_person(said) or any(wishes.asks_for_person(message.text) for message in messages):
        return Reaction(cause="asked")
    if Call.objects.filter(conversation=talk.conversation_id, settled_at=None).exists():
        return Reaction(cause="urgent")
    if any(message.has_attachments for message in messages):
        return Reaction(cause="files")
    if bot.when == Bot.When.ABSENT and availability.of(talk.conversation.inbox).is_offered:
        return Reaction(cause="present")
    return None


def _answered(talk: Talk, bot: Bot, said: str) -> Reaction:
    outcome = None if is_bare_thanks(said) else flows.go_on(talk, said) if talk.flow else flows.begin(talk, said)
    if outcome is not None:
        return _of_flow(talk, outcome)
    reaction = _plain(talk, bot, said)
    return dataclasses.replace(reaction, changes={**flows.LEFT, **reaction.changes})


def _plain(talk: Talk, bot: Bot, said: str) -> Reaction:
    """Outside of any flow."""
    if is_bare_thanks(said) or (wishes.says_yes(said) and talk.answers):
        return _helped(talk)
    if wishes.says_no(said) and talk.answers:
        return _missed(talk, said, _("I’m sorry that didn’t help. Could you tell it in other words?"))
    if wishes.only_greets(said):
        return Reaction(greeting.words(bot, talk.conversation.brand.name, talk.language))
    if small_talk.asks_who(said) or small_talk.asks_how(said):
        told = _(
            "I’m %(name)s, a bot of %(brand)s. I answer from our own pages; a person takes over when you ask for one."
        )
        return Reaction(told % {"name": bot.name, "brand": talk.conversation.brand.name})
    if small_talk.only_agrees(said):
        return Reaction(_("If something comes up, just write."))
    if small_talk.asks_of_own(said):
        return _missed(talk, said, _("What is your own I can’t see. Shall I pass you on to a person?"))
    return _looked_up(talk, bot, said)


def _looked_up(talk: Talk, bot: Bot, said: str) -> Reaction:
    brand_id, language = talk.conversation.brand_id, talk.language
    reader = readers.reader_of(talk.conversation.contact)
    looked = answering.look(talk.conversation.inbox, said, reader=reader, language=language)
    answer = answering.titled(looked.pages, said) if said in talk.offered else None
    meant = [] if talk.offered else looked.meant
    if answer is None and not meant:
        if bot.asks_model:
            _types(talk, bot)
        contact = talk.conversation.contact
        answer = answering.put(bot, looked, said, language=language, contact=contact, talk_id=talk.pk)
    content.asked(brand_id, said, where="bot", found=len(meant) or int(answer is not None))
    if answer is not None:
        choices = (_("Yes, this helped"), _("This didn’t help"))
        first = int(not talk.answers)
        return Reaction(answer.text, answer.sources, choices, changes={"answers": 1}, counts={"answered": first})
    if meant or (looked.pages and not talk.offered and not small_talk.is_angry(said)):
        titles = meant or answering.titles(looked.pages)
        text = _("Which of these do you mean?") if meant else _("I’m not sure that I know this. Is it one of these?")
        return Reaction(text, choices=tuple(titles), changes={"offered": titles})
    return _missed(talk, said, _("I don’t know that. Could you ask in other words? Or I pass you on to a person."))


def _types(talk: Talk, bot: Bot) -> None:
    """A language model takes a while, and the customer sees that something is done."""
    conversation = talk.conversation
    shown = {"name": bot.name, "title": "", "initials": "bot", "picture": ""}
    bus.publish(
        "typing",
        {
            "conversation": conversation.pk, "inbox": talk.inbox_id, "contact": conversation.contact_id, "side": "agent",
            "kind": "reply", "agent": None, "who": bot.name, "shown": shown,
        },
    )  # fmt: skip


def _helped(talk: Talk) -> Reaction:
    first = int(not talk.has_helped and bool(talk.answers))
    text = _("Good to hear. If something else comes up, just write.") if talk.answers else _("You’re welcome.")
    changes = {"misses": 0, "has_helped": bool(talk.answers) or talk.has_helped}
    return Reaction(text, changes=changes, counts={"helped": first})


def _missed(talk: Talk, said: str, text: str) -> Reaction:
    """Who is angry isn't asked to say it in other words."""
    misses = MISSES if small_talk.is_angry(said) else talk.misses + 1
    if misses >= MISSES:
        return Reaction(cause="misses", changes={"misses": misses}, counts={"misses": 1})
    return Reaction(text, changes={"misses": misses}, counts={"misses": 1})


def _of_flow(talk: Talk, outcome: flows.Outcome) -> Reaction:
    first = int(outcome.has_answered and not talk.answers)
    changes = {**outcome.changes, "answers": int(outcome.has_answered)}
    return Reaction(outcome.text, outcome.sources, outcome.choices, outcome.cause, changes, {"answered": first})


@transaction.atomic
def _write(talk: Talk, reaction: Reaction, up_to: int) -> None:
    held = Talk.objects.select_for_update(of=("self",)).select_related("conversation__brand").get(pk=talk.pk)
    if held.state != Talk.State.BOT or held.turns != talk.turns:
        return
    bot = Bot.objects.filter(pk=talk.inbox_id).first()
    if reaction.text and bot is not None:
        said = bots.Said(bot.name, reaction.text, reaction.sources, reaction.choices)
        if bots.answer(held.conversation, said, up_to=up_to, client_id=f"bot-{held.pk}-{held.turns}") is None:
            return
    changes = {**reaction.changes, "answers": held.answers + reaction.changes.get("answers", 0)}
    for name, value in changes.items():
        setattr(held, name, value)
    held.heard_id, held.owed_since, held.turns = up_to, None, held.turns + 1
    held.save()
    counting.count(held, **reaction.counts)
    if reaction.cause:
        handing_over.of_held(held, cause=reaction.cause)
