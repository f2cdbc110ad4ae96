"""What an admin is given to copy, and how an inbox's lines are told."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.utils.translation import override

from aspa.channels.email import checking, lines
from aspa.channels.email.models import Line
from aspa.core.inboxes.models import Inbox
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def inbox(cast: Cast, **more: Any) -> Inbox:
    settings = {"address": "support@villa.example", "webhook_secret": "s3cret"} | more
    return Inbox.objects.create(brand=cast.brand, name="Mail", channel="email", settings=settings)


def test_a_service_is_given_two_addresses(cast: Cast, settings: LazySettings) -> None:
    settings.ASPA_URL = "https://service.villa.example"
    made = inbox(cast, incoming="service", outgoing="service", service="postmark")
    assert [one.text for one in checking.handouts(made)] == [
        f"https://service.villa.example/mail/{made.public_id}/s3cret/",
        f"https://service.villa.example/mail/{made.public_id}/s3cret/events/",
    ]


def test_a_mail_server_is_told_where_the_receiver_is(cast: Cast, settings: LazySettings) -> None:
    made = inbox(cast, incoming="smtp")
    settings.ASPA_SMTP_LISTEN = settings.ASPA_LMTP_LISTEN = ""
    assert "ASPA_SMTP_LISTEN" in str(checking.handouts(made)[0].about)
    assert not checking.health(made).ok
    settings.ASPA_SMTP_LISTEN = "0.0.0.0:25"
    assert checking.handouts(made)[0].text == "0.0.0.0:25"
    assert checking.health(made).ok


def test_a_fetched_mailbox_needs_telling_nobody(cast: Cast) -> None:
    assert checking.handouts(inbox(cast, incoming="imap")) == []


def test_lines_are_told_and_are_the_health(cast: Cast) -> None:
    made = inbox(cast)
    with override("en"):
        assert [one.level for one in checking.check(made, "lines")] == ["ok"]
        assert checking.health(made).ok

        lines.worked(made.pk, Line.Direction.IN)
        lines.failed(made.pk, Line.Direction.OUT, "Wrong\npassword")
        lines.failed(made.pk, Line.Direction.OUT, "Wrong password")
        found = {one.subject: one for one in checking.check(made, "lines")}
        assert found["Receiving"].level == "ok"
        assert found["Sending"].seen == "Wrong password"
        assert "2 times" in found["Sending"].advice
        assert checking.health(made).text == "Sending: Wrong password"

        lines.worked(made.pk, Line.Direction.OUT)
        assert checking.health(made).ok
