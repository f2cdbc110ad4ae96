"""The `aspa` command: clear words and the right exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import DatabaseError
from pytest_django import Settings
from uvicorn.middleware.proxy_headers import _TrustedHosts

from aspa import __version__, cli
from aspa.core.people.models import Agent
from tests.cast import Cast


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """What was printed, on either stream."""
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--version"])
    assert left.value.code == 0
    assert said(capsys) == f"aspa {__version__}\n"


@pytest.mark.django_db
def test_createadmin_makes_an_owner_with_a_password_that_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["createadmin", "Maija@Example.fi", "--name", "Maija Korhonen", "--generate"]) == 0
    agent = Agent.objects.get(email="maija@example.fi")
    assert agent.is_owner
    assert agent.name == "Maija Korhonen"
    password = said(capsys).split("Password: ")[1].strip()
    assert agent.check_password(password)


@pytest.mark.django_db
def test_createadmin_says_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    Agent.objects.create_user("maija@example.fi", name="Maija")
    assert cli.main(["createadmin", "MAIJA@example.fi", "--generate"]) == 1
    assert said(capsys) == "aspa: maija@example.fi is an agent already.\n"
    assert cli.main(["createadmin", "maija", "--generate"]) == 1
    assert said(capsys) == "aspa: 'maija' is not an e-mail address.\n"


@pytest.mark.django_db
@pytest.mark.parametrize("command", [["serve"], ["worker"], ["createadmin", "a@example.fi"]])
def test_an_old_database_is_refused(
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("aspa.config.background.several_processes_may_share", lambda: True)
    monkeypatch.setattr("aspa.config.doctor.pending_migrations", lambda: ["people.0002_more"])
    assert cli.main(command) == 1
    assert said(capsys) == "aspa: the database needs `aspa migrate`.\n"


def test_a_database_that_is_not_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse() -> list[str]:
        raise DatabaseError("connection refused\nIs the server running?")

    monkeypatch.setattr("aspa.config.doctor.pending_migrations", refuse)
    assert cli.main(["serve"]) == 1
    assert said(capsys).startswith("aspa: the database can't be used: connection refused. ")


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("ASPA_DATABASE_URL", "db.example.com", "it must look like postgres://"),
        ("ASPA_DATABASE_URL", "mongodb://db.example.com/aspa", "it must look like postgres://"),
        ("ASPA_TIME_ZONE", "Helsinki", "no time zone is called 'Helsinki'"),
        ("ASPA_ENCRYPTION_KEYS", "short", "each key must be 32 random bytes"),
        ("ASPA_UPLOAD_BYTES", "much", "it must be a number, not 'much'"),
    ],
)
def test_a_setting_that_can_not_be_used_is_one_sentence(setting: str, value: str, words: str, tmp_path: Path) -> None:
    env = {**os.environ, "ASPA_HOME": str(tmp_path), setting: value}
    done = subprocess.run(
        [sys.executable, "-m", "aspa.cli", "doctor"], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"aspa: {setting} can't be used: {words}")
    assert done.stderr.count("\n") == 1


@pytest.mark.django_db
def test_other_keys_than_the_databases_are_refused(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ASPA_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert cli.main(["serve"]) == 1
    assert said(capsys).startswith("aspa: the keys are not those that the database was written with. Bring back")
    monkeypatch.setattr("aspa.config.background.several_processes_may_share", lambda: True)
    assert cli.main(["worker"]) == 1


@pytest.mark.parametrize("command", [["serve", "--processes", "2"], ["worker"]])
def test_several_processes_need_shared_services(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("aspa.config.background.several_processes_may_share", lambda: False)
    assert cli.main(command) == 1
    assert "PostgreSQL (ASPA_DATABASE_URL) and Redis (ASPA_REDIS_URL)" in said(capsys)


def test_a_setting_that_makes_no_sense_is_named() -> None:
    with pytest.raises(ValueError, match="much") as raised:
        int({"ASPA_UPLOAD_BYTES": "much"}["ASPA_UPLOAD_BYTES"])
    assert cli.setting_at_fault(raised.value) == "ASPA_UPLOAD_BYTES"


def test_a_proxy_is_believed_however_the_server_names_its_address() -> None:
    trusted = _TrustedHosts(cli.believed(["127.0.0.1", "10.0.0.0/8", "2001:db8::1"]))
    assert all(one in trusted for one in ("127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "2001:db8::1"))
    assert not any(one in trusted for one in ("::ffff:127.0.0.2", "::ffff:11.0.0.1", "192.0.2.7"))
