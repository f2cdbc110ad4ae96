"""Help articles of two shops, and what customers ask of them: by class, with the articles that answer it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from aspa.demo.articles import Written as Article
from aspa.demo.articles import measured as articles

__all__ = ["Article", "Query", "articles", "queries"]

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Query:
    kind: str
    shop: str
    text: str
    answers: tuple[str, ...]


def queries(file: Path = HERE / "queries.txt") -> list[Query]:
    """Raises ValueError when an answer is no article of the shop."""
    known = {(article.shop, article.key) for article in articles()}
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
