"""Trying a bot out before customers meet it: the same thoughts as in a talk, and nothing is written."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from django.utils.translation import override

from aspa.core.people.models import Contact
from aspa.service.bot import answering, completing, flows, languages, spending, wishes
from aspa.service.search.content import Reader

if TYPE_CHECKING:
    from aspa.core.conversations.bots import Source
    from aspa.service.bot.models import Bot, LanguageModel

PERSON, FLOW, PAGES, ANSWER, NOTHING = "person", "flow", "pages", "answer", "nothing"


@dataclasses.dataclass(frozen=True, slots=True)
class Outcome:
    """`kind`: handed over, a flow that begins, pages to choose among, an answer, or that it doesn't know."""

    kind: str
    language: str
    text: str = ""
    sources: tuple[Source, ...] = ()
    titles: tuple[str, ...] = ()


def outcome(bot: Bot, said: str) -> Outcome:
    """What the bot would do about a customer's first message. The language model is asked, and counted, as in a talk."""
    brand = bot.inbox.brand
    language = brand.spoken(languages.of(said, brand.language))
    if wishes.asks_for_person(said):
        return Outcome(PERSON, language)
    flow = flows.wanted(brand.pk, said)
    if flow is not None:
        return Outcome(FLOW, language, flow.name)
    with override(language):
        looked = answering.look(bot.inbox, said, reader=Reader(), language=language)
        put = answering.put(bot, looked, said, language=language, contact=Contact(brand=brand))
        found = None if looked.meant else put
    if found is not None:
        return Outcome(ANSWER, language, found.text, found.sources)
    if looked.pages:
        return Outcome(PAGES, language, titles=tuple(looked.meant or answering.titles(looked.pages)))
    return Outcome(NOTHING, language)


def problem_of(model: LanguageModel) -> str:
    """Why the language model doesn't answer, or ""."""
    if not spending.may_ask(model):
        return "limit"
    try:
        completion = completing.complete(model, [{"role": "user", "content": "Reply with the word: ready"}])
    except completing.Failed as failure:
        spending.count(model, failed=1)
        return str(failure)
    spending.count(model, tokens=completion.tokens)
    return ""
