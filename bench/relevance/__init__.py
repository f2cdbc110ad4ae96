"""Help articles of two shops, and what customers ask of them: by class, with the articles that answer it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Article:
    """`key` is unique in its shop: "fi:palautus"."""

    shop: str
    key: str
    language: str
    title: str
    body: str


@dataclass(frozen=True)
class Query:
    kind: str
    shop: str
    text: str
    answers: tuple[str, ...]


def articles() -> list[Article]:
    found = []
    for file in sorted((HERE / "articles").glob("*.md")):
        shop, language = file.stem.split(".")
        for part in file.read_text(encoding="utf-8").split("## ")[1:]:
            heading, _line, body = part.partition("\n")
            name, _colon, title = heading.partition(": ")
            found.append(Article(shop, f"{language}:{name}", language, title, body.strip()))
    return found


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
