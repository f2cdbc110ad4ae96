"""Mailboxes on a real IMAP server: fetched at once, never lost, never twice, and in trouble with words."""

from __future__ import annotations

import itertools
import signal
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from django.conf import LazySettings
from django.db import connection

from aspa.channels.email import oauth
from aspa.channels.email import settings as email_settings
from aspa.channels.email.arriving import imap, keeping, taking
from aspa.channels.email.arriving.tests.conftest import mail, mailbox
from aspa.channels.email.arriving.tests.test_smtpd import certificate
from aspa.channels.email.models import Arrival, Folder, Line
from aspa.core.conversations.models import Message
from aspa.core.inboxes.models import Inbox
from aspa.kit.turns import Turns
from testing.mail import PASSWORD, Dovecot, dovecot
from testing.services import free_port
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)

_names = itertools.count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as server:
        yield server


@pytest.fixture(autouse=True)
def heeds_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "HEEDS", 0.1)


@pytest.fixture
def name() -> str:
    """A mailbox that nobody has used."""
    return f"box{next(_names)}"


@pytest.fixture
def fetched(cast: Cast, server: Dovecot, name: str) -> Inbox:
    return fetching(cast, server, name)


def fetching(cast: Cast, server: Dovecot, name: str, **settings: Any) -> Inbox:
    values = {
        "incoming": "imap",
        "imap_host": "127.0.0.1",
        "imap_port": server.port,
        "imap_security": "none",
        "imap_user": name,
        "imap_password": PASSWORD,
        **settings,
    }
    return mailbox(cast.brand, f"{name}@shop.example", **values)


class running:
    """The mailbox's thread, as the background starts it. What it raises fails the test."""

    def __init__(self, inbox: Inbox) -> None:
        self.mailbox = imap.Mailbox(inbox.pk, email_settings.of(inbox))

    def __enter__(self) -> imap.Mailbox:
        self.mailbox.start()
        return self.mailbox

    def __exit__(self, *exception: object) -> None:
        self.mailbox.leave()
        self.mailbox.join(20)
        assert not self.mailbox.is_alive()


def wait_until(happened: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, (list(Arrival.objects.values()), list(Line.objects.values()))
        time.sleep(0.05)


def is_settled(inbox: Inbox) -> Callable[[], bool]:
    """It has met its folder, so that mail from now on is taken."""
    return lambda: Folder.objects.filter(inbox=inbox).exists()


def texts() -> list[str]:
    while taking.take():
        pass
    return list(Message.objects.filter(kind=Message.Kind.INCOMING).order_by("pk").values_list("text", flat=True))


def there_are(count: int) -> Callable[[], bool]:
    return lambda: Arrival.objects.count() >= count


def test_only_mail_from_now_on_is_taken_and_at_once(fetched: Inbox, server: Dovecot, name: str) -> None:
    server.append(name, mail("Old").as_bytes())
    with running(fetched):
        wait_until(is_settled(fetched))
        time.sleep(0.3)  # it waits by now
        started = time.monotonic()
        server.append(name, mail("New").as_bytes())
        wait_until(there_are(1))
        assert time.monotonic() - started < imap.POLL
    assert texts() == ["New"]
    assert Line.objects.get(inbox=fetched).worked_at


def test_what_came_while_nobody_was_there_is_taken_in_order(fetched: Inbox, server: Dovecot, name: str) -> None:
    with running(fetched):
        wait_until(is_settled(fetched))
    server.append(name, *[mail(str(number)).as_bytes() for number in range(120)])
    for _twice in range(2):
        with running(fetched):
            wait_until(there_are(120))
    assert texts() == [str(number) for number in range(120)]


@pytest.mark.parametrize(("after", "flags", "left"), [("keep", b"", 1), ("seen", b"\\Seen", 1), ("delete", b"", 0)])
def test_what_becomes_of_it_in_the_mailbox(
    cast: Cast, server: Dovecot, name: str, after: str, flags: bytes, left: int
) -> None:
    inbox = fetching(cast, server, name, imap_after=after)
    with running(inbox):
        wait_until(is_settled(inbox))
        server.append(name, mail().as_bytes())
        wait_until(there_are(1))
        wait_until(lambda: Folder.objects.get().last_uid == 1)
    with server.client(name) as client:
        _, (count,) = client.select("INBOX", readonly=True)
        assert int(count or b"0") == left
        if left:
            _, told = client.fetch("1", "(FLAGS)")
            assert (b"\\Seen" in told[0]) == bool(flags)  # type: ignore[operator]


def test_several_folders(cast: Cast, server: Dovecot, name: str) -> None:
    server.append(name, mail("Old").as_bytes(), folder="Shop")
    inbox = fetching(cast, server, name, imap_folders=["INBOX", "Shop"])
    with running(inbox):
        wait_until(lambda: Folder.objects.filter(inbox=inbox).count() == 2)
    server.append(name, mail("In the shop").as_bytes(), folder="Shop")
    server.append(name, mail("In the inbox").as_bytes())
    with running(inbox):
        wait_until(there_are(2))
    assert sorted(texts()) == ["In the inbox", "In the shop"]


def test_a_server_without_idle_is_asked(cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "POLL", 0.2)
    with dovecot(idle=False) as server:
        inbox = fetching(cast, server, name)
        with running(inbox):
            wait_until(is_settled(inbox))
            server.append(name, mail("Asked for").as_bytes())
            wait_until(there_are(1))
    assert texts() == ["Asked for"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_is_gone_and_comes_back(
    cast: Cast, name: str, how: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(imap, "LAST_PAUSE", 0.5)
    with dovecot() as server:
        inbox = fetching(cast, server, name)
        with running(inbox):
            wait_until(is_settled(inbox))
            server.stop(how)
            wait_until(lambda: Line.objects.filter(inbox=inbox, failures__gte=1).exists())
            assert "127.0.0.1" in Line.objects.get(inbox=inbox).error
            server.start()
            server.append(name, mail("After the cut").as_bytes())
            wait_until(there_are(1))
            wait_until(lambda: Line.objects.filter(inbox=inbox, failures=0).exists())
    assert texts() == ["After the cut"]


def test_a_stop_after_keeping_and_before_noting_takes_nothing_twice(fetched: Inbox, server: Dovecot, name: str) -> None:
    with running(fetched):
        wait_until(is_settled(fetched))
        server.append(name, mail("Once").as_bytes())
        wait_until(lambda: Folder.objects.get().last_uid == 1)
    Folder.objects.update(last_uid=0)
    with running(fetched):
        wait_until(lambda: Folder.objects.get().last_uid == 1)
    assert Arrival.objects.count() == 1


def test_new_numbers_and_erased_mail_bring_nothing_back(fetched: Inbox, server: Dovecot, name: str) -> None:
    """The mailbox was restored: UIDVALIDITY is another, what is known comes again under new numbers."""
    server.append(name, mail("Long before").as_bytes())
    with running(fetched):
        wait_until(is_settled(fetched))
        server.append(name, mail("Erased").as_bytes(), mail("Kept").as_bytes())
        wait_until(there_are(2))
        wait_until(lambda: Folder.objects.get().last_uid == 3)
    assert texts() == ["Erased", "Kept"]
    Message.objects.get(text="Erased").delete()
    Arrival.objects.filter(pk=Arrival.objects.order_by("pk")[0].pk).update(raw="")
    old = Folder.objects.get().uidvalidity
    for file in (server.folder / "mail" / name).glob("dovecot*"):
        file.unlink()
    (server.folder / "mail" / name / "dovecot-uidlist").write_text(
        f"3 V{old + 77} N1 G0123456789abcdef0123456789abcdef\n"
    )
    server.append(name, mail("Fresh").as_bytes())
    with running(fetched):
        wait_until(lambda: Folder.objects.get().uidvalidity != old)
        wait_until(lambda: "Fresh" in texts())
    taken = texts()
    assert (taken.count("Kept"), taken.count("Fresh"), taken.count("Erased")) == (1, 1, 0)


def test_another_account_begins_from_now_on(fetched: Inbox, server: Dovecot, name: str) -> None:
    with running(fetched):
        wait_until(is_settled(fetched))
    other = f"{name}-new"
    server.append(other, mail("Old mail of the other account").as_bytes())
    fetched.settings = {**fetched.settings, "imap_user": other}
    fetched.save()
    with running(fetched):
        wait_until(lambda: Folder.objects.get().account == imap.account_of(email_settings.of(fetched)))
        server.append(other, mail("New").as_bytes())
        wait_until(there_are(1))
    assert texts() == ["New"]


def test_a_large_mail_stays_in_the_mailbox_and_holds_nobody_up(
    fetched: Inbox, server: Dovecot, name: str, settings: LazySettings
) -> None:
    settings.ASPA_MAIL_BYTES = 100_000
    with running(fetched):
        wait_until(is_settled(fetched))
        server.append(name, mail(("x" * 70 + "\n") * 3000).as_bytes(), mail("Small").as_bytes())
        wait_until(there_are(2))
    large = Arrival.objects.get(state=Arrival.State.FAILED)
    assert large.detail
    assert texts() == ["Small"]


def test_a_full_disk_is_told_and_the_mail_is_taken_later(
    fetched: Inbox, server: Dovecot, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "FIRST_PAUSE", 0.1)
    full = threading.Event()
    real = keeping.keep

    def keep(comings: list[keeping.Coming]) -> None:
        if full.is_set():
            raise keeping.TryLater("No space left on device")
        real(comings)

    monkeypatch.setattr(keeping, "keep", keep)
    with running(fetched):
        wait_until(is_settled(fetched))
        full.set()
        server.append(name, mail("Patience").as_bytes())
        wait_until(lambda: Line.objects.filter(inbox=fetched, failures__gte=1).exists())
        full.clear()
        wait_until(there_are(1))
    assert texts() == ["Patience"]
    with server.client(name) as client:
        client.select("INBOX")
        assert client.fetch("1", "(FLAGS)")[1][0].count(b"\\Seen") == 1  # type: ignore[union-attr]


TROUBLES = {
    "password": ({"imap_password": "wrong"}, "doesn't accept the user name and password"),
    "name": ({"imap_host": "nowhere.invalid"}, "no server called nowhere.invalid"),
    "port": ({"imap_port": free_port()}, "takes no connections"),
    "folder": ({"imap_folders": ["Nothing"]}, "folder can't be opened"),
    "encryption": ({"imap_security": "tls"}, "doesn't speak that encryption"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_troubles_are_told_in_words(
    cast: Cast, server: Dovecot, name: str, trouble: str, settings: LazySettings
) -> None:
    settings.LANGUAGE_CODE = "en"
    changed, said = TROUBLES[trouble]
    inbox = fetching(cast, server, name, **changed)
    with running(inbox):
        wait_until(lambda: Line.objects.filter(inbox=inbox, failures__gte=1).exists())
    line = Line.objects.get(inbox=inbox)
    assert said in line.error
    assert line.failed_at


def test_a_certificate_nobody_vouches_for_is_refused(
    cast: Cast, name: str, tmp_path: Path, settings: LazySettings
) -> None:
    settings.LANGUAGE_CODE = "en"
    file = certificate(tmp_path)
    with dovecot(certificate=file) as server:
        inbox = fetching(cast, server, name, imap_security="starttls", imap_host="localhost")
        with running(inbox):
            wait_until(lambda: Line.objects.filter(inbox=inbox, failures__gte=1).exists())
        assert "certificate of localhost" in Line.objects.get(inbox=inbox).error


def test_a_certificate_that_is_vouched_for_is_taken(
    cast: Cast, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path)
    real = ssl.create_default_context
    monkeypatch.setattr(imap.ssl, "create_default_context", lambda: real(cafile=str(file)))
    with dovecot(certificate=file) as server:
        inbox = fetching(cast, server, name, imap_security="starttls", imap_host="localhost")
        with running(inbox):
            wait_until(is_settled(inbox))


class TestOauth:
    @pytest.fixture
    def inbox(self, cast: Cast, server: Dovecot, name: str) -> Inbox:
        oauth._known.clear()
        return fetching(
            cast,
            server,
            name,
            oauth="microsoft",
            oauth_client_id="id",
            oauth_client_secret="s",
            oauth_refresh_token="old",
        )

    def answers(self, monkeypatch: pytest.MonkeyPatch, *answers: tuple[int, dict[str, Any]]) -> list[dict[str, str]]:
        asked: list[dict[str, str]] = []
        waiting = iter(answers)

        def post(address: str, *, data: dict[str, str], timeout: float) -> httpx2.Response:
            asked.append({"address": address, **data})
            status, said = next(waiting)
            return httpx2.Response(status, json=said)

        monkeypatch.setattr(oauth.httpx2, "post", post)
        return asked

    def test_a_token_is_fetched_once_and_its_successor_is_kept(
        self, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = self.answers(
            monkeypatch,
            (200, {"access_token": "t1", "expires_in": 3600, "refresh_token": "new"}),
            (200, {"access_token": "t2"}),
        )
        assert [oauth.access_token(inbox.pk) for _ in range(3)] == ["t1"] * 3
        assert asked[0]["address"] == "https://login.microsoftonline.com/common/oauth2/v2.0/token"
        assert (asked[0]["refresh_token"], asked[0]["grant_type"]) == ("old", "refresh_token")
        inbox.refresh_from_db()
        assert inbox.settings["oauth_refresh_token"] == "new"
        oauth.forget(inbox.pk)
        assert oauth.access_token(inbox.pk) == "t2"
        assert asked[1]["refresh_token"] == "new"

    def test_an_expired_access_is_told_in_words(
        self, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
    ) -> None:
        settings.LANGUAGE_CODE = "en"
        self.answers(monkeypatch, *[(400, {"error": "invalid_grant"})] * 9)
        with running(inbox):
            wait_until(lambda: Line.objects.filter(inbox=inbox, failures__gte=1).exists())
        assert Line.objects.get(inbox=inbox).error == (
            "The access to Microsoft has expired or was withdrawn. Sign in again."
        )

    def test_a_provider_that_is_down_is_no_refusal(self, inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers(monkeypatch, (503, {}))
        with pytest.raises(oauth.Unreachable):
            oauth.access_token(inbox.pk)


def test_changed_settings_are_heeded(cast: Cast, server: Dovecot, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "LOOK", 0.1)
    monkeypatch.setattr(imap, "FIRST_PAUSE", 60)
    inbox = fetching(cast, server, name, imap_password="wrong")
    stop, turns = threading.Event(), Turns()
    looking = threading.Thread(target=imap.look_after, args=[stop, turns])
    looking.start()
    try:
        wait_until(lambda: Line.objects.filter(inbox=inbox, failures__gte=1).exists())
        inbox.settings = {**inbox.settings, "imap_password": PASSWORD}
        inbox.save()
        wait_until(is_settled(inbox))
        Inbox.objects.filter(pk=inbox.pk).update(is_active=False)
        wait_until(lambda: not [one for one in threading.enumerate() if one.name == f"mailbox {inbox.pk}"])
    finally:
        stop.set()
        looking.join(20)
        turns.close()


def test_a_mailbox_is_one_processs_at_a_time() -> None:
    """SQLite has one process, and nothing to hold."""
    first, second = Turns(), Turns()
    try:
        assert first.take("mailbox 1")
        assert first.take("mailbox 1")
        assert second.take("mailbox 1") == (connection.vendor == "sqlite")
        assert second.take("mailbox 2")
        first.close()
        # The server lets go of what a session held a moment after it has gone.
        wait_until(lambda: second.take("mailbox 1"))
    finally:
        first.close()
        second.close()
