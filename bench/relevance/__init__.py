"""Help articles, and what customers ask of them: by class, with the articles that answer it.

Three sets: what was looked at while the search was being made, and two that were written apart from it, each of other
kinds of companies, to see that it understands more than it was made with. What it missed at first sight was then mended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aspa.demo.articles import Written as Article
from aspa.demo.articles import measured, read

__all__ = ["Article", "Query", "Set", "queries", "sets"]

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Query:
    kind: str
    shop: str
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Set:
    name: str
    articles: Sequence[Article]
    queries: Sequence[Query]


def sets() -> list[Set]:
    """No shop is in two."""
    seen, held_out, third = measured(), read(HERE / "held_out"), read(HERE / "third")
    return [
        Set("seen", seen, queries(HERE / "queries.txt", seen)),
        Set("held out", held_out, queries(HERE / "held_out" / "queries.txt", held_out)),
        Set("third", third, queries(HERE / "third" / "queries.txt", third)),
    ]


def queries(file: Path, articles: Sequence[Article]) -> list[Query]:
    """Raises ValueError when an answer is no article of the shop."""
    known = {(article.shop, article.key) for article in articles}
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        kind, shop, text, answers = (cell.strip() for cell in line.split("|"))
        query = Query(kind, shop, text, tuple(answers.split(",")))
        if any((shop, key) not in known for key in query.answers):
            raise ValueError(f"{line!r} names an article that isn't there.")
        found.append(query)
    return found
