"""The bot's settings: who may change them, what is tried out, steps that are edited, a key that nobody reads again."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.test import Client

from aspa.core.conversations import own_page
from aspa.core.conversations.events import Cursor
from aspa.core.conversations.models import Message
from aspa.core.inboxes.models import Grant
from aspa.core.people.models import Agent, Role
from aspa.service.bot import holding
from aspa.service.bot.models import Bot, Flow, LanguageModel, Talk
from aspa.service.bot.tests.conftest import RETURNS, pages, react  # noqa: F401 (a fixture)
from aspa.web.live import frames, happenings
from tests.cast import Cast, says
from tests.journeys.test_desk_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    yield
    holding.forget()


@pytest.mark.usefixtures("pages")
def test_the_customers_own_page_says_who_was_a_bot_and_where_it_had_that_from(cast: Cast) -> None:
    signed_in(cast.ada).post(f"/settings/inboxes/{cast.inbox.pk}/bot/", {"when": "always", "name": "Kaiku"})
    conversation = says(cast.inbox, "Onko palautus maksuton?").conversation
    react()
    path = own_page.address(conversation).removeprefix(settings.ASPA_URL)
    page = Client(headers={"accept-language": "en"}).get(path).content.decode()
    assert "Kaiku, a bot" in page
    assert f'<a href="{settings.ASPA_URL}/help/villa/fi/a/1/">{RETURNS}</a>' in page


@pytest.mark.usefixtures("pages")
def test_a_bot_is_set_up_tried_out_and_reported_on(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    address = f"/settings/inboxes/{cast.inbox.pk}/bot/"
    tried = ada.post(address + "tried", {"question": "Onko palautus maksuton?"}).content.decode()
    assert RETURNS in tried
    assert "30 päivän" in tried
    assert "hands over to a person" in ada.post(address + "tried", {"question": "haluan ihmisen"}).content.decode()
    assert not Message.objects.exists()

    greeting = {"greeting_fi": "", "greeting_sv": " ", "greeting_en": "Welcome, I am Kaiku."}
    assert ada.post(address, {"when": "always", "name": "Kaiku", **greeting}).status_code == HTTPStatus.FOUND
    bot = Bot.objects.get()
    assert (bot.when, bot.name, bot.greetings) == ("always", "Kaiku", {"en": "Welcome, I am Kaiku."})
    assert LogEntry.objects.get_for_model(Bot).exists()

    says(cast.inbox, "Hi")
    react()
    assert Message.objects.get(code="bot").text == "Welcome, I am Kaiku."
    report = ada.get("/settings/bots/").content.decode()
    assert "Kaiku" in report
    assert 'id="report"' in report
    assert ada.get("/settings/bots.csv").content.decode().count("\n") == 2


def test_who_leads_another_chat_meets_nothing_of_this_one(cast: Cast) -> None:
    leader = Role.objects.create(name="Leader", permissions=[Role.Permission.SETTINGS])
    Grant.objects.create(agent=cast.cy, role=leader, inbox=cast.other_inbox)
    cy = signed_in(Agent.objects.get(pk=cast.cy.pk))
    page = cy.get("/settings/bots/").content.decode()
    assert "Metsä" in page
    assert "Villa" not in page
    assert cy.post(f"/settings/inboxes/{cast.inbox.pk}/bot/", {"when": "always", "name": "X"}).status_code == 404
    assert cy.post(f"/settings/inboxes/{cast.inbox.pk}/bot/tried", {"question": "a"}).status_code == 404
    assert cy.get(f"/settings/brands/{cast.other_brand.pk}/language-model/").status_code == 403
    assert not Bot.objects.exists()


def test_steps_are_edited_and_checked(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    ada.post(f"/settings/inboxes/{cast.inbox.pk}/bot/", {"when": "absent", "name": "Kaiku"})
    order = Flow.objects.get(task=Flow.Task.ORDER)
    address = f"/settings/bot-steps/{order.pk}/"
    shown = ada.get(address).content.decode()
    assert "orderbekräftelsen" in shown
    told = {"name": "Tilaus", "is_on": "on", "phrases": "missä tilaus", "step0-do": "look_up"}
    refused = ada.post(address, told)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "only after the e-mail address" in refused.content.decode()
    steps = {
        "step0-do": "choose", "step0-text_fi": "Mitä teet?", "step0-choices": "Palautan | Jag returnerar → 2\nJotain muuta",
        "step1-do": "say", "step1-text_fi": "Näin se käy.", "step2-do": "",
    }  # fmt: skip
    assert ada.post(address, {**told, **steps, "more": "1"}).content.decode().count("<fieldset") >= 4
    assert ada.post(address, {**told, **steps}).status_code == HTTPStatus.FOUND
    order.refresh_from_db()
    assert order.steps == [
        {
            "do": "choose", "text": {"fi": "Mitä teet?"},
            "choices": [
                {"label": {"fi": "Palautan", "sv": "Jag returnerar"}, "to": 2},
                {"label": {"fi": "Jotain muuta"}, "to": 0},
            ],
        },
        {"do": "say", "text": {"fi": "Näin se käy."}},
    ]  # fmt: skip


def test_a_step_is_moved_and_what_leads_to_it_follows(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    made = Flow.objects.create(brand=cast.brand, name="Own", steps=[{"do": "hand_over"}])
    address = f"/settings/bot-steps/{made.pk}/"
    told = {
        "name": "Own", "is_on": "on", "phrases": "oma asia",
        "step0-do": "say", "step0-text_en": "First", "step1-do": "choose", "step1-text_en": "What?",
        "step1-choices": "A | A | A → 3\nB -> 0", "step2-do": "hand_over",
    }  # fmt: skip
    shown = ada.post(address, {**told, "move": "3 -1"})
    form = shown.context["steps"].forms
    assert [one.initial["do"] for one in form] == ["say", "hand_over", "choose"]
    assert form[2].initial["choices"] == "A | A | A → 2\nB -> 0"
    assert "autofocus" in shown.content.decode()
    for odd in ("1 -1", "9 1", "x", ""):
        assert ada.post(address, {**told, "move": odd}).status_code == HTTPStatus.OK
    made.refresh_from_db()
    assert made.steps == [{"do": "hand_over"}], "nothing is kept before it is saved"


def test_the_key_of_the_model_is_never_shown_again(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    address = f"/settings/brands/{cast.brand.pk}/language-model/"
    given = {
        "url": "https://llm.example/v1",
        "model": "small",
        "key": "s3cret",
        "seconds": 5,
        "tokens_a_day": 9000,
        "tokens_a_talk": 4000,
    }
    assert ada.post(address, given).status_code == HTTPStatus.FOUND
    assert ada.post(address, {**given, "key": "", "seconds": 4}).status_code == HTTPStatus.FOUND
    model = LanguageModel.objects.get()
    assert (model.key, model.seconds) == ("s3cret", 4)
    assert "s3cret" not in ada.get(address).content.decode()
    assert "s3cret" not in str(list(LogEntry.objects.get_for_model(LanguageModel).values("changes")))
    # Another address of the same server is told it, another server isn't.
    ada.post(address, {**given, "key": "", "url": "https://llm.example/v2"})
    assert LanguageModel.objects.get().key == "s3cret"
    ada.post(address, {**given, "key": "", "url": "https://evil.example/v1"})
    assert LanguageModel.objects.get().key == ""
    # It isn't on the public network, and that is said.
    assert "answer" in ada.post(address + "tried").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("alone_on_the_server")
def test_nobody_is_rung_for_what_the_bot_has_and_all_for_what_it_hands_over(cast: Cast) -> None:
    def rings() -> list[tuple[str, bool]]:
        past = happenings.read(Cursor(0, 0), {})
        return [
            (one.event.kind, frames.DeskFrame(one).concerns(cast.ben.pk))
            for one in past.happenings
            if one.event.kind in ("received", "handed_over")
        ]

    says(cast.inbox, "Hei")
    assert rings() == [("received", True)]
    ada = signed_in(cast.ada)
    ada.post(f"/settings/inboxes/{cast.inbox.pk}/bot/", {"when": "always", "name": "Kaiku"})
    says(cast.inbox, "Hei", who="eve")
    assert rings()[1:] == [("received", False)], "before the bot has even heard of it"
    react()
    says(cast.inbox, "ihminen", who="eve")
    react()
    assert rings()[2:] == [("received", True), ("handed_over", True)]


def test_a_bot_that_is_switched_off_lets_go(cast: Cast) -> None:
    ada = signed_in(cast.ada)
    address = f"/settings/inboxes/{cast.inbox.pk}/bot/"
    ada.post(address, {"when": "always", "name": "Kaiku"})
    says(cast.inbox, "Hei")
    react()
    ada.post(address, {"when": "off", "name": "Kaiku"})
    assert Talk.objects.get().state == Talk.State.HANDED_OVER
