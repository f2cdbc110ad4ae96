"""Words, their base forms, parts and roots. The dictionaries are small ones here; `bin/bench search` asks the real ones."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest

from aspa.service.search import widening
from aspa.service.search.cutting import apart, apart_with_slip
from aspa.service.search.vocabulary import Known
from aspa.service.search.words import compounds, lemmas, normaliser, spelling
from aspa.service.search.words.compounds import base_parts, parts_without_dots
from aspa.service.search.words.lemmas import lemma
from aspa.service.search.words.normaliser import asked, indexed, weighed
from aspa.service.search.words.roots import root
from aspa.service.search.words.spelling import Vocabulary, by_dictionary, meant, mended
from aspa.service.search.words.tokens import tokens

FORMS = {
    "fi": {
        "villa": "villasta villan", "sukka": "sukat sukkia sukan", "toimitus": "toimitukset toimituksen",
        "kulu": "kulut kulua kulun", "aika": "aikaa ajan", "lapsi": "lasten lapsen", "istuin": "istuimen",
        "nainen": "naisen naisten", "kenkä": "kengät kenkiä", "tilaus": "tilauksen tilaukset tilauksessa",
        "palauttaa": "palautan palauttamaan palauttanut palautettu",
        "data.": "datan",
        "palautus": "palautuksen", "tuote": "tuotteen", "lahja": "lahjan", "kortti": "kortin kortilla", "tila": "tilan",
        "uksi": "", "ale": "",
    },
    "sv": {"leverans": "leveranser", "tid": "tiden tider", "retur": "returer", "frakta": "frakt", "resa": "resor",
           "villkor": "", "villa": "villan"},
    "en": {"return": "returns returned", "parcel": "parcels"},
}  # fmt: skip


@pytest.fixture(autouse=True)
def dictionaries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    known = {
        language: {form: base for base, forms in bases.items() for form in (base, *forms.split())}
        for language, bases in FORMS.items()
    }
    remembered = (lemmas.lemma, compounds.parts, compounds._best, normaliser.weighed, spelling._a_slip_apart)
    for module in (lemmas, compounds, spelling):
        monkeypatch.setattr(module, "dictionary", known.__getitem__)
    for function in remembered:
        function.cache_clear()
    yield
    for function in remembered:
        function.cache_clear()


def test_words_are_letters_and_digits_alone_and_small() -> None:
    assert tokens("Café-LAHJAKORTTI, 20 €: Åbo’s ﬁne_1") == ["cafe", "lahjakortti", "20", "åbo", "s", "fine", "1"]
    # However the letter was put together.
    assert tokens("a\u0308iti") == ["äiti"]
    assert tokens("x" * 500) == ["x" * 64]


@pytest.mark.parametrize(
    ("word", "base"),
    [
        ("sukkia", "sukka"),
        ("tilaukseni", "tilaus"),
        ("tilauskin", "tilaus"),
        ("tilauksenikin", "tilaus"),
        ("toimituskulut", "toimituskulu"),
        # As spoken, and typed without dots.
        ("tilaukses", "tilaus"),
        ("sukkii", "sukka"),
        ("tilausko", "tilaus"),
        ("tilausks", "tilaus"),
        ("kenkia", "kenkä"),
        ("datan", "data"),
        # Participles, and what hangs on them, by another form.
        ("palauttamissani", "palauttaa"),
        ("palauttaneille", "palauttaa"),
        ("palautettujen", "palauttaa"),
        ("palautettavissa", "palauttaa"),
    ],
)
def test_the_base_form_of_what_is_known(word: str, base: str) -> None:
    assert lemma(word, "fi") == base


@pytest.mark.parametrize(
    ("word", "language", "parts"),
    [
        ("villasukat", "fi", ("villa", "sukka")),
        ("lastenistuimen", "fi", ("lapsi", "istuin")),
        ("naistenkengät", "fi", ("nainen", "kenkä")),
        ("toimitusaikaa", "fi", ("toimitus", "aika")),
        # In the dictionary as one, though it could be cut.
        ("tilaus", "fi", ()),
        ("villa", "fi", ()),
        ("hölynpöly", "fi", ()),
        ("leveranstiden", "sv", ("leverans", "tid")),
        ("returfrakt", "sv", ("retur", "frakta")),
        ("parcels", "en", ()),
    ],
)
def test_a_compound_falls_into_its_parts(word: str, language: str, parts: tuple[str, ...]) -> None:
    assert base_parts(word, language) == parts


@pytest.mark.parametrize(
    "family",
    [
        ("palauttaa", "palautus", "palauttaminen"),
        ("ladata", "lataus", "lataaminen"),
        ("huoltaa", "huolto"),
        ("asentaa", "asennus"),
        ("maksaa", "maksu"),
        ("reklamaatio", "reklamoida"),
        ("noutaa", "nouto", "noutaminen", "noudettu"),
        ("vaihtaa", "vaihto", "vaihdos"),
        ("myöhästyä", "myöhästynyt", "myöhästyminen"),
        ("hylätä", "hylkäys", "hylkääminen"),
        ("suunnitella", "suunnittelu", "suunnitelma", "suunnittelija"),
        ("rekisteröityä", "rekisteröinti", "rekisteröidä"),
        ("halpa", "halvempi"),
        ("virhe", "virheellinen"),
    ],
)
def test_a_verb_and_the_words_made_of_it_share_a_root(family: tuple[str, ...]) -> None:
    assert len({root(word, "fi") for word in family}) == 1
    assert root("on", "fi") == ""


def test_words_of_other_languages_share_a_root_too() -> None:
    assert root("cancellation", "en") == root("cancelled", "en") == root("cancel", "en")
    assert root("delivery", "en") == root("deliver", "en")
    assert root("bokning", "sv") == root("boka", "sv")
    assert root("flytta", "sv") == root("flytt", "sv")


def test_a_question_finds_what_is_indexed() -> None:
    article = set(indexed("Palautuksen toimituskulut", "fi").split())
    for question in ("palautan", "toimitus", "kulu", "Palautus!"):
        (one,) = asked(question)
        assert article & set(one.terms), question
    (own,) = asked("toimituskulut")
    assert own.terms["toimituskulut"] > own.terms["toimitus"]


def test_a_word_of_no_group_is_asked_as_those_that_share_its_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widening, "groups", lambda language: [("palauttaa", "tuoda takaisin")])
    monkeypatch.setattr(widening, "_usual", functools.cache(widening._usual.__wrapped__))
    monkeypatch.setattr(widening, "_kin", functools.cache(widening._kin.__wrapped__))
    noun, other = asked("palautus kortti")
    assert widening._with_kin(noun, "fi") == {"palautus", "palauttaa"}
    assert widening._with_kin(other, "fi") == {"kortti"}


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others() -> None:
    assert [next(iter(one.terms)) for one in asked("miten palautan tuotteen")] == ["palautan", "tuotteen"]
    assert [next(iter(one.terms)) for one in asked("missä se on")] == ["missä", "se", "on"]


def test_the_language_is_what_knows_most_of_the_words() -> None:
    assert set(weighed("returns", "en")) >= {"return"}
    (first, _second) = asked("returned parcels")
    assert "return" in first.terms


def test_a_compound_without_dots_falls_into_its_parts() -> None:
    assert parts_without_dots("kenkatilaus") == ("kenkä", "tilaus")
    assert parts_without_dots("kenkätilaus") == parts_without_dots("holynpoly") == ()
    (one,) = asked("kenkatilaus")
    assert [next(iter(part)) for part in one.parts] == ["kenkä", "tilaus"]


def test_words_run_together_are_cut_where_something_has_both() -> None:
    known = Known(1, 1)
    known.documents = {"sim": 3, "kortti": 2, "toimitus": 1, "kulu": 1}
    known.words.add(known.documents)

    def cut(word: str) -> list[str]:
        (one,) = asked(word)
        return [part.word for part in apart(one, known) or apart_with_slip(one, known)]

    assert cut("simkortilla") == ["sim", "kortilla"]
    assert cut("toimtuskulut") == ["toimitus", "kulut"]
    assert cut("kortti") == []


def test_a_slip_of_the_finger_is_forgiven_where_nothing_is_known() -> None:
    words = Vocabulary(["lahjakortti", "palautus", "villa", "tilaus", "sähköpyörä", "0rvillat"])
    assert words.nearest("lajhakortti") == ["lahjakortti"]
    assert words.nearest("palutus") == ["palautus"]
    assert words.nearest("sahkopyora") == ["sähköpyörä"]
    assert (words.nearest("vil"), words.nearest("12345"), words.nearest("aivanmuuta")) == ([], [], [])
    (wrong,), (right,) = asked("palutus"), asked("palautus")
    assert "palautus" in mended(wrong, meant(wrong, words))
    assert meant(right, words) == []


def test_a_slip_in_another_form_of_a_word_is_forgiven() -> None:
    (wrong,) = asked("tilauksesa")
    assert by_dictionary(wrong, Vocabulary(["tilaus"])) == ["tilaus"]
    assert by_dictionary(wrong, Vocabulary(["kenkä"])) == []
