"""An answer from what the brand has published for this reader: the best passage of the search, as it stands there.

Only what the brand itself writes is used. What customers write in its forum or reviews is never passed on as its word.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from django.conf import settings

from aspa.core.conversations.bots import Source
from aspa.service.bot import hiding, phrasing
from aspa.service.bot.models import LanguageModel
from aspa.service.search import content
from aspa.service.search.words import normaliser
from aspa.service.search.words.normaliser import weighed
from aspa.service.search.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aspa.core.people.models import Contact
    from aspa.service.bot.models import Bot
    from aspa.service.search.content import Hit, Reader

KINDS = ("faq", "article", "video", "post")
# How much of the question's words a page has to have: to be taken for the answer; to be asked about, or given to a
# language model, which may say that it is none.
SURE, MAYBE = 0.5, 0.34
OF_WORDS = 0.6
MOST = 4
LONGEST = 600
# A second page as good as the first is named too; of few words one that is nearly as good may be what is meant.
NEXT_TO, NEAR = 0.85, 0.6
FEW_WORDS = 3
# The customer is asked once in a talk which of so many pages is meant.
OFFERED = 3

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    text: str
    sources: tuple[Source, ...]


def look(brand_id: int, question: str, *, reader: Reader, language: str) -> list[Hit]:
    """The pages that may answer it, the best first. What is personal in it says nothing of them."""
    asked = hiding.PLACE.sub(" ", hiding.without_personal(question))
    found = content.search(brand_id, asked, reader=reader, language=language, kinds=KINDS, most=MOST)
    return [hit for hit in found.hits if hit.confidence >= MAYBE]


def quoted(hits: Sequence[Hit], question: str) -> Answer | None:
    """The best page's own words; None when it isn't sure to be the answer."""
    if not hits or not _is_sure(hits[0], question) or not hits[0].passage.strip():
        return None
    best = hits[0]
    near = [hit for hit in hits[1:2] if _is_sure(hit, question) and hit.score >= best.score * NEXT_TO]
    return Answer(shortened(best.passage), tuple(source_of(hit) for hit in [best, *near]))


def put(bot: Bot, hits: Sequence[Hit], question: str, *, language: str, contact: Contact) -> Answer | None:
    """In a language model's words where the bot may ask one and its answer is carried by the pages, else quoted."""
    if bot.asks_model and hits:
        model = LanguageModel.objects.filter(pk=contact.brand_id).first()
        if model is not None:
            worded = phrasing.worded(model, hits, question, language=language, name=contact.name)
            if worded is phrasing.UNKNOWN:
                return None
            if worded is not None:
                return Answer(worded.text, tuple(source_of(hits[number]) for number in worded.sources))
    return quoted(hits, question)


def titled(hits: Sequence[Hit], title: str) -> Answer | None:
    """The page of that title, when it was among those offered."""
    for hit in hits:
        if hit.title.casefold() == title.strip().casefold() and hit.passage.strip():
            return Answer(shortened(hit.passage), (source_of(hit),))
    return None


def several(hits: Sequence[Hit], question: str) -> list[str]:
    """The titles among which to choose, where few words may well mean any of several pages."""
    if len(question.split()) > FEW_WORDS:
        return []
    near = [hit for hit in hits if _is_sure(hit, question) and hit.score >= hits[0].score * NEAR]
    return titles(near) if len(near) > 1 else []


def _is_sure(hit: Hit, question: str) -> bool:
    """By the weight of the words that the page has, or by how many they are: a rare word that no page has weighs most."""
    if hit.confidence >= SURE:
        return True
    there = {term for word in tokens(f"{hit.title} {hit.passage}") for term in weighed(word, hit.language)}
    asked = normaliser.asked(question)
    return sum(not there.isdisjoint(one.terms) for one in asked) >= len(asked) * OF_WORDS


def titles(hits: Sequence[Hit]) -> list[str]:
    return list(dict.fromkeys(hit.title for hit in hits))[:OFFERED]


def source_of(hit: Hit) -> Source:
    url = hit.url if hit.url.startswith(("http://", "https://")) else settings.ASPA_URL + hit.url
    return Source(hit.title, url)


def shortened(passage: str, most: int = LONGEST) -> str:
    """Whole sentences, as many as fit."""
    passage = passage.strip()
    if len(passage) <= most:
        return passage
    kept = ""
    for sentence in _SENTENCE.split(passage):
        if len(kept) + len(sentence) + 1 > most:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or passage[: most - 1].rstrip() + "…"
