"""A source of documents for tests, as an app that publishes would have it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from django.db import transaction

from aspa.service.search import content, indexing, rebuilding
from aspa.service.search.content import Document


class Shelf:
    """Documents by key; what is put here is published, what is taken is not."""

    def __init__(self, name: str = "shelf") -> None:
        self.name = name
        self.documents: dict[int, Document] = {}

    def read(self, keys: Collection[int]) -> Iterable[Document]:
        return [self.documents[key] for key in keys if key in self.documents]

    def after(self, key: int, most: int) -> list[Document]:
        return [self.documents[one] for one in sorted(self.documents) if one > key][:most]

    def publish(self, *documents: Document) -> None:
        with transaction.atomic():
            self.documents.update({one.key: one for one in documents})
            content.touch(self.name, [one.key for one in documents])

    def take_away(self, key: int) -> None:
        with transaction.atomic():
            del self.documents[key]
            content.touch(self.name, [key])


@contextmanager
def registered(shelf: Shelf) -> Iterator[Shelf]:
    content.register(shelf)
    try:
        yield shelf
    finally:
        content.unregister(shelf.name)


def settle() -> None:
    """Index what has changed, and finish what is being made anew."""
    while indexing.drain() or rebuilding.build_some():
        pass
