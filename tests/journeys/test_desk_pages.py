"""The desk's pages over HTTP: what each agent sees, what an outsider never does, and what a page costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from aspa.core.conversations import lists, replies
from aspa.core.conversations.models import Conversation, Label, Message
from aspa.core.people.models import Agent, Contact
from aspa.kit import clock
from aspa.web.desk import worklists
from tests.cast import Cast

PART = {"HX-Request": "true"}


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def conversation(cast: Cast, text: str = "Where is my parcel?", **fields: Any) -> Conversation:
    """A conversation with one message of Dee's, made directly: these tests are about reading."""
    at = fields.pop("at", clock.now())
    made = Conversation.objects.create(
        brand=cast.brand, inbox=cast.inbox, contact=fields.pop("contact", cast.dee), created_at=at, last_activity_at=at,
        waiting_since=at, preview=text, preview_kind="incoming", language="fi", **fields,
    )  # fmt: skip
    message = Message.objects.create(
        conversation=made, inbox=cast.inbox, kind=Message.Kind.INCOMING, is_public=True, contact=made.contact,
        text=text, created_at=at,
    )  # fmt: skip
    made.last_message_id = made.last_incoming_id = message.pk
    made.save()
    return made


@pytest.fixture
def parcel(cast: Cast) -> Conversation:
    return conversation(cast)


def test_a_visitor_is_sent_to_sign_in(parcel: Conversation) -> None:
    assert Client().get("/desk/").status_code == 302
    assert Client().get(f"/desk/conversations/{parcel.pk}/").status_code == 302
    part = Client().get("/desk/rows", headers=PART)
    assert (part.status_code, part["HX-Refresh"]) == (401, "true")


def test_the_desk_shows_the_list_and_the_conversation(cast: Cast, parcel: Conversation) -> None:
    client = signed_in(cast.ben)
    page = client.get("/desk/?view=unassigned").content.decode()
    assert "Dee Dahl" in page
    assert "Where is my parcel?" in page
    opened = client.get(f"/desk/conversations/{parcel.pk}/?view=unassigned").content.decode()
    assert parcel.reference in opened
    assert "<desk-composer" in opened
    part = client.get(f"/desk/conversations/{parcel.pk}/", headers=PART).content.decode()
    assert "<html" not in part
    assert "<desk-composer" in part


def test_pages_carry_no_inline_scripts_or_styles(cast: Cast, parcel: Conversation) -> None:
    response = signed_in(cast.ada).get(f"/desk/conversations/{parcel.pk}/")
    page = response.content.decode()
    assert "style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert "script-src 'self'" in response["Content-Security-Policy"]


WRITING = [
    "replies", "notes", "drafts", "read", "assignment", "team", "labels", "labels/removal", "priority", "reason",
    "subject", "tier", "follow", "question", "waiting", "snooze", "waking", "setting-aside", "reopening", "merge",
    "merge/undo", "split", "links", "links/removal",
]  # fmt: skip


def test_verbs_are_posted(cast: Cast, parcel: Conversation) -> None:
    ada = signed_in(cast.ada)
    for noun in WRITING:
        assert ada.get(f"/desk/conversations/{parcel.pk}/{noun}").status_code == 405, noun


def test_an_outsiders_lists_and_search_are_empty(cast: Cast, parcel: Conversation) -> None:
    client = signed_in(cast.cy)
    for view in ("unassigned", "all", f"team-{cast.team.pk}"):
        assert "Dee Dahl" not in client.get(f"/desk/rows?view={view}").content.decode()
    assert "Dee Dahl" not in client.get("/desk/search?q=Dee").content.decode()
    assert "Dee Dahl" not in client.get(f"/desk/search?q={parcel.reference}").content.decode()
    for words in ("parcel", parcel.reference, "dee"):
        assert f"/desk/conversations/{parcel.pk}/" not in client.get("/desk/search", {"q": words}).content.decode()


def test_who_may_only_read_gets_no_composer_and_may_not_write(cast: Cast, parcel: Conversation) -> None:
    cast.answering.permissions = ["conversations.read"]
    cast.answering.save()
    client = signed_in(cast.ben)
    assert "<desk-composer" not in client.get(f"/desk/conversations/{parcel.pk}/").content.decode()
    assert client.post(f"/desk/conversations/{parcel.pk}/replies", {"text": "Hi"}).status_code == 403
    assert client.post(f"/desk/conversations/{parcel.pk}/question").status_code == 403


def test_search_finds_by_name_address_and_number(cast: Cast, parcel: Conversation) -> None:
    cast.dee.identities.create(brand=cast.brand, kind="email", value="dee@example.org", created_at=clock.now())
    client = signed_in(cast.ben)
    customer, conversation = f"/customers/{cast.dee.pk}/", f"/desk/conversations/{parcel.pk}/"
    leading = {"dee": customer, "Dee Da": customer, "dee@exa": customer} | dict.fromkeys(
        (parcel.reference, f"#{parcel.reference}"), conversation
    )
    for words, address in leading.items():
        assert address in client.get("/desk/search", {"q": words}).content.decode(), words
    assert f"/desk/conversations/{parcel.pk}/" not in client.get("/desk/search?q=zebra").content.decode()


def test_a_search_is_kept_as_a_view_of_ones_own(cast: Cast, parcel: Conversation) -> None:
    ben, cy = signed_in(cast.ben), signed_in(cast.cy)
    words = "parcel is:open -label:vip"
    assert ben.post("/desk/views", {"name": "Parcels & co", "q": words}).status_code < 300
    view = cast.ben.saved_views.get()
    assert (view.base, view.filters) == ("search", {"search": words})
    lists = ben.get("/desk/lists").content.decode()
    assert f'href="/desk/search?q=parcel%20is%3Aopen%20-label%3Avip&amp;view={view.key}"' in lists
    assert "Parcels &amp; co" in ben.get("/desk/search", {"q": words, "view": view.key}).content.decode()
    assert "Parcels" not in cy.get("/desk/search", {"q": words, "view": view.key}).content.decode()
    assert ben.get("/desk/", {"view": view.key}).status_code == 404, "it is no list"
    assert cy.post(f"/desk/views/{view.pk}/removal").status_code == 404


def test_every_conversation_is_on_exactly_one_page(cast: Cast) -> None:
    start = clock.now()
    same = start - dt.timedelta(minutes=1)
    for number in range(70):
        # Many share one moment: the keyset must not skip or repeat them.
        conversation(cast, at=same if number % 2 else start - dt.timedelta(seconds=number))
    seen: list[int] = []
    before = ""
    while True:
        page = worklists.page(cast.ada, worklists.Choice("all", {}), before=before)
        seen += [row.pk for row in page.rows]
        before = page.next
        if not before:
            break
    assert len(seen) == len(set(seen)) == 70


def test_counts_stop_at_the_cap(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "COUNT_CAP", 3)
    for _ in range(5):
        conversation(cast)
    assert worklists.counts(cast.ada, ["unassigned", "mine", "mentions"]) == {"unassigned": 3, "mine": 0, "mentions": 0}


def test_rows_come_singly_for_the_live_list(cast: Cast, parcel: Conversation) -> None:
    client = signed_in(cast.ben)
    here = client.get(f"/desk/rows?view=unassigned&ids={parcel.pk}").content.decode()
    assert f'id="row-{parcel.pk}"' in here
    gone = client.get(f"/desk/rows?view=mine&ids={parcel.pk}").content.decode()
    assert "row-" not in gone


def test_saved_views_narrow_and_are_ones_own(cast: Cast, parcel: Conversation) -> None:
    other = conversation(cast, "Another matter")
    label = Label.objects.create(brand=cast.brand, name="delivery")
    parcel.labels.add(label)
    ben = signed_in(cast.ben)
    answer = ben.post("/desk/views", {"name": "Deliveries", "view": "all", "label": label.pk})
    assert answer.status_code == 204
    view = cast.ben.saved_views.get()
    rows = ben.get(f"/desk/rows?view={view.key}").content.decode()
    assert f"row-{parcel.pk}" in rows
    assert f"row-{other.pk}" not in rows
    assert signed_in(cast.ada).get(f"/desk/rows?view={view.key}").status_code == 404
    assert signed_in(cast.ada).post(f"/desk/views/{view.pk}/removal").status_code == 404


@pytest.mark.parametrize(
    "address", ["?view=nothing", "?view=team-x", "?view=saved-x", "rows?before=x", "rows?before=1-2-3"]
)
def test_bad_addresses_are_not_found(cast: Cast, address: str) -> None:
    assert signed_in(cast.ada).get(f"/desk/{address}").status_code == 404


def test_older_messages_come_by_keyset(cast: Cast, parcel: Conversation) -> None:
    Message.objects.bulk_create(
        Message(
            conversation=parcel, inbox=cast.inbox, kind="incoming", is_public=True, contact=cast.dee,
            text=f"message {number}", created_at=clock.now(),
        )
        for number in range(80)
    )  # fmt: skip
    client = signed_in(cast.ben)
    newest = client.get(f"/desk/conversations/{parcel.pk}/").content.decode()
    assert "message 79<" in newest
    assert "message 5<" not in newest
    first = Message.objects.get(text="message 30")
    older = client.get(f"/desk/conversations/{parcel.pk}/messages?before={first.pk}").content.decode()
    assert "message 29<" in older
    assert "message 30<" not in older
    assert "Where is my parcel?" in older


def test_what_the_customer_writes_is_never_markup(cast: Cast) -> None:
    cast.dee.name = "<img src=x onerror=alert(1)>"
    cast.dee.save()
    nasty = conversation(cast, '<script>alert("x")</script> https://a.example/"onmouseover="x')
    nasty.context = {"page": {"url": "javascript:alert(1)", "title": "trap"}}
    nasty.save()
    page = signed_in(cast.ben).get(f"/desk/conversations/{nasty.pk}/?view=unassigned").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript:' not in page
    assert '"onmouseover=' not in page


def test_a_note_shows_as_a_note_and_mentions_its_colleague(cast: Cast, parcel: Conversation) -> None:
    client = signed_in(cast.ben)
    answer = client.post(f"/desk/conversations/{parcel.pk}/notes", {"text": "Hi @Ada Aalto, see this"})
    assert answer.status_code == 201
    assert "Note, only for colleagues" in answer.json()["html"]
    assert cast.ada.mentions.filter(conversation=parcel).count() == 1
    assert f"row-{parcel.pk}" in signed_in(cast.ada).get("/desk/rows?view=mentions").content.decode()
    assert not Message.objects.for_contact().filter(text__contains="see this").exists()


def _busy(cast: Cast) -> Conversation:
    """A desk with work on it: rows with labels, a conversation with messages of every kind."""
    label = Label.objects.create(brand=cast.brand, name="delivery")
    for number in range(40):
        contact = Contact.objects.create(brand=cast.brand, name=f"Customer {number}", created_at=clock.now())
        conversation(cast, contact=contact, assignee=cast.ben).labels.add(label)
    busy = conversation(cast, assignee=cast.ben)
    for number in range(25):
        replies.reply(busy, by=cast.ben if number % 2 else cast.ada, body=f"reply {number}")
        replies.note(busy, by=cast.ada, body=f"note {number}")
    return busy


def test_parts_that_are_the_same_for_all_are_so_in_each_language(cast: Cast) -> None:
    for language in ("fi", "en", "sv", "fi"):
        Agent.objects.update(language=language)
        with translation.override(language):
            said = [gettext("Keyboard shortcuts"), gettext("Choose a conversation"), gettext("Alerts in this browser")]
        page = signed_in(cast.ben).get("/desk/").content.decode()
        assert all(words in page for words in said), (language, said)


def test_a_list_page_costs_a_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    _busy(cast)
    client = signed_in(cast.ben)
    client.get("/desk/")
    with django_assert_max_num_queries(13):
        client.get("/desk/?view=mine")
    with django_assert_max_num_queries(7):
        client.get("/desk/rows?view=mine")


def test_a_conversation_costs_a_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    busy = _busy(cast)
    client = signed_in(cast.ben)
    client.get("/desk/")
    with django_assert_max_num_queries(15):
        client.get(f"/desk/conversations/{busy.pk}/", headers=PART)
