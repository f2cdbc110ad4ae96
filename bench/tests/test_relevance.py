from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.relevance import articles, queries


def test_there_is_enough_to_ask_and_every_answer_exists() -> None:
    found, asked = articles(), queries()
    assert len({(one.shop, one.key) for one in found}) == len(found) >= 60
    assert {one.language for one in found} == {"fi", "sv", "en"}
    assert all(one.title and len(one.body) > 100 for one in found)
    assert len(asked) >= 250
    assert min(Counter(query.kind for query in asked).values()) >= 10
    assert len({(query.shop, query.text) for query in asked}) == len(asked)


def test_an_answer_that_is_no_article_is_told(tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("inflected | villa | villaa | fi:nothing\n", encoding="utf-8")
    with pytest.raises(ValueError, match="isn't there"):
        queries(tmp_path / "q.txt")
