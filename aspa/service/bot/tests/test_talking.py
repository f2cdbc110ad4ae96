"""The bot answers from what is published, says what it doesn't know, and hands over; the figures stay honest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine

from aspa.core.conversations import activities, bots, lifecycle, replies, triage
from aspa.core.conversations.models import Conversation, Event, Message
from aspa.kit import clock
from aspa.service.bot import editing, handing_over, report
from aspa.service.bot.models import Bot, Talk
from aspa.service.bot.tasks import hand_over_late
from aspa.service.bot.tests.conftest import RETURNS, Pages, newest, react
from aspa.service.closing.models import Wait
from aspa.service.duty.models import Call, Rota
from aspa.service.receipts.models import FirstReply
from aspa.service.routing.models import Rules, Waiting
from aspa.service.sla.models import Countdown, Policy
from tests.cast import Cast, says

pytestmark = pytest.mark.django_db

Writes = Callable[[str], Message]


def test_it_answers_with_its_source_and_nobody_is_asked_for(cast: Cast, writes: Writes) -> None:
    Rules.objects.create(inbox=cast.inbox, policy=Rules.Policy.OFFER)
    answer = writes("Onko palautus maksuton?")
    conversation = answer.conversation

    assert answer.is_by_bot
    assert "30 päivän" in answer.text
    assert answer.data["name"] == "Kaiku"
    assert answer.data["sources"][0]["title"] == RETURNS
    assert answer.data["sources"][0]["url"].endswith("/help/villa/fi/a/1/")
    conversation.refresh_from_db()
    assert (conversation.waiting_since, conversation.assignee_id, conversation.status) == (None, None, "open")
    assert not Waiting.objects.exists()
    assert Wait.objects.get().settle_at is not None, "it is the customer's turn, and silence settles it as always"
    receipt = Message.objects.get(conversation=conversation, code="receipt")
    assert receipt.data == {"reference": conversation.reference, "team": cast.team.name}
    assert Event.objects.filter(conversation=conversation, kind=Event.Kind.BOT_ANSWERED).count() == 1


def test_the_word_leads_to_a_person_who_sees_the_whole_talk(cast: Cast, writes: Writes) -> None:
    Rules.objects.create(inbox=cast.inbox, policy=Rules.Policy.OFFER)
    writes("Onko palautus maksuton?")
    line = writes("haluan puhua ihmiselle")
    conversation = Conversation.objects.get(pk=line.conversation_id)

    asked = Message.objects.get(conversation=conversation, text="haluan puhua ihmiselle")
    assert line.code == "handed_over"
    assert conversation.waiting_since == asked.created_at
    assert Waiting.objects.get().entered_at == asked.created_at
    told = activities.sentence(line, for_contact=True, language="en")
    assert told.startswith("A person takes over from here")
    assert "answers you as soon as possible" in told
    assert "the customer asked for a person" in activities.sentence(line, for_contact=False, language="en")
    # Once a person is asked for, the bot is silent.
    assert writes("Onko palautus maksuton?").text == "Onko palautus maksuton?"
    assert Talk.objects.get().state == Talk.State.HANDED_OVER


def test_after_two_misses_a_person_is_asked(cast: Cast, writes: Writes) -> None:
    first = writes("Onko teillä avaruusrakettien huoltoa viikonloppuisin")
    assert first.is_by_bot
    assert not first.data.get("sources")
    second = writes("Entä sukellusveneiden vuokrausta kesällä")
    assert second.code == "handed_over"
    assert second.data["cause"] == "misses"


def test_what_didnt_help_counts_as_a_miss(writes: Writes) -> None:
    writes("Onko palautus maksuton?")
    assert writes("Ei auttanut").is_by_bot
    assert writes("Kauanko toimitus kestää Ahvenanmaalle").data["sources"]
    assert writes("ei").code == "handed_over"


def test_it_asks_once_which_of_several_pages_is_meant(writes: Writes) -> None:
    asked = writes("takuu?")
    assert set(asked.data["choices"]) >= {"Takuu", "Lahjakortin takuu"}
    assert "kaksi vuotta" in writes("Takuu").text


def test_two_matters_in_one_message_are_both_answered(writes: Writes) -> None:
    answer = writes("Onko palautus maksuton ja kauanko toimitus kestää?")
    assert [source["title"] for source in answer.data["sources"]] == [RETURNS, "Toimitusajat"]
    assert "30 päivän" in answer.text
    half = writes("Kauanko toimitus kestää? Myyttekö avaruusraketteja?")
    assert "arkipäivää" in half.text
    assert "”Myyttekö avaruusraketteja?”" in half.text


def test_a_question_is_found_in_its_story(writes: Writes) -> None:
    told = "Moi, ostin teiltä viime viikolla takin ja se on tosi ihana mutta väri ei sovi mulle, niin mietin onko sen palautus maksuton"
    assert writes(told).data["sources"][0]["title"] == RETURNS
    # "It" is a voucher, and no page tells of returning those.
    assert "30 päivän" not in writes("Sain mummolta joululahjaksi lahjakortin, saako sen palauttaa?").text


@pytest.mark.parametrize(
    "text", ["Mikä mun kahvitili on?", "Onko teillä palautuspisteitä kuussa?", "Voiko kahvilla maksaa?"]
)
def test_a_page_that_has_a_word_of_the_question_is_no_answer_to_it(writes: Writes, text: str) -> None:
    assert not writes(text).data.get("sources")


def test_who_is_angry_is_passed_on_and_small_talk_isnt(writes: Writes) -> None:
    assert "Kaiku" in writes("kuka sä oot").text
    assert writes("vitun paska kauppa").code == "handed_over"


def test_it_answers_in_the_language_of_the_message(writes: Writes) -> None:
    assert writes("Is the return of a product free for me?").text.startswith("You can return a product")


def test_thanks_end_nothing_and_count_as_help(cast: Cast, writes: Writes) -> None:
    writes("Onko palautus maksuton?")
    assert writes("Yes, this helped").is_by_bot
    line = report.lines([cast.inbox])[0]
    assert (line.talks, line.answered, line.helped, line.handed_over) == (1, 1, 1, 0)
    assert not Conversation.objects.get().is_closed
    # A second yes is no second help, and whoever needs a person after all wasn't helped.
    writes("Yes, this helped")
    assert report.lines([cast.inbox])[0].helped == 1
    writes("ihminen")
    line = report.lines([cast.inbox])[0]
    assert (line.talks, line.answered, line.helped, line.handed_over) == (1, 1, 0, 1)


def test_whoever_takes_it_silences_the_bot(cast: Cast, writes: Writes) -> None:
    answer = writes("Onko palautus maksuton?")
    triage.assign(answer.conversation, to=cast.ben, by=cast.ben)
    react()
    assert writes("Kauanko toimitus kestää?").kind == Message.Kind.INCOMING
    assert Talk.objects.get().state == Talk.State.TAKEN
    assert report.lines([cast.inbox])[0].taken == 1


def test_an_answer_that_comes_too_late_is_not_given(cast: Cast, writes: Writes) -> None:
    """Somebody took it, or the customer wrote again, while the bot was thinking."""
    answer = writes("Onko palautus maksuton?")
    conversation = answer.conversation
    said = bots.Said("Kaiku", "Myöhässä")
    asked = says(cast.inbox, "Kauanko toimitus kestää?").message
    assert bots.answer(conversation, said, up_to=asked.pk - 1, client_id="x") is None
    assert bots.answer(conversation, said, up_to=asked.pk, client_id="x") is not None
    assert bots.answer(conversation, said, up_to=asked.pk, client_id="x") is None
    triage.assign(conversation, to=cast.ben, by=cast.ben)
    assert bots.answer(conversation, said, up_to=asked.pk, client_id="y") is None
    assert not bots.hand_over(conversation, cause="asked", step=lambda _: {})


def test_the_way_to_a_person_is_measured(cast: Cast, bot: Bot) -> None:
    Policy.objects.create(name="Chat", first_reply=5)
    begun = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)
    with time_machine.travel(begun, tick=False) as at:
        conversation = says(cast.inbox, "Onko palautus maksuton?").conversation
        react()
        assert not Countdown.objects.exists(), "the bot has answered, and no person is waited for"
        at.shift(600)
        says(cast.inbox, "ihminen")
        react()
        assert Countdown.objects.get().started_at == clock.now(), "a bot's answer was no first reply"
        at.shift(90)
        replies.reply(conversation, by=cast.ben, body="Hei, autan mielelläni.")
        react()
    line = report.lines([cast.inbox])[0]
    assert (line.handed_over, line.humans, line.soon, line.to_human) == (1, 1, 1, 90)
    assert Countdown.objects.get().met_at == begun + dt.timedelta(seconds=690)
    assert FirstReply.objects.get().open_seconds == 90


def test_when_nobody_is_there_only(cast: Cast, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins while nobody is there, and steps back when somebody is."""
    from aspa.service.routing import availability

    bot.when = Bot.When.ABSENT
    editing.save(bot)
    conversation = says(cast.inbox, "Onko palautus maksuton?").conversation
    react()
    assert newest(conversation).is_by_bot
    here = availability.Availability(availability.OPEN, is_live=True, is_staffed=True)
    monkeypatch.setattr(availability, "of", lambda _inbox: here)
    monkeypatch.setattr(availability, "of_all", lambda inboxes, *_: {one.pk: here for one in inboxes})
    says(cast.inbox, "Kauanko toimitus kestää?")
    react()
    assert newest(conversation).data["cause"] == "present"
    other = says(cast.inbox, "Kauanko toimitus kestää?", who="eve").conversation
    react()
    assert newest(other).kind == Message.Kind.INCOMING


def test_what_is_urgent_is_for_a_person(cast: Cast, bot: Bot) -> None:
    asked = says(cast.inbox, "Vesivahinko, apua heti").message
    rota = Rota.objects.create(name="Yöt", starts_on=clock.now().date())
    Call.objects.create(conversation=asked.conversation, rota=rota, message_id=asked.pk, since=clock.now(), why="apua")
    react()
    assert newest(asked.conversation).data["cause"] == "urgent"


def test_what_it_doesnt_answer_in_time_is_handed_over(cast: Cast, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    from aspa.service.bot import talking

    monkeypatch.setattr(talking, "take_turn", lambda _pk: None)
    conversation = says(cast.inbox, "Onko palautus maksuton?").conversation
    react()
    assert bots.holding([conversation.pk]) == {conversation.pk}
    with time_machine.travel(clock.now() + dt.timedelta(seconds=61)):
        assert not bots.holding([conversation.pk]), "nobody waits for a bot that is stuck"
        hand_over_late.call()
        react()
    assert newest(conversation).data["cause"] == "late"


def test_switched_off_it_hands_over_what_it_has(cast: Cast, bot: Bot, writes: Writes) -> None:
    line = writes("Onko palautus maksuton?")
    bot.when = Bot.When.OFF
    editing.save(bot)
    assert newest(line.conversation).data["cause"] == "off"
    assert not handing_over.hand_over(line.conversation_id, cause="off")


def test_what_customers_write_in_public_is_not_its_answer(pages: Pages, writes: Writes) -> None:
    from aspa.service.search import content, indexing

    pages.more[9] = ("Sohvan pesu", "fi", "Pese sohva kloriitilla, näin minä tein.")
    pages.kinds[9] = "question"
    content.touch(pages.name, [9])
    indexing.drain()
    assert "kloriitilla" not in writes("Miten sohva pestään kotona?").text


def test_the_customer_ends_it_with_the_bot_too(cast: Cast, writes: Writes) -> None:
    answer = writes("Onko palautus maksuton?")
    lifecycle.customer_ends(answer.conversation)
    react()
    assert Talk.objects.get().state == Talk.State.OVER
