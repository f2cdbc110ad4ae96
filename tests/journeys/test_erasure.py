"""One person in every table, file, raw mail and log that there is; erased; and then looked for everywhere.

It fails by itself when a table is added that isn't declared, can't be planted, or keeps anything.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import redis
import time_machine
from django.apps import apps
from django.conf import LazySettings, settings
from django.db import connection

from aspa import cli
from aspa.channels.email.arriving import keeping, taking
from aspa.channels.email.models import Arrival, Letter
from aspa.core.conversations import holding, intake, own_page, replies
from aspa.core.conversations.models import Conversation, Message
from aspa.core.inboxes.channel import Claim, Sender
from aspa.core.inboxes.models import Inbox
from aspa.core.people.models import Contact, Identity
from aspa.kit import clock
from aspa.kit.redaction import RedactionFilter
from aspa.kit.secrets import _Encrypted
from aspa.kit.tasks import run_pending
from aspa.kit.tasks.models import Job
from aspa.service.privacy import compacting, consents, copying, erasing, graves
from aspa.service.privacy.declaring import Keep, holdings
from aspa.service.privacy.models import Copy, Erasure
from aspa.service.search.messages import following, tidying
from aspa.web.desk.models import ShownPictures
from testing.planting import plant_everywhere
from tests.cast import Cast, inbound, says
from tests.letters import mail_inbox

pytestmark = pytest.mark.django_db(transaction=True)

MARK = "zqxmark5521"
ADDRESS = f"{MARK}@mail.example"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, as it is written to standard error."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactionFilter())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.fixture(autouse=True)
def folder_of_its_own(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def mailbox(cast: Cast) -> Inbox:
    return mail_inbox(cast)


def letter(
    text: str = f"My card, {MARK}", *, number: int = 1, sender: str = f"{MARK} Henkilö <{ADDRESS}>", word: str = MARK,
    copies: str = "friend@other.example",
) -> bytes:  # fmt: skip
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "help@villa.example"
    mail["Cc"] = copies
    mail["Subject"] = f"About {word}"
    mail["Message-ID"] = f"<{number}.{word}@mail.example>"
    mail["Date"] = "Mon, 16 Nov 2026 10:00:00 +0200"
    mail.set_content(f"{text}\n\n> {word} quoted")
    mail.add_alternative(f"<p>{text}</p><blockquote>{word} quoted</blockquote>", subtype="html")
    mail.add_attachment(f"%PDF-1.4 {word}".encode(), maintype="application", subtype="pdf", filename=f"{word}.pdf")
    return bytes(mail)


def arrives(inbox: Inbox, raw: bytes, source: str) -> Arrival:
    keeping.keep([keeping.Coming(inbox.pk, source, raw)])
    while taking.take():
        pass
    return Arrival.objects.get(inbox=inbox, source=source)


def written(cast: Cast, mailbox: Inbox) -> Contact:
    """Through the doors by which customers and agents really write."""
    first = arrives(mailbox, letter(), "imap:a:b:1:1")
    assert first.message is not None
    contact = first.message.contact
    assert contact is not None
    conversation = first.message.conversation
    # A mail that can't be handled, and one of our own to them that came back to us.
    failed = Arrival.objects.create(
        inbox=mailbox, source="imap:a:b:1:2", size=1, state=Arrival.State.FAILED, received_at=clock.now(),
        envelope={"from": ADDRESS, "to": ["help@villa.example"]}, detail=f"odd: {MARK}",
    )  # fmt: skip
    failed.raw.save("odd.eml", io.BytesIO(letter(number=2)))
    arrives(mailbox, letter().replace(b"From:", b"X-Aspa-Inbox: " + mailbox.public_id.encode() + b"\r\nFrom:"), "own:1")
    # The chat, signed in, with what was asked before it.
    who = Sender(
        Claim(Identity.Kind.SHOP, f"account-{MARK}", verified_how="signed"),
        name=f"{MARK} Henkilö",
        language="fi",
        claims=(Claim(Identity.Kind.PHONE, MARK),),
    )
    context = {"page": {"url": f"https://shop.example/{MARK}"}, "answers": {"Order": MARK}}
    (said,) = intake.receive([inbound(cast.inbox, f"Hei, {MARK}", sender=who, context=context)])
    assert isinstance(said, intake.Received)
    # The same person: told in the shop's account what was proven by mail.
    Contact.objects.filter(conversations=said.message.conversation_id).update(merged_into=contact)
    Identity.objects.filter(contact=said.message.contact).update(contact=contact)
    Conversation.objects.filter(pk=said.message.conversation_id).update(contact=contact)
    Message.objects.filter(conversation=said.message.conversation_id).update(contact=contact)
    replies.reply(conversation, by=cast.ada, body=f"Hello {MARK}")
    replies.note(conversation, by=cast.ada, body=f"Called {MARK}")
    holding.hold(
        conversation, by=cast.ben, body=f"Later, {MARK}", client_id="later-1", until=clock.now() + dt.timedelta(days=1)
    )
    consents.give(contact, consents.MARKETING, "email", how="agent", by=cast.ada, reason=f"{MARK} said so")
    Job.objects.create(name="x", args={}, due_at=clock.now(), dead_at=clock.now(), error=f"550 no such user {ADDRESS}")
    ShownPictures.objects.create(agent=cast.ada, contact=contact, address=ADDRESS)
    Contact.objects.filter(pk=contact.pk).update(tier=MARK, custom={"shoe": MARK, MARK: "key"})
    Contact.objects.create(
        brand=cast.brand, name=f"{MARK} twice", merged_into=contact, created_at=clock.now(), custom={"x": MARK}
    )
    # A letter between others, where the person's address is among the copies.
    between = letter(
        "Nothing of theirs", number=3, sender="Dee <dee@home.example>", word="other", copies=f"{MARK} <{ADDRESS}>"
    )
    other = arrives(mailbox, between, "imap:a:b:1:3")
    assert other.message is not None
    assert ADDRESS in str(Letter.objects.get(message=other.message).cc)
    return contact


def traces() -> set[str]:
    """Where the mark stands: tables, as they are stored and decrypted; files; the database's own files."""
    return {*in_tables(), *in_secrets(), *in_files(), *in_redis()}


def in_tables() -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    said = value.tobytes() if isinstance(value, memoryview) else value
                    said = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
                    if MARK in said.lower():
                        yield f"{table}.{name}"


def in_secrets() -> Iterator[str]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, _Encrypted):
                for value in model._base_manager.values_list(field.name, flat=True):
                    if MARK in json.dumps(value, default=str).lower():
                        yield f"{model._meta.db_table}.{field.name} (decrypted)"


def in_files() -> Iterator[str]:
    database = Path(str(connection.settings_dict["NAME"]))
    own = [database, database.with_name(f"{database.name}-wal")] if connection.vendor == "sqlite" else []
    # The index of messages is a file of its own there, in a table otherwise.
    own += list(database.parent.glob("*-messages-*")) if connection.vendor == "sqlite" else []
    for file in [*(one for one in Path(settings.MEDIA_ROOT).rglob("*")), *own, graves.file()]:
        if file.is_file():
            if MARK in file.name:
                yield f"name of {file.name}"
            if MARK.encode() in file.read_bytes().lower() or MARK in _unzipped(file):
                yield f"bytes of {file.name}"


def in_redis() -> Iterator[str]:
    if settings.ASPA_REDIS_URL:
        client = redis.Redis.from_url(settings.ASPA_REDIS_URL)
        for key in client.scan_iter():
            read = {b"string": client.get, b"hash": client.hgetall, b"zset": lambda key: client.zrange(key, 0, -1)}
            said = [key, read.get(client.type(key), client.dump)(key)]
            if MARK in str(said).lower():
                yield f"key {key!r}"


def _unzipped(file: Path) -> str:
    if file.suffix != ".zip":
        return ""
    with zipfile.ZipFile(file) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def figures(contact: Contact) -> list[Any]:
    """What reports count: it must be the same afterwards."""
    theirs = Conversation.objects.filter(contact=contact)
    messages = Message.objects.filter(conversation__in=theirs).exclude(kind=Message.Kind.ACTIVITY)
    return [
        list(theirs.order_by("pk").values_list("pk", "created_at", "inbox", "team", "reason")),
        list(messages.order_by("pk").values_list("pk", "kind", "created_at", "agent", "conversation")),
    ]


def test_nothing_is_left_of_a_person_who_is_erased(cast: Cast, mailbox: Inbox, logged: io.StringIO) -> None:
    says(cast.inbox, "Where is my parcel?")
    contact = written(cast, mailbox)
    link = own_page.token(Conversation.objects.filter(contact=contact).earliest("pk"))
    plant_everywhere(contact, MARK)
    following.catch_up()
    copy = copying.order(contact, by=None)
    run_pending()
    copy.refresh_from_db()
    assert MARK in _unzipped(Path(copy.file.path))
    before = traces()
    assert any(
        "messages-" in place if connection.vendor == "sqlite" else "search_messages" in place for place in before
    )
    planted = {holding.table._meta.db_table for holding in holdings.values() if not isinstance(holding.erased, Keep)}
    # Tables that hold nothing but numbers and times of the person have no place for a mark.
    wordless = {table for table in planted if not any(place.startswith(f"{table}.") for place in before)}
    assert {
        "conversations_message",
        "conversations_event",
        "email_arrival",
        "email_letter",
        "tasks_job",
    } <= planted - wordless
    assert not [table for table in wordless if _has_words(table)], "The mark got lost on its way into these tables."
    counted = figures(contact)

    erasure = erasing.erase(contact, by=cast.ada, reason=Erasure.Reason.ASKED)
    assert erasing.erase(contact, by=cast.ada, reason=Erasure.Reason.ASKED) == erasure
    run_pending()
    following.catch_up()
    tidying.tidy_if_removed()
    compacting.compact()

    erasure.refresh_from_db()
    contact.refresh_from_db()
    assert erasure.done_at is not None
    assert contact.erased_at is not None
    assert traces() == set()
    assert MARK not in logged.getvalue().lower()
    # The tombstone: figures, numbers and placeholders.
    assert figures(contact) == counted
    first = Message.objects.filter(conversation__contact=contact, kind=Message.Kind.INCOMING).earliest("pk")
    assert first.text in {"[poistettu]", "[erased]"}
    assert not Conversation.objects.filter(contact=contact).exclude(status=Conversation.Status.CLOSED).exists()
    assert own_page.opened(link) is None
    # Nobody else lost anything.
    assert Contact.objects.get(pk=cast.dee.pk).name == "Dee Dahl"
    assert Message.objects.filter(text="Where is my parcel?").exists()
    assert f"contact {contact.pk} of" in graves.file().read_text()


def _has_words(table: str) -> bool:
    (model,) = (model for model in apps.get_models() if model._meta.db_table == table)
    return any(
        field.get_internal_type() in {"TextField", "CharField", "JSONField", "EmailField", "URLField"}
        and not field.choices
        and (field.max_length or 99) > len(MARK)
        for field in model._meta.concrete_fields
    )


def test_erased_mail_stays_away_and_a_new_letter_is_a_new_customers(cast: Cast, mailbox: Inbox) -> None:
    first = arrives(mailbox, letter(), "imap:a:b:1:7")
    assert first.message is not None
    contact = first.message.contact
    assert contact is not None
    erasing.erase(contact, by=cast.ada, reason=Erasure.Reason.ASKED)
    run_pending()
    messages = Message.objects.count()

    # The mailbox is read anew: by the same number, after its numbers have changed, and by another way.
    again = [arrives(mailbox, letter(), source) for source in ("imap:a:b:1:7", "imap:a:b:2:1", "sha256:0")]
    compacting.compact()
    assert Message.objects.count() == messages
    assert {one.outcome for one in again[1:]} == {"copy"}
    assert not any(one.raw for one in again)
    assert traces() == set()

    answer = arrives(mailbox, letter("A new matter", number=9), "imap:a:b:2:2")
    assert answer.message is not None
    assert answer.message.contact_id != contact.pk
    assert answer.message.conversation.contact_id != contact.pk


def test_a_large_erasure_goes_on_where_it_was_cut_off(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        says(cast.inbox, f"Message {number} of {MARK}")
    monkeypatch.setattr(erasing, "BATCH", 7)
    erasure = erasing.erase(cast.dee, by=cast.ada, reason=Erasure.Reason.ASKED)
    fresh = Erasure.objects.get(pk=erasure.pk)
    assert erasing.go_on(fresh, batches=3)
    killed = Erasure.objects.get(pk=erasure.pk)
    assert (killed.done_at, killed.step) == (None, fresh.step)
    run_pending()
    done = Erasure.objects.get(pk=erasure.pk)
    assert done.done_at is not None
    assert not Message.objects.filter(text__contains=MARK).exists()
    assert done.erased["people.Identity"] == 1
    # A restore brings them back: the list says whom to erase again, and nobody else.
    Contact.objects.filter(pk=cast.dee.pk).update(erased_at=None, name="Dee")
    listed = graves.file().read_text()
    assert [contact.pk for contact in graves.risen(listed)] == [cast.dee.pk]
    # The number was somebody else's after another restore, and they were erased too.
    later = f"contact {cast.dee.pk} of {clock.now().isoformat()} erased {clock.now().isoformat()}\n"
    assert [contact.pk for contact in graves.risen(listed + later)] == [cast.dee.pk]
    assert cli.main(["erase-again"]) == 0
    assert Contact.objects.get(pk=cast.dee.pk).name == ""
    assert Erasure.objects.latest("pk").reason == Erasure.Reason.RESTORED
    Contact.objects.filter(pk=cast.dee.pk).update(created_at=clock.now(), erased_at=None)
    assert graves.risen(listed) == []
    with pytest.raises(ValueError, match="nonsense"):
        graves.risen("nonsense")


def test_a_copy_holds_everything_of_the_person_and_nothing_of_others(cast: Cast, mailbox: Inbox) -> None:
    contact = written(cast, mailbox)
    secret = says(cast.inbox, "Somebody else’s secret")
    Message.objects.create(
        conversation=Conversation.objects.filter(contact=contact).earliest("pk"), inbox=mailbox, kind="incoming",
        is_public=True, contact=secret.message.contact, text="Another customer in the thread", created_at=clock.now(),
    )  # fmt: skip
    copy = copying.order(contact, by=None)
    assert copying.order(contact, by=None) == copy
    run_pending()
    copy.refresh_from_db()
    with copying.take(copy, by=None) as file, zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        machine = json.loads(archive.read("data.json"))
        page = archive.read(next(name for name in names if name.endswith(".html"))).decode()
        attached = archive.read(next(name for name in names if name.startswith("attachment/")))
    said = json.dumps(machine, ensure_ascii=False)
    for words in (f"My card, {MARK}", f"Called {MARK}", ADDRESS, "marketing", f"{MARK} quoted"):
        assert words in said, words
        assert words in page or words == "marketing", words
    assert b"%PDF" in attached
    assert any(name.startswith("arrival/") and name.endswith(".eml") for name in names)
    assert "Somebody else" not in said + page
    assert "Another customer" not in said + page
    assert copy.takings.count() == 1
    with time_machine.travel(clock.now() + dt.timedelta(days=8)):
        with pytest.raises(FileNotFoundError):
            copying.take(copy, by=None)
        assert copying.drop_expired() == 1
    assert not Copy.objects.get(pk=copy.pk).file
