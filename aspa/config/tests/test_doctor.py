"""`aspa doctor` sees what is amiss and says what to do."""

from __future__ import annotations

from pathlib import Path

import dns.resolver
import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from aspa.config import doctor
from aspa.core.inboxes.models import Inbox
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def by_subject() -> dict[str, doctor.Finding]:
    """What the doctor finds."""
    return {finding.subject: finding for finding in doctor.findings()}


def test_every_finding_that_is_not_ok_says_what_to_do() -> None:
    for finding in doctor.findings():
        assert finding.level == doctor.OK or finding.advice, finding


def test_missing_migrations_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "pending_migrations", lambda: ["people.0002_more"])
    assert by_subject()["Migrations"].advice == "Run aspa migrate."
    assert not doctor.report(lambda line: None)


def test_debugging_is_an_error(settings: Settings) -> None:
    settings.DEBUG = True
    assert by_subject()["Debugging"].level == doctor.ERROR


def test_a_redis_that_does_not_answer_is_an_error(settings: Settings) -> None:
    settings.ASPA_REDIS_URL = "redis://127.0.0.1:1/0"
    assert doctor.redis().level == doctor.ERROR


def test_a_folder_that_is_a_file_is_an_error(settings: Settings, tmp_path: Path) -> None:
    in_the_way = tmp_path / "files"
    in_the_way.write_text("")
    settings.MEDIA_ROOT = in_the_way
    assert by_subject()["Files"].level == doctor.ERROR


@pytest.mark.parametrize(
    ("address", "level"),
    [
        ("https://service.example.com", doctor.OK),
        ("http://service.example.com", doctor.WARNING),
        ("http://localhost:8000", doctor.WARNING),
        ("service.example.com", doctor.ERROR),
    ],
)
def test_the_address_is_judged(settings: Settings, address: str, level: str) -> None:
    settings.ASPA_URL = address
    assert by_subject()["Address"].level == level


def test_other_keys_than_the_databases_are_an_error(cast: Cast, settings: Settings) -> None:
    assert by_subject()["Keys"].level == doctor.OK
    settings.ASPA_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert by_subject()["Keys"].level == doctor.ERROR


def test_a_mail_server_that_does_not_answer_is_an_error(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert by_subject()["Mail"].level == doctor.ERROR


def test_inboxes_are_looked_at(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(name: str, kind: str, **more: object) -> None:
        raise dns.resolver.NXDOMAIN

    monkeypatch.setattr(dns.resolver, "resolve", away)
    settings = {"address": "support@villa.example", "incoming": "none", "smtp_host": "127.0.0.1", "smtp_port": 1}
    Inbox.objects.create(brand=cast.brand, name="Mail", channel="email", settings=settings)
    found = by_subject()
    assert found["Inbox Villa · Chat"].level == doctor.OK
    assert found["Inbox Villa · Mail, Sending"].level == doctor.ERROR
    assert found["Inbox Villa · Mail, MX"].level == doctor.WARNING
    assert found["Inbox Villa · Mail, SPF"].advice.endswith("v=spf1 mx ~all")
