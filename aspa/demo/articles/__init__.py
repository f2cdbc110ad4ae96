"""The help articles of the demo's two shops, which the measure of search (`bench/relevance`) asks for too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Written:
    """`key` is unique in its shop: "fi:palautus". The body is Markdown."""

    shop: str
    key: str
    language: str
    title: str
    body: str


def measured() -> list[Written]:
    """Those that search is measured by."""
    return read(HERE)


def more() -> list[Written]:
    """Those that only show what the help site can: videos, posts, drafts, tables."""
    return read(HERE / "more")


def read(folder: Path) -> list[Written]:
    """Those of a folder with a file for each shop and language: "villa.fi.md", "## palautus: How to …" before each."""
    found = []
    for file in sorted(folder.glob("*.md")):
        shop, language = file.stem.split(".")
        for part in f"\n{file.read_text(encoding='utf-8')}".split("\n## ")[1:]:
            heading, _line, body = part.partition("\n")
            name, colon, title = heading.partition(": ")
            if colon:
                found.append(Written(shop, f"{language}:{name}", language, title, body.strip()))
            else:
                # A heading within the article before it.
                last = found.pop()
                found.append(Written(shop, last.key, language, last.title, f"{last.body}\n\n## {part.strip()}"))
    return found
