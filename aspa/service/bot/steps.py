"""The steps of a flow, as they are stored and as they are checked: plain data, which admins edit.

{"do": "say", "text": {"fi": "…", "sv": "…", "en": "…"}}
{"do": "ask", "what": "order" | "email", "text": …}      what the customer has told already isn't asked
{"do": "prove"}                                          by a code to that address, unless the shop vouches for them
{"do": "look_up"}                                        the order in the shop's data, or the newest ones
{"do": "answer", "text": …}                              what is published about these words
{"do": "choose", "text": …, "choices": [{"label": …, "to": 5}]}     to: a step from 1, 0 for a person, -1 for the end
{"do": "hand_over"}
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

DOES = {
    "say": gettext_lazy("Say"),
    "ask": gettext_lazy("Ask for"),
    "prove": gettext_lazy("Have the address proved by a code"),
    "look_up": gettext_lazy("Tell the order’s state"),
    "answer": gettext_lazy("Tell what is published about"),
    "choose": gettext_lazy("Let choose"),
    "hand_over": gettext_lazy("Hand over to a person"),
}
ASKED = {"order": gettext_lazy("the order’s number"), "email": gettext_lazy("the e-mail address")}
WITH_TEXT = ("say", "ask", "answer", "choose")
PERSON, END = 0, -1
MOST_STEPS, MOST_CHOICES, LONGEST = 20, 6, 1000

Text = Mapping[str, str]


class Faulty(Exception):
    """The steps can't be followed; the text says why, in the reader's language."""


@dataclasses.dataclass(frozen=True, slots=True)
class Choice:
    label: Text
    to: int


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    do: str
    text: Text = dataclasses.field(default_factory=dict)
    what: str = ""
    choices: tuple[Choice, ...] = ()


def parsed(stored: Iterable[Mapping[str, Any]]) -> list[Step]:
    """Raises Faulty."""
    found = [_step(one, number) for number, one in enumerate(stored, 1)]
    if not found or len(found) > MOST_STEPS:
        raise Faulty(_("A flow has from one to %(most)s steps.") % {"most": MOST_STEPS})
    for number, step in enumerate(found, 1):
        if any(not END <= choice.to <= len(found) for choice in step.choices):
            raise Faulty(_("Step %(number)s leads to a step that there isn’t.") % {"number": number})
    if _proves_nobody(found):
        raise Faulty(_("Tell the state of an order only after the e-mail address has been asked for and proved."))
    return found


def said(text: Text, language: str) -> str:
    """In the customer's language, else in any that there is."""
    return text.get(language) or next((words for words in text.values() if words), "")


def _step(stored: Mapping[str, Any], number: int) -> Step:
    do, what = str(stored.get("do", "")), str(stored.get("what", ""))
    text = _text(stored.get("text") or {})
    choices = tuple(Choice(_text(one["label"]), int(one["to"])) for one in stored.get("choices") or ())
    if do not in DOES:
        raise Faulty(_("Step %(number)s does nothing that is known.") % {"number": number})
    if do in WITH_TEXT and not any(text.values()):
        raise Faulty(_("Step %(number)s has no text.") % {"number": number})
    if do == "ask" and what not in ASKED:
        raise Faulty(_("Step %(number)s doesn’t say what to ask for.") % {"number": number})
    if do == "choose" and not (1 <= len(choices) <= MOST_CHOICES and all(any(one.label.values()) for one in choices)):
        raise Faulty(
            _("Step %(number)s needs from one to %(most)s choices.") % {"number": number, "most": MOST_CHOICES}
        )
    return Step(do, text, what, choices if do == "choose" else ())


def _text(stored: Mapping[str, Any]) -> dict[str, str]:
    return {str(language)[:5]: str(words).strip()[:LONGEST] for language, words in stored.items()}


def _proves_nobody(steps: list[Step]) -> bool:
    """Whether an order could be told of to somebody who has proved nothing. `orders` refuses that too."""
    first = next((number for number, step in enumerate(steps) if step.do == "look_up"), None)
    if first is None:
        return False
    before = [step.do if step.do != "ask" else step.what for step in steps[:first]]
    return "email" not in before or "prove" not in before
