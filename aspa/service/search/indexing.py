"""Documents into the index: what has changed, a batch at a time."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable

from django.db import connection, transaction
from django.db.models import F

from aspa.service.search import engine, ranking, vocabulary
from aspa.service.search.documents import Document, sources
from aspa.service.search.engine import FILTER, filter_term
from aspa.service.search.models import Dirty, Entry, State
from aspa.service.search.vocabulary import TITLE
from aspa.service.search.words.normaliser import indexed

logger = logging.getLogger(__name__)

# Any number; nothing else in the database locks by it.
INDEX = 7_261_912
# Looked at in one transaction; on SQLite customers' messages wait that long.
AT_ONCE = 25
# No more of a document is indexed, in letters: a book is no help page.
LONGEST = 200_000
# Letters of a term; longer ones are no words.
LONGEST_TERM = 70
# Letters of a title and an address.
SHOWN = 500


def state() -> State:
    """Which generation answers. The row is made by who writes first."""
    return State.objects.order_by("pk").first() or State(generation=1)


def alone() -> State:
    """Until the caller's transaction ends nobody else writes into the index: a batch that had read a document before
    its change would otherwise write it over what is true since. On SQLite nobody else writes anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [INDEX])
    return State.objects.order_by("pk").first() or State.objects.create(generation=1)


def drain() -> int:
    """Index the documents that have waited longest, at most AT_ONCE; how many there were.

    A source that can't be read keeps nobody waiting: its documents go to the end of the queue.
    """
    done = 0
    with transaction.atomic():
        now = alone()
        waiting = list(Dirty.objects.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
        Dirty.objects.filter(pk__in=[one.pk for one in waiting]).delete()
        by_source: dict[str, set[int]] = {}
        for one in waiting:
            by_source.setdefault(one.source, set()).add(one.key)
        for name, keys in by_source.items():
            source = sources.get(name)
            try:
                with transaction.atomic():
                    replace(now, name, keys, list(source.read(keys)) if source else [])
                done += len(keys)
            except Exception:
                logger.exception("Documents of %s can't be indexed", name)
                Dirty.objects.bulk_create([Dirty(source=name, key=key) for key in sorted(keys)])
    return done


def replace(now: State, source: str, keys: Collection[int], documents: Iterable[Document]) -> None:
    """Have these documents, and none of the others of these keys, in every generation. The caller is `alone`."""
    rows = [row(one) for one in documents if one.key in keys]
    generations = [now.generation] + ([now.building] if now.building else [])
    State.objects.filter(pk=now.pk).update(revision=F("revision") + 1)
    now.revision += 1
    for generation in generations:
        put(generation, source, keys, rows, now.revision)


def put(generation: int, source: str, keys: Collection[int], rows: Iterable[Row], revision: int) -> None:
    """Take these out of one generation, and put the rows in."""
    changes: Counter[tuple[int, str]] = Counter()
    there = Entry.objects.filter(generation=generation, source=source, key__in=keys)
    for brand, text, packed in there.values_list("brand", "terms", "counts"):
        changes.update(vocabulary.changed(brand, _words(text), ranking.Document(bytes(packed)).length, -1))
    there.delete()
    fresh = []
    for one, terms, counts in rows:
        changes.update(vocabulary.changed(one.brand_id, terms, counts.length, 1))
        fresh.append(_entry(generation, one, terms, counts))
    Entry.objects.bulk_create(fresh)
    vocabulary.count(generation, changes, revision)


# A document, its terms and how often it has which.
Row = tuple[Document, list[str], ranking.Document]


def scope(generation: int, brand_id: int, audience: str = "") -> str:
    """The term of a generation's documents for an audience of a brand; without one, of all of them."""
    return filter_term("in", f"{generation}/{brand_id}/{audience}")


def row(one: Document) -> Row:
    title = _counted(one.title, one.language)
    body = _counted(one.body[:LONGEST], one.language)
    terms = [*title.keys() | body.keys(), *(TITLE + term for term in title)]
    return one, sorted(terms), ranking.Document.of(title, body)


def _counted(text: str, language: str) -> Counter[str]:
    terms = indexed(text, language).split()
    return Counter(term for term in terms if not term.startswith(FILTER) and len(term) <= LONGEST_TERM)


def _entry(generation: int, one: Document, terms: list[str], counts: ranking.Document) -> Entry:
    filters = [
        scope(generation, one.brand_id),
        scope(generation, one.brand_id, one.audience),
        filter_term("source", one.source),
        filter_term("language", one.language),
        filter_term("kind", one.kind),
        *(filter_term("tag", tag) for tag in one.tags),
    ]
    return Entry(
        generation=generation,
        source=one.source,
        key=one.key,
        brand_id=one.brand_id,
        language=one.language,
        kind=one.kind,
        audience=one.audience,
        url=one.url[:SHOWN],
        title=one.title[:SHOWN].replace("\x00", ""),
        body=one.body.replace("\x00", ""),
        tags=list(one.tags),
        published_at=one.published_at,
        helpfulness=one.helpfulness,
        terms=engine.terms(terms, *filters),
        counts=counts.packed,
    )


def _words(terms: str) -> list[str]:
    """Without filters."""
    return [term for term in terms.split() if not term.startswith(FILTER)]
