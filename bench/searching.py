"""The product's own search over published content, in a process of its own, in the environment of an installation.

python -m bench.searching recall            publishes the sets of `bench.relevance`, asks all and prints what was found
python -m bench.searching speed ARTICLES    publishes so many made-up articles and prints the milliseconds of each search, and
                                            until what is published then is found
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from threading import Event, Thread
from typing import TYPE_CHECKING

from bench.relevance import Query, sets

if TYPE_CHECKING:
    from aspa.service.search.content import Document

# Sentences of a made-up article, and words that no other has.
SENTENCES, OWN_WORDS = 9, 3
SEED = 20_261_122
# Beginnings that are typed: of so many letters.
TYPED = range(2, 9)
WARM = 5
# One after another, and how often it is looked whether it is found, in seconds.
PUBLISHED, LOOKED_AFTER = 20, 0.01


class Shelf:
    """A source of documents, by key."""

    def __init__(self, documents: Sequence[Document], name: str = "bench") -> None:
        self.name = name
        self.documents = {one.key: one for one in documents}
        self.keys = sorted(self.documents)

    def read(self, keys: Collection[int]) -> Iterable[Document]:
        return [self.documents[key] for key in keys if key in self.documents]

    def after(self, key: int, most: int) -> list[Document]:
        # Keys are consecutive from 1.
        return [self.documents[one] for one in self.keys[key : key + most]]


def recall() -> dict[str, object]:
    """For each question of each set the keys of what was found, best first."""
    from aspa.core.inboxes.models import Brand
    from aspa.service.search import content
    from aspa.service.search.content import Document, Reader

    measured = sets()
    every = [article for one in measured for article in one.articles]
    brands = {shop: Brand.objects.create(name=shop, slug=shop).pk for shop in sorted({one.shop for one in every})}
    publish(
        [
            Document("bench", number, one.language, brands[one.shop], "article", one.title, one.body)
            for number, one in enumerate(every, start=1)
        ]
    )

    def found(query: Query) -> list[str]:
        results = content.search(brands[query.shop], query.text, reader=Reader(), most=3)
        return [every[hit.key - 1].key for hit in results.hits]

    return {"found": {one.name: [found(query) for query in one.queries] for one in measured}}


def speed(size: int) -> dict[str, list[float]]:
    """Milliseconds of each search, of each suggestion, and of the bare statement that finds any of the words."""
    from aspa.core.inboxes.models import Brand
    from aspa.service.search import content, engine, indexing
    from aspa.service.search.content import Reader
    from aspa.service.search.models import Entry
    from aspa.service.search.words.tokens import tokens

    brand = Brand.objects.create(name="Large", slug="large").pk
    begun = time.monotonic()
    documents = made_up(size, brand)
    publish(documents)
    print(f"published in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    asked = [query.text for query in sets()[0].queries]
    random.Random(SEED).shuffle(asked)
    titles = [one.title for one in documents[:: max(1, size // 200)]]
    typed = [title[: TYPED[at % len(TYPED)]] for at, title in enumerate(titles)]
    scope = indexing.scope(indexing.state().generation, brand, "all")

    def bare(text: str) -> object:
        return engine.newest(Entry, engine.all_of(scope, engine.any_of(*tokens(text))), 10)

    return {
        "search": timed(lambda text: content.search(brand, text, reader=Reader()), asked),
        "suggest": timed(lambda text: content.suggest(brand, text, reader=Reader()), typed),
        "bare search": timed(bare, asked),
        "bare suggest": timed(bare, typed),
        "lag": lags(brand),
    }


def lags(brand: int) -> list[float]:
    """Milliseconds from the commit that publishes an article until a search finds it, beside a worker as in `aspa serve`."""
    from django.db import connection, transaction

    from aspa.kit.tasks import worker
    from aspa.service.search import content
    from aspa.service.search.content import Document, Reader

    def work() -> None:
        worker.run(stop)
        connection.close()

    shelf, stop = Shelf([], "bench-more"), Event()
    content.register(shelf)
    thread = Thread(target=work)
    thread.start()
    found = []
    for key in range(1, PUBLISHED + 1):
        word = f"uutuus{key}"
        shelf.documents[key] = Document(shelf.name, key, "fi", brand, "article", word, f"{word}. " * SENTENCES)
        with transaction.atomic():
            content.touch(shelf.name, [key])
        begun = time.perf_counter()
        while not any(hit.title == word for hit in content.search(brand, word, reader=Reader()).hits):
            time.sleep(LOOKED_AFTER)
        found.append((time.perf_counter() - begun) * 1000)
    stop.set()
    thread.join()
    return found


def publish(documents: Sequence[Document]) -> None:
    """As a new installation with much to publish would: the whole index is made. With it the dictionaries are read."""
    from aspa.service.search import content, rebuilding
    from aspa.service.search.words import dictionaries

    dictionaries.read_soon().join()
    content.register(Shelf(documents))
    content.touch_all()
    while rebuilding.build_some():
        pass
    tidied()


def tidied() -> None:
    """As the databases do by themselves after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def made_up(size: int, brand: int) -> list[Document]:
    """Articles of the sentences of the others, with names of their own in title and text."""
    from aspa.service.search.content import Document

    chance = random.Random(SEED)
    every = [one for one in sets()[0].articles if one.language == "fi"]
    sentences = [part for one in every for part in one.body.replace("\n", " ").split(". ") if part]
    words = [word for one in every for word in one.title.split()]
    syllables = [first + second for first in "hjklmnprstv" for second in ("a", "e", "i", "o", "u", "y", "ä", "ö")]

    def name() -> str:
        return "".join(chance.choices(syllables, k=4))

    def body() -> str:
        own = " ".join(name() for _ in range(OWN_WORDS))
        return ". ".join(chance.choices(sentences, k=SENTENCES)) + f". {own.capitalize()}."

    return [
        Document(
            "bench",
            number,
            "fi",
            brand,
            chance.choice(("faq", "article", "post", "question")),
            f"{' '.join(chance.choices(words, k=3)).capitalize()} {name()}",
            body(),
        )
        for number in range(1, size + 1)
    ]


def timed(work: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    for text in texts[:WARM]:
        work(text)
    found = []
    for text in texts:
        begun = time.perf_counter()
        work(text)
        found.append((time.perf_counter() - begun) * 1000)
    return found


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(recall() if sys.argv[1] == "recall" else speed(int(sys.argv[2]))))
