"""An answer from what the brand has published for this reader: the best passage of the search, as it stands there.

Only what the brand itself writes is used. What customers write in its forum or reviews is never passed on as its word.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from aspa.core.conversations.bots import Source
from aspa.service.bot import bearing, hiding, opening, phrasing, speech
from aspa.service.bot.models import LanguageModel
from aspa.service.search import content

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aspa.core.inboxes.models import Inbox
    from aspa.core.people.models import Contact
    from aspa.service.bot.bearing import Found, Word
    from aspa.service.bot.models import Bot
    from aspa.service.bot.opening import Told
    from aspa.service.bot.speech import Matter
    from aspa.service.search.content import Hit, Reader

KINDS = ("faq", "article", "video", "post")
# The share of the question that a page has to have to be asked about, or given to a language model, which may say that it
# is no answer.
MAYBE = 0.34
# In another language than the customer's, where words mean something else, so much.
FOREIGN = 0.9
LOOKED_AT, MOST = 6, 4
LONGEST = 600
# A page that speaks of as much and is nearly as near may be what is meant as well; of a single word a farther one, too.
AS_MUCH, NEXT_TO, NEAR = 0.95, 0.9, 0.6
# A title with as much of what stands before a question names what "it" is.
NAMED = 0.15
# The customer is asked once in a talk which of so many pages is meant.
OFFERED = 3

_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    text: str
    sources: tuple[Source, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Looked:
    """What is published about a message. `quote`: the best page's own words, None when no page is sure to be the answer.

    `meant`: the titles among which to choose, where several pages are as near. `is_told`: of the quote a part stands on no
    page, as the opening hours, so that nothing can word it otherwise.
    """

    pages: list[Found] = dataclasses.field(default_factory=list)
    quote: Answer | None = None
    meant: list[str] = dataclasses.field(default_factory=list)
    is_told: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """The answer to one of several matters; `page` None when it stands on none."""

    text: str
    source: Source
    page: Found | None = None


def look(inbox: Inbox, said: str, *, reader: Reader, language: str) -> Looked:
    """What may answer it, in the active language; of several matters each by itself. What is personal in it says nothing of
    them. The inbox comes with its brand."""
    told = opening.told(inbox, said)
    if told is not None:
        return _of_hours(told)
    looking = _Looking(inbox, reader, language)
    pages, is_one_word = looking.pages(said)
    known, unknown, others = looking.each(said)
    if len(known) > 1 or (known and not (known[0].page and _is_answer(pages))):
        own = [part.page for part in known if part.page]
        near = [*own, *_without(pages, own), *_without(others, [*own, *pages])]
        return Looked(near[:MOST], _together(known, unknown), is_told=len(own) < len(known))
    if not _is_answer(pages):
        told = opening.told(inbox, said, loosely=True)
        return _of_hours(told) if told else Looked([*pages, *_without(others, pages)][:MOST])
    near = _near(pages, is_one_word)
    sources = tuple(source_of(page.hit) for page in near[:2])
    return Looked(pages, Answer(shortened(pages[0].hit.passage), sources), titles(near) if len(near) > 1 else [])


def put(
    bot: Bot, looked: Looked, question: str, *, language: str, contact: Contact, talk_id: int | None = None
) -> Answer | None:
    """In a language model's words where the bot may ask one and its answer is carried by the pages, else quoted."""
    if bot.asks_model and looked.pages and not looked.is_told:
        model = LanguageModel.objects.filter(pk=contact.brand_id).first()
        if model is not None:
            hits = [page.hit for page in looked.pages]
            worded = phrasing.worded(model, hits, question, language=language, name=contact.name, talk_id=talk_id)
            if worded is phrasing.UNKNOWN:
                return None
            if worded is not None:
                return Answer(worded.text, tuple(source_of(hits[number]) for number in worded.sources))
    return looked.quote


def titled(pages: Sequence[Found], title: str) -> Answer | None:
    """The page of that title, when it was among those offered."""
    for hit in (page.hit for page in pages):
        if hit.title.casefold() == title.strip().casefold() and hit.passage.strip():
            return Answer(shortened(hit.passage), (source_of(hit),))
    return None


def titles(pages: Sequence[Found]) -> list[str]:
    return list(dict.fromkeys(page.hit.title for page in pages))[:OFFERED]


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


def _of_hours(told: Told) -> Looked:
    return Looked(quote=Answer(told.text, (told.source,)), is_told=True)


@dataclasses.dataclass(frozen=True, slots=True)
class _Looking:
    """For what is published for one reader of an inbox's brand."""

    inbox: Inbox
    reader: Reader
    language: str

    def pages(self, said: str) -> tuple[list[Found], bool]:
        """Those that may answer it, the best first; and whether a single word was asked. None when nothing was asked."""
        found, words = self._judged(said)
        judged = [
            page for page in found if page.share >= (MAYBE if page.hit.language == self.language else FOREIGN)
        ]  # fmt: skip
        return judged[:MOST], sum(word.weight > bearing.OF_WEAK for word in words) == 1

    def each(self, said: str) -> tuple[list[Part], list[str], list[Found]]:
        """Of several matters an answer to each that has one, the others as they were written, and pages that these may mean."""
        known: dict[str, Part] = {}
        unknown, others = [], []
        for matter in speech.matters(said):
            told = opening.told(self.inbox, matter.said, around=said)
            if told is not None:
                known[told.source.url] = Part(told.text, told.source)
                continue
            pages = self._of(matter)
            # What speaks of the matter before it finds that one's page as well.
            fresh = [page for page in pages if page.hit.url not in known]
            if _is_answer(fresh):
                known[fresh[0].hit.url] = Part(fresh[0].hit.passage, source_of(fresh[0].hit), fresh[0])
            elif not _is_answer(pages):
                unknown.append(matter.said)
                others += pages
        return list(known.values()), unknown, others

    def _of(self, matter: Matter) -> list[Found]:
        """With less and less of its story. "Can it be returned" is no question for any page while "it" is another one's."""
        pages = self.pages(matter.whole)[0]
        for narrower in matter.narrower:
            if _is_answer(pages):
                return pages
            alone = self.pages(narrower)[0]
            pages = (
                alone if _is_answer(alone) and not self._is_of_another(matter, alone[0]) else pages or _unsure(alone)
            )
        return pages

    def _is_of_another(self, matter: Matter, page: Found) -> bool:
        near = self._judged(matter.near)[0] if matter.near else []
        return any(other.in_title >= NAMED for other in near if other.hit.url != page.hit.url)

    def _judged(self, said: str) -> tuple[list[Found], list[Word]]:
        if opening.is_asked(self.inbox, said):
            # Where there is no calendar a page may tell, under the name that such a page has.
            said = _("Opening hours")
        plain = speech.plain(hiding.PLACE.sub(" ", hiding.without_personal(said)))
        if not plain:
            return [], []
        brand_id = self.inbox.brand_id
        found = content.search(
            brand_id, plain, reader=self.reader, language=self.language, kinds=KINDS, most=LOOKED_AT
        )  # fmt: skip
        words = bearing.telling(plain, brand_id)
        return bearing.judged(found.hits, words), words


def _unsure(pages: Iterable[Found]) -> list[Found]:
    return [dataclasses.replace(page, is_sure=False) for page in pages]


def _without(pages: Iterable[Found], others: Iterable[Found]) -> list[Found]:
    """Each page once."""
    seen = {page.hit.url for page in others}
    return list({page.hit.url: page for page in pages if page.hit.url not in seen}.values())


def _is_answer(pages: Sequence[Found]) -> bool:
    return bool(pages) and pages[0].is_sure and bool(pages[0].hit.passage.strip())


def _near(pages: Sequence[Found], is_one_word: bool) -> list[Found]:
    """The first, and those that may be meant as well."""
    best = pages[0]
    least = best.hit.score * (NEAR if is_one_word else NEXT_TO)
    others = [one for one in pages[1:] if one.is_sure and one.hit.score >= least]
    return [best, *(one for one in others if one.share >= best.share * AS_MUCH and one.in_title >= best.in_title)]


def _together(known: Sequence[Part], unknown: Sequence[str]) -> Answer:
    """An answer to each matter, and honestly which has none."""
    most = LONGEST // len(known)
    parts = [shortened(part.text, most) if part.page else part.text for part in known]
    if len(known) > 1:
        parts = [f"{part.source.title}: {text}" for part, text in zip(known, parts, strict=True)]
    parts += [_("Of this I found nothing: “%(question)s”") % {"question": matter} for matter in unknown]
    return Answer("\n\n".join(parts), tuple(part.source for part in known))
