"""The articles that may answer what somebody is about to write, or has written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aspa.service.deflection.attempts import Shown
from aspa.service.knowledge import published
from aspa.service.knowledge.models import State, Version
from aspa.service.search import content, indexing, vocabulary

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand
    from aspa.service.search.content import Hit, Reader

# What reads as an answer. A blog tells news, and what others discuss is found on the help site.
KINDS = ("faq", "article", "video")
LEAST_WORDS, MOST_WORDS = 2, 12
# A message says much beside what it asks. An article fits when it weighs more than this many words that only few
# articles have, or speaks of so much of a short question; and no less than this share of the best one.
LEAST_WEIGHT, LEAST_CONFIDENCE, LEAST_BESIDE = 1.35, 0.6, 0.4
# The search looks at so much of a text.
LONGEST = 300

_WORD = re.compile(r"\w{2,}")
# "Hei!", "Hejsan," and the like say nothing of the matter.
_GREETING = re.compile(
    r"^\W*(?:hei+|moi+|moikka|terve|huomenta|päivää|hyvää (?:huomenta|päivää|iltaa)|hej(?:san)?|hallå|god (?:dag|kväll|morgon)"
    r"|hello|hi|hey|good (?:morning|day|evening|afternoon))\b[\s,.!–-]*",
    re.IGNORECASE,
)


def fitting(brand: Brand, text: str, *, reader: Reader, language: str, most: int = 3) -> list[Hit]:
    """Those that may answer a message; none when nothing speaks of enough of it, or it says too little yet."""
    question = matter(text)
    if len(_WORD.findall(question)) < LEAST_WORDS or not has_articles(brand):
        return []
    hits = content.search(brand.pk, question, reader=reader, language=language, kinds=KINDS, most=most).hits
    if not hits:
        return []
    rare = vocabulary.known(indexing.state(), brand.pk).collection().rarity("")
    return [
        hit
        for hit in hits
        if (hit.score >= LEAST_WEIGHT * rare or hit.confidence >= LEAST_CONFIDENCE)
        and hit.score >= LEAST_BESIDE * hits[0].score
    ]


def sought(brand: Brand, words: str, *, reader: Reader, language: str, most: int = 5) -> list[Hit]:
    """What somebody searches for in so many words."""
    if not has_articles(brand):
        return []
    return content.search(brand.pk, words, reader=reader, language=language, kinds=KINDS, most=most).hits


def has_articles(brand: Brand) -> bool:
    """Whether there is anything to find. Where there isn't, the dictionaries needn't be read to find nothing."""
    return Version.objects.filter(brand=brand, state=State.PUBLISHED).exists()


def matter(text: str) -> str:
    """What a message is about, as far as one can tell without understanding it: what comes after the greeting, and of
    a long one its end, where the question usually stands."""
    text = " ".join(without_greeting(text).split())
    if len(text) <= LONGEST:
        return text
    _cut, _blank, end = text[-LONGEST:].partition(" ")
    return end


def without_greeting(text: str) -> str:
    return _GREETING.sub("", text)


def is_short_question(text: str) -> bool:
    """Whether a message says no more than what it asks. Only such a one is noted as a question that found nothing: a
    longer one tells of its writer."""
    return LEAST_WORDS <= len(_WORD.findall(text)) <= MOST_WORDS


def at(brand: Brand, reader: Reader, url: str) -> Version | None:
    """The brand's article at an address of the help site, its path or the whole, if this reader may read it."""
    found = _ADDRESS.search(url)
    if found is None or found["brand"] != brand.slug:
        return None
    return published.article(brand, reader, found["language"], found["slug"]).version


def shown(article: Hit | Version) -> Shown:
    """As attempts and counters name it."""
    if isinstance(article, content.Hit):
        return Shown(article.source, article.key, article.title, article.url)
    return Shown(SOURCE, article.pk, article.title, article.url())


SOURCE = "knowledge"
_ADDRESS = re.compile(r"/help/(?P<brand>[\w-]+)/(?P<language>[a-z]{2})/a/(?P<slug>[\w-]+)/?")
