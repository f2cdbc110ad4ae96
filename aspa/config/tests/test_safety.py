"""`aspa doctor` tells of settings that work and let in or out what shouldn't."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from aspa.config import safety
from aspa.config.doctor import ERROR, OK, WARNING
from aspa.web.shell.models import require_two_step
from tests.cast import Cast


def levels() -> dict[str, str]:
    return {finding.subject: finding.level for finding in safety.findings()}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value", "subject", "level"),
    [
        ("SECRET_KEY", "changeme", "Secret key's strength", ERROR),
        ("SECRET_KEY", "a" * 50, "Secret key's strength", ERROR),
        ("ALLOWED_HOSTS", ["*"], "Names", WARNING),
        ("ASPA_TRUSTED_PROXIES", ["*"], "Proxies", ERROR),
        ("ASPA_TRUSTED_PROXIES", ["0.0.0.0/0"], "Proxies", ERROR),
        ("ASPA_TRUSTED_PROXIES", ["nginx"], "Proxies", WARNING),
        ("ASPA_TRUSTED_PROXIES", ["10.0.0.0/8", "127.0.0.1"], "Proxies", ""),
        ("ASPA_PRIVATE_HOSTS", ["localhost"], "Private hosts", WARNING),
        ("ASPA_PRIVATE_HOSTS", ["localhost:11434"], "Private hosts", OK),
        ("ASPA_DATABASE_URL", "postgres://a:b@db.example/aspa", "Database's connection", WARNING),
        ("ASPA_DATABASE_URL", "postgres://a:b@db.example/aspa?sslmode=require", "Database's connection", ""),
        ("ASPA_REDIS_URL", "redis://cache.example/0", "Redis' connection", WARNING),
        ("ASPA_REDIS_URL", "redis://localhost/0", "Redis' connection", ""),
        ("ASPA_SMTP_LISTEN", "0.0.0.0:25", "Mail receiver", WARNING),
    ],
)
def test_each_is_told(settings: Settings, name: str, value: object, subject: str, level: str) -> None:
    setattr(settings, name, value)
    assert levels().get(subject, "") == level


def test_a_server_that_others_reach_wants_its_proxy_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not list(safety.proxies())
    monkeypatch.setenv("ASPA_HOST", "0.0.0.0")
    assert [one.level for one in safety.proxies()] == [WARNING]


def test_mail_in_the_clear_is_told(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "smtp.example", False
    assert [one.subject for one in safety.unencrypted()] == ["Mail's connection"]
    settings.EMAIL_USE_TLS = True
    assert not list(safety.unencrypted())


def test_folders_that_others_can_read_are_told(settings: Settings, tmp_path: Path) -> None:
    settings.ASPA_HOME = tmp_path
    tmp_path.chmod(0o755)
    (tmp_path / "secrets").mkdir(mode=0o700)
    key = tmp_path / "secrets" / "aspa_secret_key"
    key.touch(0o644)
    assert {one.subject: one.level for one in safety.folders()} == {"Secrets": ERROR, "Data folder": WARNING}
    key.chmod(0o600)
    tmp_path.chmod(0o750)
    assert [one.level for one in safety.folders()] == [OK]


@pytest.mark.django_db
def test_owners_without_the_second_step_are_told(cast: Cast) -> None:
    assert safety.second_step().level == WARNING
    require_two_step(True)
    assert safety.second_step().level == OK
    require_two_step(False)
