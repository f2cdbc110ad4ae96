"""The flows of a talk: which one a message asks for, and how it goes on step by step. Reads and says; `talking` writes."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from aspa.service.bot import answering, orders, readers, steps
from aspa.service.bot.hiding import EMAIL
from aspa.service.bot.models import Flow
from aspa.service.search.words.dictionaries import LANGUAGES
from aspa.service.search.words.normaliser import BASE, weighed
from aspa.service.search.words.tokens import tokens
from aspa.service.verification.following import code_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aspa.core.conversations.bots import Source
    from aspa.service.bot.models import Talk
    from aspa.service.bot.steps import Step

# The talk is in no flow any more, and what was told for one is forgotten.
LEFT: dict[str, Any] = {"flow": None, "step": 0, "noted": {}}
# What is longer is a story, and asks for more than a flow can give.
LONGEST = 30
TRIES = 2
NUMBER = re.compile(r"#?\b[A-Z]{0,6}-?\d[\dA-Z-]{2,19}\b", re.IGNORECASE)
# Who writes an order's number and no more asks how it is with that order.
ORDER_ALONE = re.compile(
    r"(?:(?:tilaus|tilausnumero|tilauksen numero|order|order number|beställning|beställningsnummer|ordernummer)"
    r"(?: (?:on|är|is))?[:\s]+)?#?(?:[A-Z]{1,6}-?)?\d{4,12}[.!?]?",
    re.IGNORECASE,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """What is said, and why a person is asked then, if one is. `has_answered`: something that was wanted was told."""

    text: str = ""
    sources: tuple[Source, ...] = ()
    choices: tuple[str, ...] = ()
    cause: str = ""
    changes: dict[str, Any] = dataclasses.field(default_factory=dict)
    has_answered: bool = False


def begin(talk: Talk, said: str) -> Outcome | None:
    """The flow that the message asks for; None when it asks for none."""
    flow = wanted(talk.conversation.brand_id, said)
    if flow is None:
        return None
    return _Walk(talk, flow, _noted(said)).go(1)


def go_on(talk: Talk, said: str) -> Outcome | None:
    """The customer's word to the step that waits for it; None when it is about something else."""
    assert talk.flow is not None
    walk = _Walk(talk, talk.flow, dict(talk.noted))
    step = walk.step(talk.step)
    if step is None:
        return None
    if step.do == "ask":
        return walk.hear(talk.step, step, said)
    if step.do == "prove":
        return walk.hear_code(talk.step, said)
    for choice in step.choices:
        if said.strip().casefold() in {label.strip().casefold() for label in choice.label.values()}:
            return walk.lead(choice.to)
    return None


def go_on_alone(talk: Talk) -> Outcome | None:
    """The customer has proved their address elsewhere."""
    assert talk.flow is not None
    walk = _Walk(talk, talk.flow, dict(talk.noted))
    step = walk.step(talk.step)
    return walk.go(talk.step + 1) if step is not None and step.do == "prove" and walk.is_proved() else None


def wanted(brand_id: int, said: str) -> Flow | None:
    """The flow one of whose phrases has all its words, in any of their forms, in the message."""
    words = [_forms(word) for word in tokens(said)]
    if not words or len(words) > LONGEST:
        return None
    flows = Flow.objects.filter(brand=brand_id, is_on=True).order_by("pk")
    if ORDER_ALONE.fullmatch(said.strip()):
        return flows.filter(task=Flow.Task.ORDER).first()
    for flow in flows:
        for phrase in flow.phrases.splitlines():
            asked = tokens(phrase)
            if asked and all(any(_forms(word) & form for form in words) for word in asked):
                return flow
    return None


def _forms(word: str) -> frozenset[str]:
    return frozenset(
        term for language in LANGUAGES for term, weight in weighed(word, language).items() if weight >= BASE
    )


def _noted(said: str) -> dict[str, str]:
    email, rest = EMAIL.search(said), EMAIL.sub(" ", said)
    number = NUMBER.search(rest)
    noted = {"email": email[0].lower()} if email else {}
    return {**noted, "order": number[0].lstrip("#")} if number else noted


class _Walk:
    """Through the steps of one flow, until one waits for the customer or there are no more."""

    def __init__(self, talk: Talk, flow: Flow, noted: dict[str, str]) -> None:
        self.talk, self.flow, self.noted = talk, flow, noted
        self.steps: list[Step] = steps.parsed(flow.steps)
        self.said: list[str] = []
        self.sources: tuple[Source, ...] = ()
        self.has_answered = False

    def step(self, number: int) -> Step | None:
        return self.steps[number - 1] if 1 <= number <= len(self.steps) else None

    def go(self, number: int) -> Outcome:
        """From this step on."""
        while (step := self.step(number)) is not None:
            match step.do:
                case "say":
                    self.said.append(self._words(step))
                case "ask" if not self._is_known(step.what):
                    return self._wait(number, self._words(step))
                case "prove" if not self.is_proved():
                    return self._ask_for_code(number)
                case "look_up":
                    self._look_up()
                case "answer":
                    self._tell(self._words(step))
                case "choose":
                    labels = [steps.said(choice.label, self.talk.language) for choice in step.choices]
                    return self._wait(number, self._words(step), labels)
                case "hand_over":
                    return self._end(cause="flow")
            number += 1
        return self._end()

    def lead(self, to: int) -> Outcome:
        if to == steps.PERSON:
            return self._end(cause="asked")
        if to == steps.END:
            self.said.append(_("Good. If something else comes up, just write."))
            return self._end()
        return self.go(to)

    def hear(self, number: int, step: Step, said: str) -> Outcome | None:
        told = _noted(said)
        if step.what in told:
            self.noted |= told
            self.noted.pop("tries", None)
            return self.go(number + 1)
        tries = int(self.noted.get("tries", "0")) + 1
        if tries >= TRIES:
            # It is about something else, or can't be told.
            return None
        self.noted["tries"] = str(tries)
        return self._wait(number, self._words(step))

    def hear_code(self, number: int, said: str) -> Outcome | None:
        if self.is_proved():
            return self.go(number + 1)
        if not orders.is_asked(self.talk.conversation.contact):
            self.said.append(_("The address couldn’t be confirmed."))
            return self._end(cause="flow")
        if code_in(said):
            return self._wait(number, _("Look for the newest letter from us, and write the six digits here."))
        return None

    def is_proved(self) -> bool:
        contact = self.talk.conversation.contact
        return readers.is_proven(contact) or orders.has_proved(contact, self.noted.get("email", ""))

    def _is_known(self, what: str) -> bool:
        """What the shop vouches for needn't be asked; without a number their newest orders are told."""
        return what in self.noted or readers.is_proven(self.talk.conversation.contact)

    def _ask_for_code(self, number: int) -> Outcome:
        if not orders.have_proved(self.talk.conversation, self.noted.get("email", "")):
            self.said.append(_("I can’t send a code there just now."))
            return self._end(cause="flow")
        return self._wait(
            number, _("So that I tell of an order to nobody but its owner, write the code from the letter here.")
        )

    def _look_up(self) -> None:
        contact = self.talk.conversation.contact
        found = orders.found(contact, number=self.noted.get("order", ""), email=self.noted.get("email", ""))
        if found:
            self.said.append(orders.words(found))
            self.has_answered = True
        else:
            self.said.append(_("I don’t find such an order with that number and address."))

    def _tell(self, about: str) -> None:
        conversation = self.talk.conversation
        reader = readers.reader_of(conversation.contact)
        answer = answering.look(conversation.inbox, about, reader=reader, language=self.talk.language).quote
        if answer is not None:
            self.said.append(answer.text)
            self.sources += answer.sources
            self.has_answered = True

    def _words(self, step: Step) -> str:
        return steps.said(step.text, self.talk.language)

    def _wait(self, number: int, question: str, choices: Iterable[str] = ()) -> Outcome:
        changes = {"flow": self.flow, "step": number, "noted": self.noted}
        text = "\n\n".join([*self.said, question])
        return Outcome(text, self.sources, tuple(choices), changes=changes, has_answered=self.has_answered)

    def _end(self, cause: str = "") -> Outcome:
        text = "\n\n".join(self.said)
        return Outcome(text, self.sources, cause=cause, changes=dict(LEFT), has_answered=self.has_answered)
