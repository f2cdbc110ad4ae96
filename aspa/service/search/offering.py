"""What can be written in the search box where the caret stands: operators, and the values that they take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from aspa.core.conversations import access
from aspa.core.conversations.models import Label
from aspa.core.inboxes.channel import channels
from aspa.core.people.models import Team
from aspa.service.search import customers
from aspa.service.search.asking import NAMES, OPERATORS, QUOTES, STATES, THINGS, Operator, spelling

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    from aspa.core.people.models import Agent

MOST = 8
# What is being written where the caret stands: perhaps denied, perhaps an operator, perhaps in quotation marks.
WRITTEN = re.compile(r'(?P<minus>-?)(?:(?P<name>[^\W\d_]+):"?(?P<value>[^"]*)|(?P<word>[^\W\d_]+))$')
OPEN_QUOTE = re.compile(r'(?:^|\s)-?[^\W\d_]*:?"[^"]*$')
ABOUT: Mapping[Operator, _StrOrPromise] = {
    Operator.FROM: _("who wrote it"),
    Operator.TO: _("who got it"),
    Operator.IS: _("the state"),
    Operator.HAS: _("what is with it"),
    Operator.LABEL: _("a label"),
    Operator.BEFORE: _("before a day"),
    Operator.AFTER: _("from a day on"),
    Operator.CHANNEL: _("the channel"),
    Operator.INBOX: _("the inbox"),
    Operator.TEAM: _("the team"),
    Operator.ASSIGNED: _("who takes care of it"),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """`text` is to stand in place of the characters from `start` up to the caret; `about` says what it is."""

    text: str
    start: int
    name: str
    about: str = ""


def offers(agent: Agent, text: str, at: int) -> list[Offer]:
    """The nearest first; none where nothing is being written that could be completed. Never raises."""
    before = text[:at].translate(QUOTES)
    piece = _piece(before)
    found = WRITTEN.match(piece)
    if found is None:
        return []
    start = len(before) - len(piece)
    if found["name"] is None:
        return _operators(found["word"].casefold(), found["minus"], start)
    operator = NAMES.get(found["name"].casefold())
    if operator is None:
        return []
    values = _fitting(_values(operator, agent, found["value"]), found["value"].casefold())
    head = f"{found['minus']}{found['name']}:"
    return [Offer(f"{head}{_quoted(value)} ", start, value, about) for value, about in values][:MOST]


def _piece(before: str) -> str:
    """What the caret stands at the end of."""
    if quoted := OPEN_QUOTE.search(before):
        return quoted[0].lstrip()
    return re.split(r"\s", before)[-1]


def _operators(beginning: str, minus: str, start: int) -> list[Offer]:
    language = _language()
    fitting = {operator for name, operator in NAMES.items() if name.startswith(beginning)}
    return [
        Offer(f"{minus}{name}:", start, f"{name}:", str(ABOUT[operator]))
        for operator in Operator
        if operator in fitting
        for name in [_name(operator, beginning, language)]
    ]


def _name(operator: Operator, beginning: str, language: str) -> str:
    """In the language in which its beginning was written; the agent's own before others."""
    own = spelling(OPERATORS[operator], language)
    if own.startswith(beginning):
        return own
    spellings = (name for names in OPERATORS[operator].values() for name in names.split())
    return next((name for name in spellings if name.startswith(beginning)), own)


def _values(operator: Operator, agent: Agent, written: str) -> Iterable[tuple[str, str]]:
    """(value, what it is)"""
    match operator:
        case Operator.IS:
            return [(spelling(each, _language()), "") for each in STATES.values()]
        case Operator.HAS:
            return [(spelling(each, _language()), "") for each in THINGS.values()]
        case Operator.LABEL:
            return _named(Label.objects.filter(brand__in=access.brand_ids(agent)).order_by("name"))
        case Operator.TEAM:
            return _named(Team.objects.order_by("name"))
        case Operator.INBOX:
            inboxes = access.inboxes(agent).defer("settings", "brand__identity_secret")
            return [(inbox.name, inbox.brand.name) for inbox in inboxes]
        case Operator.CHANNEL:
            used = set(access.inboxes(agent).order_by().values_list("channel", flat=True).distinct())
            return [(str(channel.name), "") for channel in channels() if channel.key in used]
        case Operator.BEFORE | Operator.AFTER:
            return [(_word("today"), ""), (_word("yesterday"), ""), ("7d", ""), ("30d", "")]
        case Operator.ASSIGNED:
            return [(_word("me"), ""), (_word("nobody"), ""), *_colleagues(agent)]
        case Operator.FROM:
            return [(_word("me"), ""), *_colleagues(agent), *_customers(agent, written)]
    return _customers(agent, written)


def _named(rows: Any) -> list[tuple[str, str]]:
    return [(name, "") for name in dict.fromkeys(rows.values_list("name", flat=True)[:200])]


def _colleagues(agent: Agent) -> list[tuple[str, str]]:
    ids = access.reach(agent).inbox_ids()
    inboxes = access.inboxes(agent).values_list("pk", flat=True) if ids is None else ids
    return [(one.name, "") for one in access.agents_of(inboxes).order_by("name")[:200]]


def _customers(agent: Agent, written: str) -> list[tuple[str, str]]:
    if len(written) < 2:
        return []
    found = customers.named(written, brands=access.brand_ids(agent), most=MOST)
    return [(one.name, gettext("Customer")) for one in found if one.name]


def _fitting(values: Iterable[tuple[str, str]], beginning: str) -> list[tuple[str, str]]:
    return [
        (value, about)
        for value, about in values
        if any(word.startswith(beginning) for word in (value.casefold(), *value.casefold().split()))
    ]


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"\s", value) else value


def _language() -> str:
    return (get_language() or "en")[:2]


WORDS = {
    "today": {"en": "today", "fi": "tänään", "sv": "idag"},
    "yesterday": {"en": "yesterday", "fi": "eilen", "sv": "igår"},
    "me": {"en": "me", "fi": "minä", "sv": "jag"},
    "nobody": {"en": "nobody", "fi": "ei-kukaan", "sv": "ingen"},
}


def _word(name: str) -> str:
    return spelling(WORDS[name], _language())
