"""What customers published goes by age where the brand says so: with its files, its stars and what moderation knew."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.community import answering, asking
from aspa.service.community.models import Answer, Question
from aspa.service.knowledge import comments, publishing
from aspa.service.knowledge.models import Comment, Kind
from aspa.service.knowledge.publishing import Text
from aspa.service.moderation.models import HouseRules, Item
from aspa.service.moderation.rules import set_rules
from aspa.service.privacy import keeping
from aspa.service.privacy.models import RetentionRule
from aspa.service.reviews import writing
from aspa.service.reviews.models import Product, Review
from aspa.service.reviews.tests.buying import GOOD, buys, shop_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OLD = dt.timedelta(days=40)


def test_words_go_by_age_and_others_answers_stay(cast: Cast) -> None:
    set_rules(HouseRules(brand=cast.brand, hold=HouseRules.Hold.DOUBTFUL))
    shop_of(cast.dee)
    buys(cast.dee)
    eve = Contact.objects.create(brand=cast.brand, name="Eve", created_at=clock.now())
    version = publishing.create(cast.brand, Kind.ARTICLE, "fi", Text(title="Pesu", body="Käsin."), by=cast.ada)
    with time_machine.travel(clock.now() - OLD, tick=False):
        comments.write(version, cast.dee, "Toimii hyvin minulla.")
        written = asking.Written("Miten pesen villasukat?", "Merinoa.")
        question = asking.ask(written, brand=cast.brand, contact=cast.dee, name="Dee", language="fi")[0]
        answering.answer(question, "Vanha vastaus.", contact=eve, name="Eve")
        writing.write(cast.dee, "NS", GOOD)
    answering.answer(question, "Tuore vastaus.", contact=eve, name="Eve")
    comments.write(version, eve, "Minullakin toimii.")

    kinds = {"comments": 1, "community_answers": 1, "community_questions": 0, "reviews": 1}
    for kind, count in kinds.items():
        rule = RetentionRule.objects.create(brand=cast.brand, kind=kind, days=30)
        assert keeping.preview(rule) == count, kind
        keeping.go_on(rule.pk)
    assert [one.text for one in Comment.objects.all()] == ["Minullakin toimii."]
    assert [one.text for one in Answer.objects.all()] == ["Tuore vastaus."]
    assert not Review.objects.exists() and Product.objects.get().count == 0
    # A question that is still talked about stays; one that is not loses its words and keeps what others answered.
    assert Question.objects.get().title
    Question.objects.update(active_at=clock.now() - OLD)
    keeping.go_on(RetentionRule.objects.get(kind="community_questions").pk)
    question.refresh_from_db()
    assert (question.is_blank, question.text, Answer.objects.count()) == (True, "", 1)
    keeping.go_on(RetentionRule.objects.get(kind="community_questions").pk)
    assert {(one.kind, one.contact_id) for one in Item.objects.all()} == {("answer", eve.pk), ("comment", eve.pk)}
