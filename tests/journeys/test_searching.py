"""An agent searches what was written: by words in any form and by operators, and only where they may read."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest
import time_machine
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import translation

from aspa.core.conversations import events, joining, lifecycle, replies, triage
from aspa.core.conversations.models import Conversation, Label, Message
from aspa.core.conversations.received import Received
from aspa.core.people.models import Agent
from aspa.kit import clock
from aspa.kit.tasks import run_pending
from aspa.service.privacy import erasing, redacting
from aspa.service.privacy.models import Erasure
from aspa.service.search import offering
from aspa.service.search.engine import all_of
from aspa.service.search.finding import find
from aspa.service.search.messages import documents, following, index, tidying
from aspa.service.search.words import dictionaries, normaliser
from tests.cast import Cast, says

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("alone_on_the_server")]


@pytest.fixture(autouse=True)
def index_of_its_own(db: None) -> Iterator[None]:
    """The index is no part of the database that is emptied between tests."""
    for generation in index.generations():
        generation.drop()
    yield
    for generation in index.generations():
        generation.drop()


def conversation(received: Received) -> Conversation:
    return Conversation.objects.get(pk=received.conversation.pk)


def found(agent: Agent, text: str) -> list[int]:
    """The conversations, after everything has been indexed."""
    following.catch_up()
    fresh = Agent.objects.get(pk=agent.pk)
    return [hit.row.pk for hit in find(fresh, text).hits]


def test_while_the_dictionaries_are_made_words_are_found_as_they_stand(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = conversation(says(cast.inbox, "Hei, missä paketit ovat?"))
    assert found(cast.ada, "paketti") == [first.pk]
    made, joined = Thread(target=lambda: None), []
    monkeypatch.setattr(made, "join", joined.append)
    monkeypatch.setattr(dictionaries, "are_read", lambda: False)
    monkeypatch.setattr(dictionaries, "read_soon", lambda: made)
    monkeypatch.setattr(normaliser, "asked", lambda text: pytest.fail("It would wait for them."))

    meanwhile = find(cast.ada, "missä paketit")
    assert [hit.row.pk for hit in meanwhile.hits] == [first.pk]
    assert "<mark>paketit</mark>" in meanwhile.hits[0].snippet
    assert meanwhile.is_building
    assert joined == [dictionaries.PATIENCE]
    assert not find(cast.ada, "is:open").is_building


def test_before_anything_is_indexed_the_search_says_that_there_may_be_more(cast: Cast) -> None:
    assert not find(cast.ada, "paketti").is_building
    says(cast.inbox, "Paketti ei tullut")
    assert find(cast.ada, "paketti").is_building


def test_an_index_that_is_ahead_of_a_restored_journal_is_built_anew(cast: Cast) -> None:
    first = conversation(says(cast.inbox, "Paketti ei tullut"))
    assert found(cast.ada, "paketti") == [first.pk]
    following.drop_what_is_ahead()
    assert [one.number for one in index.generations()] == [1]
    for generation in index.generations():
        standing = generation.standing()
        assert standing is not None
        generation.write([], [], was=standing, now=replace(standing, place=events.Cursor(2**50, 2**50)))

    following.drop_what_is_ahead()
    assert not index.generations()
    assert found(cast.ada, "paketti") == [first.pk]


def test_what_was_written_is_found_by_words_and_operators(cast: Cast) -> None:
    first = conversation(says(cast.inbox, "Villasukan paketti ei tullut, katso https://villa.example/1"))
    second = conversation(says(cast.inbox, "Lahjakortti ei toimi", who="eve"))
    replies.reply(first, by=cast.ben, body="Paketti on matkalla")
    replies.note(second, by=cast.ada, body="Soitin kauppaan")
    triage.label(second, by=cast.ada, name="Kiire tänään")
    triage.assign(first, to=cast.ben, by=cast.ada)
    lifecycle.customer_ends(second)
    asked = {
        "paketit": [first],
        "sukka": [first],
        "kortti": [second],
        "ei": [second, first],
        '"ei toimi"': [second],
        '"toimi ei"': [],
        "ei -kortti": [first],
        '-"ei toimi" ei': [first],
        "from:ben paketti": [first],
        "from:me": [second],
        'från:"Dee Dahl"': [first],
        "to:dee": [first],
        "is:ended": [second],
        "on:avoin ei": [first],
        "-is:ended ei": [first],
        "is:note": [second],
        "is:mine": [],
        "is:unassigned": [second],
        "is:unread": [first],
        "assigned:ben": [first],
        "tunniste:kiire": [second],
        'label:"kiire tänään" kortti': [second],
        "has:link": [first],
        "has:file": [],
        "channel:webchat inbox:chat sukka": [first],
        "before:2020": [],
        "after:today kortti": [second],
        "team:asiakaspalvelu": [second, first],
        f"#A-{first.number}": [first],
        "colour:red": [],
        "label:nothing ei": [],
    }
    assert {text: found(cast.ada, text) for text in asked} == {
        text: [one.pk for one in found] for text, found in asked.items()
    }
    # Names that nobody has are told, and so is what is no operator.
    assert [hint.written for hint in find(cast.ada, "label:nothing").unknown] == ["nothing"]
    assert [hint.written for hint in find(cast.ada, "colour:red").question.hints] == ["colour"]
    assert [one.pk for one in find(cast.ada, "dee").contacts] == [cast.dee.pk]


def test_agents_find_only_what_they_may_read(cast: Cast) -> None:
    ours = conversation(says(cast.inbox, "Salainen villasukka"))
    theirs = says(cast.other_inbox, "Toinen villasukka", who="eve").conversation
    everything = {"sukka", "is:open", "inbox:chat", "from:dee", f"#A-{ours.number}"}
    for text in everything:
        assert ours.pk in found(cast.ben, text), text
        assert theirs.pk not in found(cast.ben, text), text
        assert ours.pk not in found(cast.cy, text), text
    assert found(cast.ada, "sukka") == [theirs.pk, ours.pk]
    assert [offer.name for offer in offering.offers(cast.cy, "from:d", 6)] == []
    stranger = Agent.objects.create(email="new@aspa.example", name="Newcomer")
    assert found(stranger, "sukka") == found(stranger, "is:open") == []


def test_what_is_changed_moved_and_erased_is_followed(cast: Cast) -> None:
    first = conversation(says(cast.inbox, "Korttini on 4111 1111 1111 1111 ja zebra", who="eve"))
    second = conversation(says(cast.inbox, "Toinen asia, gnu", who="gnu"))
    Conversation.objects.filter(pk=second.pk).update(contact=first.contact)
    third = conversation(says(cast.inbox, "Kolmas asia, kirahvi"))
    assert found(cast.ada, "4111") == found(cast.ada, "zebra") == [first.pk]
    redacting.redact(first, by=cast.ada)
    assert (found(cast.ada, "4111"), found(cast.ada, "zebra")) == ([], [first.pk])
    joining.merge(second, into=first, by=cast.ada)
    assert found(cast.ada, "gnu") == [first.pk]
    joining.unmerge(Conversation.objects.get(pk=second.pk), by=cast.ada)
    assert found(cast.ada, "gnu") == [second.pk]
    triage.rename(third, subject="Seepra", by=cast.ada)
    assert found(cast.ada, "seepra") == [third.pk]

    later = says(cast.inbox, "Ja vielä okapi").message
    later_one = Message.objects.get(pk=later.pk)
    new = joining.split(Conversation.objects.get(pk=third.pk), at=later_one, by=cast.ada)
    assert found(cast.ada, "okapi") == [new.pk]
    # A note in somebody else's conversation by the person's own hand, of which their conversations tell nothing.
    Message.objects.create(
        conversation=first, inbox=cast.inbox, kind="incoming", is_public=True, contact=cast.dee, text="Ja marsu",
        created_at=clock.now(),
    )  # fmt: skip
    for generation in index.generations():
        generation.drop()
    assert found(cast.ada, "marsu") == [first.pk]
    erasing.erase(cast.dee, by=cast.ada, reason=Erasure.Reason.ASKED)
    run_pending()
    assert found(cast.ada, "kirahvi") == found(cast.ada, "okapi") == found(cast.ada, "marsu") == []
    # What goes by its age says nothing in the journal.
    Message.objects.filter(text__contains="zebra").delete()
    tidying.tidy_if_removed()
    (generation,) = index.generations()
    assert generation.find(all_of("zebra"), 0, 10**9, 10) == []
    if connection.vendor == "sqlite":
        files = Path(str(connection.settings_dict["NAME"])).parent.glob("*-messages-*")
        assert not any(
            word in file.read_bytes() for file in files for word in (b"kirahvi", b"okapi", b"marsu", b"4111")
        )


def test_a_new_generation_is_built_while_the_old_one_is_searched(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BUILT_AT_ONCE", 2)
    talk = [says(cast.inbox, f"Viesti {number} villasta", who=f"w{number}").conversation.pk for number in range(5)]
    assert found(cast.ada, "villa") == talk[::-1]
    (old,) = index.generations()

    monkeypatch.setattr(documents, "NORMALISER", "another/1")
    assert following.follow()
    assert [one.number for one in index.generations()] == [old.number, old.number + 1]
    # In its middle: nothing is missing, and what is new is found as well.
    talk.append(says(cast.inbox, "Viesti uudesta villasta", who="new").conversation.pk)
    while len(index.generations()) == 2:
        following.follow()
        assert [hit.row.pk for hit in find(cast.ada, "villa").hits][-5:] == talk[4::-1]
    (new,) = index.generations()
    assert new.number == old.number + 1
    assert found(cast.ada, "villa") == talk[::-1]
    # Run twice, or by two at once: nothing is changed when another has gone on meanwhile.
    standing = new.standing()
    assert standing is not None
    assert following.follow() is False
    assert not new.write([], [], was=standing.__class__("x", standing.place, 7), now=standing)


def test_much_is_built_by_another_process(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = connection.settings_dict
    server = f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
    database = f"sqlite:///{at['NAME']}" if connection.vendor == "sqlite" else server
    monkeypatch.setenv("ASPA_DATABASE_URL", database)
    monkeypatch.setattr(following, "MUCH", 1)
    talk = [says(cast.inbox, f"Villaa {number}", who=f"w{number}").conversation.pk for number in range(3)]
    assert following.begin()
    stop = Event()
    thread = Thread(target=following.keep_following, args=[stop])
    thread.start()
    try:
        while not (current := index.current()) or not current[1].is_whole:
            assert thread.is_alive()
            time.sleep(0.05)
    finally:
        stop.set()
        thread.join()
    assert [hit.row.pk for hit in find(cast.ada, "villa").hits] == talk[::-1]


def test_pages_go_on_where_the_last_one_ended(cast: Cast) -> None:
    talk = [says(cast.inbox, f"Villaa {number}", who=f"w{number}").conversation.pk for number in range(7)]
    says(cast.inbox, "Lisää villaa", who="w0")
    order = [talk[0], *talk[:0:-1]]
    following.catch_up()
    seen, before = [], ""
    for _page in range(4):
        page = find(cast.ada, "villa", before=before, most=2)
        seen += [hit.row.pk for hit in page.hits]
        before = page.next
    assert (seen, before) == (order, "")
    listed, before = [], ""
    for _page in range(4):
        page = find(cast.ada, "is:open", before=before, most=2)
        listed += [hit.row.pk for hit in page.hits]
        before = page.next
    assert sorted(listed) == sorted(talk)
    for odd in ("x", "-1", "9" * 30, "1-2-3"):
        assert find(cast.ada, "villa", before=odd).hits
        find(cast.ada, "is:open", before=odd)


def test_the_page_shows_what_was_found(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = says(cast.inbox, "<b>Villasukat</b> & <script>alert(1)</script> hukassa").conversation
    following.catch_up()
    assert client.get("/desk/search?q=sukka").status_code == 302
    client.force_login(cast.ben, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/desk/search?q=sukka").content.decode()
    assert f'href="/desk/conversations/{talk.pk}/#m-' in page
    assert "&lt;b&gt;<mark>Villasukat</mark>&lt;/b&gt; &amp; &lt;script&gt;" in page
    assert "search term" in client.get("/desk/search?q=colour:red").content.decode()
    assert "Nothing found." in client.get("/desk/search?q=kirahvi").content.decode()
    assert "from:dee" in client.get("/desk/search").content.decode()
    part = client.get("/desk/search?q=sukka", headers={"HX-Request": "true"}).content.decode()
    assert 'role="option"' in part
    assert "<html" not in part
    typed = client.get("/desk/search?q=hukassa+vil", headers={"HX-Request": "true"}).content.decode()
    assert "<mark>Villasukat</mark>" in typed
    assert "<mark>Villasukat</mark>" in client.get("/desk/search?q=hukassa+vil").content.decode()
    offered = client.get("/desk/search/offers?q=sukka%20fr&at=8").content.decode()
    assert 'data-text="from:" data-start="6"' in offered
    assert client.get("/desk/search/offers?q=label%3A&at=x").status_code == 200

    def broken(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(index, "current", broken)
    assert "Try again in a moment" in client.get("/desk/search?q=sukka").content.decode()


def test_what_can_be_written_is_offered(cast: Cast) -> None:
    Label.objects.create(brand=cast.brand, name="Palautus jonossa")
    with translation.override("fi"):
        assert [offer.text for offer in offering.offers(cast.ada, "sukka -tunn", 11)] == ["-tunniste:"]
        assert [offer.text for offer in offering.offers(cast.ada, "tunniste:pal", 12)] == [
            'tunniste:"Palautus jonossa" '
        ]
        assert [offer.text for offer in offering.offers(cast.ada, 'tunniste:"palautus jo', 21)] == [
            'tunniste:"Palautus jonossa" '
        ]
        assert "on:avoin " in [offer.text for offer in offering.offers(cast.ada, "on:", 3)]
    assert [offer.text for offer in offering.offers(cast.ada, "from:de", 7)] == ['from:"Dee Dahl" ']
    assert offering.offers(cast.ada, "colour:r", 8) == offering.offers(cast.ada, "", 0) == []


def test_days_are_those_of_the_message(cast: Cast) -> None:
    with time_machine.travel(clock.now() - dt.timedelta(days=40)):
        old = says(cast.inbox, "Vanha villa").conversation
    new = says(cast.inbox, "Uusi villa", who="eve").conversation
    assert found(cast.ada, "villa before:10d") == [old.pk]
    assert found(cast.ada, "villa after:10d") == [new.pk]
    assert found(cast.ada, "after:50d before:30d") == [old.pk]
