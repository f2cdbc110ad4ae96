"""What stands of the community elsewhere: on the customer's timeline, and in what search is given to rebuild from."""

from __future__ import annotations

import pytest

from aspa.service.community import answering, asking, searching
from aspa.service.community.asking import Written
from aspa.service.community.timeline import Answers, Questions
from aspa.service.knowledge import switches
from aspa.service.moderation import deciding
from aspa.service.moderation.models import Item
from aspa.service.moderation.states import Action
from aspa.service.timeline.sources import Asked
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_on_the_timeline(cast: Cast) -> None:
    switches.set_on(cast.brand, "community", is_on=True)
    question, _verdict = asking.ask(
        Written("Miten sukat pestään?", "Koneessa?"), brand=cast.brand, contact=cast.dee, name="Dee", language="fi"
    )
    (entry,) = Questions().entries(Asked(agent=cast.ben, contact=cast.dee, count=5))
    assert (entry.url, entry.tone, entry.text) == (question.url(), "promise", "Koneessa?")
    assert not Questions().entries(Asked(agent=cast.ben, contact=cast.dee, count=5, words="paita"))
    deciding.decide(Item.objects.all(), by=cast.ada, action=Action.PUBLISH)
    question.refresh_from_db()
    answering.answer(question, "Pesin jo.", contact=cast.dee, name="Dee")
    (answered,) = Answers().entries(Asked(agent=cast.ben, contact=cast.dee, count=5, words="pesin"))
    assert answered.url.startswith(question.url())


def test_rebuilding_passes_over_what_is_switched_off(cast: Cast) -> None:
    for kind in ("community", "question"):
        switches.set_on(cast.brand, kind, is_on=True)
    keys = [
        asking.ask(
            Written(f"Miten hoidan tätä, {word}?", "", about),
            brand=cast.brand,
            contact=cast.dee,
            name="Dee",
            language="fi",
        )[0].pk
        for word, about in (
            ("villa", ()),
            ("silkki", [("product", "A")]),
            ("hamppu", [("product", "B")]),
            ("nahka", ()),
        )
    ]
    deciding.decide(Item.objects.all(), by=cast.ada, action=Action.PUBLISH)
    assert [one.key for one in searching.Questions().after(0, 10)] == keys
    switches.set_on(cast.brand, "question", is_on=False)
    source = searching.Questions()
    assert [one.key for one in source.after(0, 1)] == [keys[0]]
    assert [one.key for one in source.after(keys[0], 1)] == [keys[3]]
    assert source.after(keys[3], 1) == []
