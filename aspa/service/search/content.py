"""One search over everything that a brand publishes: help site, widget, bot and desk ask here.

What is published belongs to other apps. Each registers a `Source`, says by `touch` that something of it has changed, in
the transaction of the change, and is asked for it when the index takes it up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from django.utils.safestring import SafeString, mark_safe

from aspa.kit import clock
from aspa.service.search import candidates, excerpts, gaps, indexing, questions, ranking, vocabulary
from aspa.service.search.documents import (
    AGENTS,
    ALL,
    SEGMENT,
    SIGNED_IN,
    Document,
    Reader,
    Source,
    segment_audience,
    sources,
)
from aspa.service.search.engine import Expression, all_of, any_of, filter_term, newest
from aspa.service.search.models import Dirty, Entry
from aspa.service.search.vocabulary import TITLE, Known
from aspa.service.search.words.tokens import tokens

__all__ = [
    "AGENTS", "ALL", "SEGMENT", "SIGNED_IN", "Document", "Hit", "Reader", "Results", "Source", "asked", "register",
    "search", "segment_audience", "suggest", "touch", "touch_all", "unregister",
]  # fmt: skip

# No page of finds begins later.
LAST = 110
A_DAY = 86_400
# How sure a find is whose words were only guessed.
GUESS = 0.5
# How many words a beginning may go on as, and how many documents are looked at for it.
COMPLETIONS, SUGGESTED = 12, 40
# With so many there is enough to choose from.
ENOUGH_TO_CHOOSE = 2_000
# So many texts are read for the question as a whole.
READ = 20
# Fewer letters are not cut from a word that nothing begins with.
SURE = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found. `snippet` and `title_marked` are escaped, with <mark> around what was asked.

    `passage` is the part of the body that says most about the question, as plain text.
    `confidence` is the share of the question that it speaks of, 0 to 1.
    """

    source: str
    key: int
    language: str
    kind: str
    title: str
    url: str
    title_marked: SafeString
    snippet: SafeString
    passage: str
    score: float
    confidence: float
    published_at: dt.datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """The nearest first. `did_you_mean` is the question with its slips of the finger mended, when that finds more."""

    hits: list[Hit] = field(default_factory=list)
    did_you_mean: str | None = None
    has_more: bool = False


def register(source: Source) -> None:
    """Have a source's documents found. For the `ready()` of the app that has them."""
    sources[source.name] = source


def unregister(name: str) -> None:
    """Forget a source, for tests."""
    sources.pop(name, None)


def touch(source_name: str, keys: Iterable[int]) -> None:
    """Note that these documents were published, changed or taken away: in the transaction that does it.

    The index follows in well under a second. Cheap; any number at once, as often as one likes.
    """
    from aspa.service.search.tasks import keep_up

    # In one order, so that two who touch the same never wait for each other without end.
    rows = [Dirty(source=source_name, key=key) for key in sorted(set(keys))]
    if rows:
        # Written even if it is there: whoever is reading it just now may read what was before.
        Dirty.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["source", "key"], update_fields=["source"], batch_size=500
        )
        keep_up.enqueue()


def touch_all() -> None:
    """Note that anything may have changed: the index is built anew in the background, and answers meanwhile."""
    from aspa.service.search import rebuilding

    rebuilding.ask()


def search(
    brand_id: int,
    text: str,
    *,
    reader: Reader,
    language: str | None = None,
    kinds: Sequence[str] = (),
    tags: Sequence[str] = (),
    first: int = 0,
    most: int = 10,
) -> Results:
    """What this reader may find of the brand, from the `first`.

    In `language` if that has anything, otherwise in any. Of any of the `kinds`, with all of the `tags`. Odd questions
    find nothing; they raise nothing.
    """
    known, scope = _asked_of(brand_id, reader, kinds, tags)
    # Read once for all the languages that it is looked for in, and loosely only when need be.
    readings = (questions.read(text, known, loosely=loosely) for loosely in (False, True))
    for question, narrower in ((one, narrower) for one in readings for narrower in _languages(scope, language)):
        if not question.wanted or most <= 0 or not 0 <= first <= LAST:
            return Results()
        ranked = _ranked(question, known, candidates.candidates(question.wanted, known, narrower), brand_id, reader)
        if ranked:
            break
    hits = _hits(ranked[first : first + most], question, known)
    return Results(hits, _meant(question, ranked), len(ranked) > first + most)


def suggest(
    brand_id: int,
    beginning: str,
    *,
    reader: Reader,
    language: str | None = None,
    kinds: Sequence[str] = (),
    most: int = 6,
) -> list[Hit]:
    """While somebody types: what the beginning of a question may become. Without snippets and passages.

    First the titles that have a word beginning like the last one, then whatever has.
    """
    words = tokens(beginning[: questions.LONGEST])[: questions.MOST_WORDS]
    if not words or most <= 0:
        return []
    known, scope = _asked_of(brand_id, reader, kinds)
    *before, last = words
    # What was typed before may be in other forms, and not in the same documents.
    others = [here for one in questions.read(" ".join(before), known).wanted if (here := known.present(one))]
    for narrower in _languages(scope, language):
        found: dict[int, None] = {}
        for prefix in (TITLE, ""):
            completed = [prefix + word for word in _completions(last, known, title=bool(prefix))]
            if not others:
                completed = _many_enough(completed, known)
            if completed:
                asked_for = all_of(narrower, any_of(*completed), *(any_of(*one) for one in others))
                found.update(dict.fromkeys(newest(Entry, asked_for, SUGGESTED)))
            if len(found) >= most:
                break
        if found:
            return _suggested(list(found), words, brand_id, reader, most)
    return []


def asked(brand_id: int, text: str, *, where: str, found: int) -> None:
    """Note a finished question and how much it found, without what is personal in it.

    where: "helpsite", "widget", "bot", "contact" or "desk".
    """
    gaps.note(brand_id, text, where=where, found=found)


@dataclass(frozen=True, slots=True)
class _Ranked:
    pk: int
    source: str
    key: int
    score: float
    terms: ranking.Document


def _asked_of(
    brand_id: int, reader: Reader, kinds: Sequence[str], tags: Sequence[str] = ()
) -> tuple[Known, Expression]:
    """What the brand's texts say, and where this reader may look: who may see it is asked of the index itself, not of what
    it found.
    """
    state = indexing.state()
    audiences = [""] if reader.is_agent else sorted(reader.audiences())
    conditions: list[Expression | str] = [
        any_of(*(indexing.scope(state.generation, brand_id, one) for one in audiences))
    ]
    if kinds:
        conditions.append(any_of(*(filter_term("kind", kind) for kind in kinds)))
    conditions += [filter_term("tag", tag) for tag in tags]
    return vocabulary.known(state, brand_id), all_of(*conditions)


def _languages(scope: Expression, language: str | None) -> list[Expression]:
    return [all_of(scope, filter_term("language", language)), scope] if language else [scope]


def _ranked(
    question: questions.Question, known: Known, keys: Sequence[int], brand_id: int, reader: Reader
) -> list[_Ranked]:
    asked_for, now = ranking.Question(question.wanted, known.collection()), clock.now()
    rows = Entry.objects.filter(pk__in=keys, brand=brand_id).values_list(
        "pk", "source", "key", "counts", "audience", "kind", "title", "published_at", "helpfulness"
    )
    found: list[_Ranked] = []
    hinted_at: list[_Ranked] = []
    for pk, source, key, counts, audience, kind, title, published_at, helpfulness in rows:
        terms = ranking.Document(bytes(counts))
        by_words = asked_for.score(terms)
        if by_words > 0 and reader.sees(audience):
            age = (now - published_at).total_seconds() / A_DAY if published_at else ranking.HALF_LIFE
            exact = _exactness(question.words, terms, title)
            score = by_words * ranking.weight(ranking.Traits(kind, age, helpfulness, *exact))
            ranked = _Ranked(pk, source, key, score, terms)
            (hinted_at if asked_for.is_hinted_at(terms) else found).append(ranked)
    # Who has nothing else gets those; beside what was asked they would only be in the way.
    found = sorted(found or hinted_at, key=_order)
    return _with_phrases(found, question.words)


def _with_phrases(found: list[_Ranked], words: Sequence[str]) -> list[_Ranked]:
    """Nearer, those whose text has the whole question word for word. Looked for in the first ones that have the words."""
    likely = [one.pk for one in found if all(one.terms.has(word) for word in words)][:READ] if len(words) > 1 else []
    if not likely:
        return found
    phrase = f" {' '.join(words)} "
    bodies = Entry.objects.filter(pk__in=likely).values_list("pk", "body")
    having = {pk for pk, body in bodies if phrase in f" {' '.join(tokens(body[: excerpts.LONGEST]))} "}
    nearer = [replace(one, score=one.score * ranking.IN_BODY) if one.pk in having else one for one in found]
    return sorted(nearer, key=_order)


def _order(one: _Ranked) -> tuple[float, str, int]:
    """Alike on every database: of equal ones by their names."""
    return -round(one.score, 6), one.source, one.key


def _exactness(words: Sequence[str], terms: ranking.Document, title: str) -> tuple[bool, bool]:
    """Whether the question is the title, and whether it stands in it."""
    if not all(terms.has_in_title(word) for word in words):
        return False, False
    of_title = tokens(title)
    return of_title == list(words), f" {' '.join(words)} " in f" {' '.join(of_title)} "


def _hits(shown: Sequence[_Ranked], question: questions.Question, known: Known) -> list[Hit]:
    entries = Entry.objects.defer("terms", "counts").in_bulk([one.pk for one in shown])
    among = known.collection()
    asked_for = ranking.Question(question.wanted, among)
    guess = GUESS if question.is_guess else 1.0
    weighers = {
        language: excerpts.weighers(question.wanted, language, among.rarity)
        for language in {entry.language for entry in entries.values()}
    }
    # One may have been indexed anew just now.
    return [
        _hit(one, entries[one.pk], *weighers[entries[one.pk].language], asked_for.confidence(one.terms) * guess)
        for one in shown
        if one.pk in entries
    ]


def _hit(one: _Ranked, entry: Entry, weigh: excerpts.Weigh, is_asked: excerpts.IsAsked, confidence: float) -> Hit:
    passage = excerpts.passage(entry.body, weigh)
    return Hit(
        source=entry.source,
        key=entry.key,
        language=entry.language,
        kind=entry.kind,
        title=entry.title,
        url=entry.url,
        title_marked=excerpts.marked(entry.title, is_asked),
        snippet=excerpts.snippet(passage, is_asked),
        passage=passage,
        score=one.score,
        confidence=confidence,
        published_at=entry.published_at,
        tags=tuple(entry.tags),
    )


def _meant(question: questions.Question, ranked: Sequence[_Ranked]) -> str | None:
    """The question with its slips mended. Only in words of what this reader found: others may not be theirs to know."""
    seen = {word: near for word, near in question.meant.items() if any(one.terms.has(near) for one in ranked)}
    return " ".join(seen.get(word, word) for word in question.words) if seen else None


def _completions(typed: str, known: Known, *, title: bool) -> list[str]:
    """The words that begin so; of one that nothing begins with, those that begin nearly so."""
    for end in range(len(typed), max(SURE, round(len(typed) * questions.SHARE)) - 1, -1):
        found = known.completions(typed[:end], COMPLETIONS, title=title)
        if found:
            return found
    return known.completions(typed, COMPLETIONS, title=title)


def _many_enough(completed: Sequence[str], known: Known) -> list[str]:
    """The commonest first, down to where more documents have one than could be shown: PostgreSQL reads all of them."""
    reached = accumulate((known[term] for term in completed), initial=0)
    return [term for term, before in zip(completed, reached, strict=False) if before < ENOUGH_TO_CHOOSE]


def _suggested(keys: Sequence[int], words: Sequence[str], brand_id: int, reader: Reader, most: int) -> list[Hit]:
    entries = Entry.objects.filter(pk__in=keys, brand=brand_id).defer("body", "terms", "counts")
    typed = " ".join(words)

    def is_asked(word: str) -> bool:
        (plain,) = tokens(word) or [""]
        return plain in words or plain.startswith(words[-1])

    def order(entry: Entry) -> tuple[bool, bool, float, str, int]:
        title = " ".join(tokens(entry.title))
        worth = ranking.KINDS.get(entry.kind, 1.0) * (1 + ranking.HELPFUL * (entry.helpfulness - 0.5))
        return not title.startswith(typed), f" {typed}" not in f" {title}", -worth, entry.source, entry.key

    seen = [entry for entry in sorted(entries, key=order) if reader.sees(entry.audience)]
    return [
        Hit(
            source=entry.source,
            key=entry.key,
            language=entry.language,
            kind=entry.kind,
            title=entry.title,
            url=entry.url,
            title_marked=excerpts.marked(entry.title, is_asked),
            snippet=mark_safe(""),
            passage="",
            score=0.0,
            confidence=0.0,
            published_at=entry.published_at,
            tags=tuple(entry.tags),
        )
        for entry in seen[:most]
    ]
