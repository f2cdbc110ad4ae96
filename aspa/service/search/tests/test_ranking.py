from __future__ import annotations

from collections import Counter

from aspa.service.search.ranking import Collection, Document, score


def document(title: str, body: str) -> Document:
    words = body.split()
    return Document(Counter(title.split()), Counter(words), len(words))


def order(wanted: list[dict[str, float]], *documents: Document) -> list[int]:
    """The documents' numbers, best first, without those in which nothing was found."""
    having = Counter(term for one in documents for term in {*one.title, *one.body})
    among = Collection(len(documents), sum(one.length for one in documents) / len(documents), having.__getitem__)
    scores = [score(wanted, one, among) for one in documents]
    return [number for number in sorted(range(len(scores)), key=lambda at: -scores[at]) if scores[number]]


def test_the_title_comes_first_then_what_is_said_often_and_nothing_else_is_found() -> None:
    found = order(
        [{"return": 1.0}],
        document("Other", "something else"),
        document("Sizes", "a return is free of charge"),
        document("return", "how it is done here"),
        document("Money", "return return return soon"),
    )
    assert found == [2, 3, 1]


def test_more_of_the_question_is_better_than_one_word_of_it_often() -> None:
    both = document("Help", "wool may be washed by hand")
    one = document("Help", "wool wool wool wool and wool")
    assert order([{"wool": 1.0}, {"washed": 1.0}], one, both, document("x", "y")) == [1, 0]


def test_the_word_itself_is_better_than_its_root_and_a_word_counts_once() -> None:
    wanted = [{"palautus": 1.0, "palauttaa": 0.95, "0rpalau": 0.5}]
    root, itself = document("a", "0rpalau 0rpalau b"), document("a", "palautus b c")
    assert order(wanted, root, itself, document("x", "y z å")) == [1, 0]
