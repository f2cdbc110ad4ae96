"""What people write in a chat beside their question, or instead of one."""

from __future__ import annotations

import pytest

from aspa.service.bot import small_talk, speech


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kauanko toimitus kestää?", []),
        ("Hei! Tilasin eilen. Kauanko toimitus kestää?", []),
        ("Kauanko toimitus kestää ja voiko laskulla maksaa", ["Kauanko toimitus kestää", "voiko laskulla maksaa"]),
        ("How long is delivery? Can I pay by card?", ["How long is delivery?", "Can I pay by card?"]),
        ("Takki on pieni. Voinko vaihtaa sen? Mitä se maksaa?",
         ["Takki on pieni. Voinko vaihtaa sen?", "Voinko vaihtaa sen? Mitä se maksaa?"]),
        ("Tilasin äidille villapaidan. Se on ihana, mutta haluaisin tietää voiko sen vielä palauttaa, kiitos",
         ["Tilasin äidille villapaidan. Se on ihana, mutta haluaisin voiko sen vielä palauttaa, kiitos"]),
        ("Hi, I bought a coat as a present for my son and I was wondering if I can return it",
         ["Hi, I bought a coat as a present for my son and I was I can return it"]),
        ("Jag köpte en tröja till min dotter men den är för liten, hur byter jag", ["hur byter jag"]),
    ],
)  # fmt: skip
def test_several_matters_are_told_apart(text: str, expected: list[str]) -> None:
    assert [matter.whole for matter in speech.matters(text)] == expected


def test_a_greeting_is_no_part_of_a_question() -> None:
    assert speech.plain("moi, ootteko te auki") == "ootteko auki"
    assert speech.plain("hei kiitos") == ""


@pytest.mark.parametrize(
    "text", ["kuka sä oot?", "Moi, oletko robotti vai ihminen?", "vem är du", "are you a bot?", "Who are you"]
)
def test_who_it_is_may_be_asked(text: str) -> None:
    assert small_talk.asks_who(text)


@pytest.mark.parametrize(
    "text", ["Kuka on myymäläpäällikkö?", "är du säker på leveranstiden", "who are you delivering with"]
)
def test_of_others_it_is_a_question(text: str) -> None:
    assert not small_talk.asks_who(text)


@pytest.mark.parametrize(
    "text", ["vitun paska kauppa", "KUKAAN EI VASTAA MEILEIHIN", "this is ridiculous", "fan vad dåligt"]
)
def test_anger_is_heard(text: str) -> None:
    assert small_talk.is_angry(text)


def test_what_is_no_anger() -> None:
    assert not any(map(small_talk.is_angry, ("Onko USB-johto mukana", "USB", "Hur långt är det till Helsingfors")))


@pytest.mark.parametrize("text", ["mikä mun asiakasnumero on", "what is my order history", "vad är mitt kundnummer"])
def test_what_is_their_own_is_known(text: str) -> None:
    assert small_talk.asks_of_own(text)
    assert not small_talk.asks_of_own("mikä on takuuaika")
