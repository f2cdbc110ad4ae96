from __future__ import annotations

from collections import Counter

from aspa.service.search.ranking import Collection, Document, Question, Traits, weight


def document(title: str, body: str) -> Document:
    return Document.of(Counter(title.split()), Counter(body.split()))


def order(wanted: list[dict[str, float]], *documents: Document) -> list[int]:
    """The documents' numbers, best first, without those in which nothing was found."""
    length = sum(one.length for one in documents) / len(documents)
    question = Question(
        wanted, Collection(len(documents), length, lambda term: sum(one.has(term) for one in documents))
    )
    scores = [question.score(one) for one in documents]
    return [at for at in sorted(range(len(scores)), key=lambda at: -scores[at]) if scores[at]]


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


def test_a_text_that_is_asked_word_for_word_is_nearer_than_a_new_one() -> None:
    assert weight(Traits(is_title=True)) > weight(Traits(in_title=True)) > weight(Traits()) * 1.1
    assert weight(Traits(kind="faq")) > weight(Traits(kind="post")) > weight(Traits(kind="review"))
    assert weight(Traits(age=1)) > weight(Traits(age=2000)) and weight(Traits(helpfulness=1)) > weight(Traits())


def test_a_packed_document_has_the_terms_it_was_made_of() -> None:
    terms = {f"term{number}": number % 200 + 1 for number in range(300)}
    one = Document.of({"term3": 1, "heading": 2}, terms)
    assert one.length == sum(terms.values())
    assert all(one.has(term) for term in (*terms, "heading")) and not one.has("nothing")
    assert [one.has_in_title(term) for term in ("term3", "heading", "term4")] == [True, True, False]
    assert Document.of({}, {}).length == 0 and not Document.of({}, {}).has("x")
