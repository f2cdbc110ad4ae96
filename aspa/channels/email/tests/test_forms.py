"""The form of a mail inbox: what it asks, fills in, refuses and never shows."""

from __future__ import annotations

from typing import Any

import pytest

from aspa.channels.email.forms import SECRETS, EmailForm
from aspa.channels.email.settings import Settings, of
from aspa.core.inboxes.models import Inbox

IMAP = {
    "address": "Support@Villa.example",
    "incoming": "imap",
    "imap_host": "mail.villa.example",
    "imap_password": "salainen",
    "outgoing": "smtp",
    "smtp_host": "mail.villa.example",
}


def saved(data: dict[str, Any], initial: dict[str, Any] | None = None) -> dict[str, Any]:
    form = EmailForm(data, initial=initial)
    assert form.is_valid(), form.errors
    return dict(form.cleaned_data)


def wrong(data: dict[str, Any], initial: dict[str, Any] | None = None) -> set[str]:
    return set(EmailForm(data, initial=initial).errors)


def test_what_is_saved_are_the_settings() -> None:
    kept = saved(IMAP | {"aliases": "Info@Villa.example\nsales@villa.example", "imap_folders": "INBOX, Roskaposti"})
    settings = of(Inbox(settings=kept))
    assert kept.keys() <= set(Settings.__dataclass_fields__)
    assert settings.address == "support@villa.example"
    assert settings.aliases == ("info@villa.example", "sales@villa.example")
    assert settings.imap_folders == ("INBOX", "Roskaposti")
    assert (settings.imap_port, settings.imap_security, settings.imap_user) == (993, "tls", "support@villa.example")
    assert (settings.smtp_port, settings.smtp_security) == (587, "starttls")
    # Sending signs in as receiving does.
    assert (settings.smtp_user, settings.smtp_password) == ("support@villa.example", "salainen")


def test_saved_twice_is_the_same() -> None:
    first = saved(IMAP)
    again = {name: "\n".join(value) if isinstance(value, list) else value for name, value in first.items()}
    for name in SECRETS:
        again.pop(name)
    assert saved(again, first) == first


def test_secrets_are_kept_and_never_shown() -> None:
    first = saved(
        IMAP
        | {"smtp_user": "x", "smtp_password": "salainen", "outgoing": "service", "service": "mailgun"}
        | {"service_key": "salainen", "service_second": "salainen", "service_signing": "salainen"}
        | {
            "oauth": "google",
            "oauth_client_id": "i",
            "oauth_client_secret": "salainen",
            "oauth_refresh_token": "salainen",
        }
    )
    assert "salainen" not in EmailForm(initial=first).as_p()
    assert "salainen" not in EmailForm({}, initial=first).as_p()
    data = IMAP | {"outgoing": "service", "service": "mailgun", "imap_password": "", "service_eu": "on"}
    kept = saved(data | {"oauth": "google", "oauth_client_id": "i"}, first)
    assert kept["imap_password"] == "salainen"
    assert kept["service_options"] == {
        "API_KEY": "salainen",
        "SENDER_DOMAIN": "salainen",
        "WEBHOOK_SIGNING_KEY": "salainen",
        "API_URL": "https://api.eu.mailgun.net/v3",
    }
    assert EmailForm(initial=kept)["service_eu"].initial is True


def test_another_server_is_not_told_what_was_typed_for_the_former() -> None:
    """Whoever may change the settings may not see the passwords: neither here nor at a server of their own."""
    first = saved(IMAP | {"oauth_refresh_token": "token"})
    for moved in ({"imap_host": "evil.example"}, {"smtp_host": "evil.example"}):
        again = IMAP | {"imap_password": ""} | moved
        assert wrong(again, first) == {f"{next(iter(moved)).partition('_')[0]}_password"}
        kept = saved(again | {"imap_password": "new", "smtp_password": "new"}, first)
        assert (kept["imap_password"], kept["smtp_password"], kept["oauth_refresh_token"]) == ("new", "new", "")
    # Nor by the way round, where sending signs in as receiving does.
    only_received = saved(IMAP | {"outgoing": "service", "service": "postmark", "service_key": "k", "smtp_host": ""})
    evil = IMAP | {"imap_password": "", "smtp_host": "evil.example"}
    assert wrong(evil, only_received) == {"smtp_password"}


def test_another_services_key_is_not_taken_along() -> None:
    first = saved(IMAP | {"outgoing": "service", "service": "postmark", "service_key": "old"})
    assert "service_key" in wrong(IMAP | {"outgoing": "service", "service": "brevo"}, first)


@pytest.mark.parametrize(
    ("address", "imap", "smtp"),
    [
        ("villa@gmail.com", "imap.gmail.com", ("smtp.gmail.com", 587, "starttls")),
        ("villa@hotmail.com", "outlook.office365.com", ("smtp-mail.outlook.com", 587, "starttls")),
        ("villa@fastmail.com", "imap.fastmail.com", ("smtp.fastmail.com", 465, "tls")),
    ],
)
def test_the_great_providers_are_known(address: str, imap: str, smtp: tuple[str, int, str]) -> None:
    kept = saved({"address": address, "incoming": "imap", "imap_password": "p", "outgoing": "smtp"})
    assert kept["imap_host"] == imap
    assert (kept["smtp_host"], kept["smtp_port"], kept["smtp_security"]) == smtp


def test_microsoft_365_is_known_by_how_one_signs_in() -> None:
    kept = saved(
        {"address": "a@villa.example", "incoming": "imap", "outgoing": "smtp", "oauth": "microsoft"}
        | {"oauth_client_id": "i", "oauth_client_secret": "s"}
    )
    assert (kept["imap_host"], kept["smtp_host"]) == ("outlook.office365.com", "smtp.office365.com")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": "nobody"}, "address"),
        ({"aliases": "not an address"}, "aliases"),
        ({"imap_host": ""}, "imap_host"),
        ({"imap_password": ""}, "imap_password"),
        ({"imap_security": "none"}, "imap_security"),
        ({"imap_port": "99999"}, "imap_port"),
        ({"smtp_host": ""}, "smtp_host"),
        ({"smtp_user": "x", "incoming": "none"}, "smtp_password"),
        ({"smtp_security": "none", "smtp_user": "x", "smtp_password": "y"}, "smtp_security"),
        ({"oauth": "google"}, "oauth_client_id"),
        ({"outgoing": "service"}, "service"),
        ({"outgoing": "service", "service": "postmark"}, "service_key"),
        ({"incoming": "service"}, "service"),
        ({"outgoing": "service", "service": "mailgun", "service_key": "k"}, "service_second"),
    ],
    ids=str,
)
def test_what_is_missing_is_told(change: dict[str, Any], field: str) -> None:
    assert wrong(IMAP | change) == {field}


def test_a_relay_on_this_machine_needs_no_password() -> None:
    kept = saved(IMAP | {"incoming": "smtp", "smtp_host": "localhost", "smtp_security": "none"})
    assert (kept["smtp_user"], kept["smtp_port"]) == ("", 25)


def test_copies_need_a_mailbox() -> None:
    assert saved(IMAP | {"sent_folder": "Sent"})["sent_folder"] == "Sent"
    assert saved(IMAP | {"incoming": "smtp", "sent_folder": "Sent"})["sent_folder"] == ""


def test_the_webhooks_secret_is_made_once() -> None:
    data = IMAP | {"incoming": "service", "service": "postmark"}
    first = saved(data)
    assert len(first["webhook_secret"]) > 30
    assert saved(data, first)["webhook_secret"] == first["webhook_secret"]
    assert saved(IMAP)["webhook_secret"] == ""
