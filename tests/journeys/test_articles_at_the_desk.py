"""Articles beside a conversation: they fit what was asked, are given and counted, and are made of what was answered."""

from __future__ import annotations

import pytest
from django.test import Client

from aspa.core.conversations import replies
from aspa.core.conversations.models import Conversation, Event
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Role
from aspa.service.deflection import beside, counting, giving, nameless
from aspa.service.deflection.models import ArticleDay
from aspa.service.knowledge import publishing
from aspa.service.knowledge.models import Article, Version
from aspa.service.knowledge.publishing import Text
from aspa.service.search import indexing
from aspa.service.search.models import Asking
from tests import journal
from tests.cast import Cast, says
from tests.journeys.test_desk_pages import signed_in


def published(cast: Cast, title: str, body: str, *, language: str = "en", audience: str = "all") -> Version:
    version = publishing.create(
        cast.brand, "faq", language, Text(title=title, body=body), by=cast.ada, audience=audience
    )
    return publishing.publish(version, by=cast.ada)


@pytest.fixture
def returns(cast: Cast) -> Version:
    found = published(cast, "Returning a product", "You may return it within **30 days**.")
    published(cast, "Gift cards", "A gift card is valid for a year.")
    indexing.drain()
    return found


@pytest.fixture
def parcel(cast: Cast, returns: Version) -> Conversation:
    return says(cast.inbox, "Hello, how can I return a product?").conversation


@pytest.fixture
def ben(cast: Cast) -> Client:
    return signed_in(cast.ben)


def test_what_fits_the_customers_question_is_at_hand_for_who_may_answer(
    ben: Client, cast: Cast, parcel: Conversation
) -> None:
    page = ben.get(f"/desk/conversations/{parcel.pk}/articles").content.decode()
    assert "Returning a product" in page
    assert "Gift cards" not in page
    found = ben.get(f"/desk/conversations/{parcel.pk}/articles/choices", {"q": "gift card"}).content.decode()
    assert "Gift cards: http" in found
    assert "Returning a product" not in found
    cy = signed_in(cast.cy)
    for part in ("articles", "articles/choices"):
        assert cy.get(f"/desk/conversations/{parcel.pk}/{part}").status_code == 404
    # The panel says where it is to be asked for, and asks nothing itself.
    panel = ben.get(f"/customers/{cast.dee.pk}/panel", {"conversation": parcel.pk}).content.decode()
    assert f'hx-get="/desk/conversations/{parcel.pk}/articles"' in panel


def test_what_no_article_answers_is_a_gap_of_the_desks_own(ben: Client, cast: Cast, parcel: Conversation) -> None:
    choices = f"/desk/conversations/{parcel.pk}/articles/choices"
    for _again in range(2):
        ben.get(choices, {"q": "student discount dee@customer.example"})
    ben.get(choices, {"q": "gift card"})
    asked = says(cast.inbox, "Do you rent bicycles", who="eve").conversation
    ben.get(f"/desk/conversations/{asked.pk}/articles")
    gaps = Asking.objects.filter(brand=cast.brand).values_list("where", "text", "times")
    assert set(gaps) == {("desk", "student discount", 1), ("desk", "do you rent bicycles", 1)}
    page = signed_in(cast.ada).get("/content/gaps/", {"brand": cast.brand.pk}).content.decode()
    assert "student discount" in page


def test_it_is_given_in_the_customers_language_and_never_what_only_agents_read(
    cast: Cast, parcel: Conversation, returns: Version
) -> None:
    version = publishing.add_language(returns.article, "fi", by=cast.ada)
    publishing.save_draft(version, Text(title="Tuotteen palauttaminen", body="Palauta 30 päivässä."), by=cast.ada)
    publishing.publish(version, by=cast.ada)
    published(cast, "Return fraud", "How to recognise a return that is a fraud.", audience="agents")
    indexing.drain()
    Conversation.objects.filter(pk=parcel.pk).update(language="fi")
    parcel.refresh_from_db()
    found = {one.version.title: one for one in beside.sought(parcel, "return")}
    assert found["Tuotteen palauttaminen"].text.startswith("Palauta 30 päivässä.\n\nhttp")
    assert (found["Return fraud"].link, found["Return fraud"].text) == ("", "")
    assert "Returning a product" not in found


def test_given_is_what_a_sent_reply_names_once_and_counted(cast: Cast, parcel: Conversation, returns: Version) -> None:
    link = beside.fitting(parcel)[0].link
    sent = replies.reply(parcel, by=cast.ben, body=f"Here you are: {link}.\nAnd again {link}")
    replies.reply(parcel, by=cast.ben, body="See /help/metsa/en/a/returning-a-product/")
    for _twice in range(2):
        giving.follow(journal.whole())
    event = Event.objects.get(kind=Event.Kind.ARTICLE_GIVEN)
    assert (event.message_id, event.agent_id, event.data["key"]) == (sent.pk, cast.ben.pk, returns.pk)
    for _twice in range(2):
        counting.follow(journal.whole())
    assert ArticleDay.objects.get(key=returns.pk).given == 1


def test_a_conversation_becomes_a_draft_that_names_nobody(ben: Client, cast: Cast) -> None:
    told = "Hi! How do I return my order 1004821? I am Dee Dahl, 040 123 4567, dee@dahl.example."
    asked = says(cast.inbox, told).conversation
    address = f"/desk/conversations/{asked.pk}/article"
    assert ben.post(address).status_code == 403
    writer = Role.objects.create(name="Kirjoittaja", permissions=[str(Role.Permission.CONTENT)])
    Grant.objects.create(agent=cast.ben, role=writer, inbox=cast.inbox)
    ben = signed_in(cast.ben)
    assert ben.post(address).status_code == 409, "nothing is answered yet"
    replies.reply(
        asked, by=cast.ben, body="Hello Dee,\nuse the label in the parcel: https://shop.example/p/9998881\n\nBen"
    )
    replies.note(asked, by=cast.ben, body="She calls often.")
    answer = ben.post(address)
    article = Article.objects.get(from_conversation=asked)
    draft = article.versions.get().draft
    assert answer["HX-Redirect"].endswith(f"/{article.versions.get().pk}/")
    whole = f"{draft.title}\n{draft.body}"
    for secret in ("Dee", "Dahl", "Ben", "4567", "1004821", "dahl.example", "calls often"):
        assert secret not in whole
    assert draft.title.startswith("How do I return my order")
    assert "use the label in the parcel: https://shop.example/p/9998881" in draft.body
    assert signed_in(cast.cy).post(address).status_code == 404


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Soita +358 40 1234567 tai 09 4250 1234", "Soita […] tai […]"),
        ("Tilaus 1234567 vuonna 2025, 30 päivää, 19,90 €", "Tilaus […] vuonna 2025, 30 päivää, 19,90 €"),
        ("Dahlin paketti ja Deen osoite", "[…] paketti ja […] osoite"),
        ("https://shop.example/kori?email=dee@dahl.example", "https://shop.example/kori"),
    ],
)
def test_what_tells_whose_matter_it_was_goes(said: str, kept: str) -> None:
    assert nameless.without_people(said, {"Dee", "Dahl"}) == kept
