from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.relevance import Set, queries, sets


@pytest.mark.parametrize("one", sets(), ids=lambda one: one.name)
def test_there_is_enough_to_ask_and_every_answer_exists(one: Set) -> None:
    assert len({(article.shop, article.key) for article in one.articles}) == len(one.articles) >= 60
    assert {article.language for article in one.articles} == {"fi", "sv", "en"}
    assert all(article.title and len(article.body) > 80 for article in one.articles)
    assert len(one.queries) >= 250
    assert min(Counter(query.kind for query in one.queries).values()) >= 10
    assert len({(query.shop, query.text) for query in one.queries}) == len(one.queries)


def test_an_answer_that_is_no_article_is_told(tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text("inflected | villa | villaa | fi:nothing\n", encoding="utf-8")
    with pytest.raises(ValueError, match="isn't there"):
        queries(tmp_path / "q.txt", sets()[0].articles)
