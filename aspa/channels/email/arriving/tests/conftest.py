"""Mail as it comes to the shop's support@ and to the other brand's."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from aspa.channels.email.arriving import keeping, sorting, taking
from aspa.channels.email.models import Arrival
from aspa.core.conversations.models import Message
from aspa.core.inboxes.models import Brand, Inbox
from aspa.kit import clock
from aspa.kit.rates import Buckets
from tests.cast import Cast

PASSED = "mx.shop.example; dmarc=pass header.from={domain}"

_numbers = itertools.count(1)


def mail(text: str = "Where is my parcel?", **headers: str) -> EmailMessage:
    """A mail from Dee to support@shop.example; headers by name, "_" for "-", empty to leave one out.

    What the shop's mail server found of the sender is in it: DMARC passed, unless another result is given.
    """
    letter = EmailMessage()
    standing = {
        "From": "Dee Dahl <dee@home.example>",
        "To": "support@shop.example",
        "Subject": "Parcel",
        "Message-ID": f"<{next(_numbers)}@home.example>",
        "Date": format_datetime(clock.now()),
    }
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    domain = (given.get("From") or standing["From"]).rpartition("@")[2].strip("> ")
    standing["Authentication-Results"] = PASSED.format(domain=domain)
    for name, value in {**standing, **given}.items():
        if value:
            letter[name] = value
    letter.set_content(text)
    return letter


@pytest.fixture
def support(cast: Cast) -> Inbox:
    """The shop's support@, whose mail our own receiver takes."""
    return mailbox(cast.brand, "support@shop.example", aliases=["help@shop.example"])


@pytest.fixture
def sales(cast: Cast) -> Inbox:
    return mailbox(cast.brand, "sales@shop.example")


@pytest.fixture
def other_support(cast: Cast) -> Inbox:
    """The other brand's."""
    return mailbox(cast.other_brand, "tuki@metsa.example")


def mailbox(brand: Brand, address: str, **settings: Any) -> Inbox:
    values = {"address": address, "incoming": "smtp", "trusted_servers": ["mx.shop.example"], **settings}
    return Inbox.objects.create(brand=brand, name=address, channel="email", settings=values)


@pytest.fixture(autouse=True)
def nothing_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machines that write too much in one test are news in the next."""
    monkeypatch.setattr(sorting, "_automatic", Buckets(sorting.MOST_AUTOMATIC / 3600, sorting.MOST_AUTOMATIC))


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: LazySettings) -> None:
    """Raw mail of a test is its own: others run beside it."""
    settings.MEDIA_ROOT = tmp_path


Arrive = Callable[..., list[Arrival]]


@pytest.fixture
def arrive(support: Inbox) -> Arrive:
    """Keep mails for an inbox (support@ unless told), handle them and give their arrivals."""

    def arrive(*mails: EmailMessage | bytes, inbox: Inbox = support, **envelope: Any) -> list[Arrival]:
        contents = [one if isinstance(one, bytes) else one.as_bytes() for one in mails]
        sources = [f"test:{next(_numbers)}" for _ in contents]
        keeping.keep(
            [
                keeping.Coming(inbox.pk, source, content, **envelope)
                for source, content in zip(sources, contents, strict=True)
            ]
        )
        while taking.take():
            pass
        found = {arrival.source: arrival for arrival in Arrival.objects.filter(inbox=inbox, source__in=sources)}
        return [found[source] for source in sources]

    return arrive


def message_of(arrival: Arrival) -> Message:
    assert arrival.state == Arrival.State.DONE, (arrival.state, arrival.outcome, arrival.detail)
    assert arrival.message is not None
    return arrival.message
