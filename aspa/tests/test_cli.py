"""The `aspa` command: clear words and the right exit codes."""

from __future__ import annotations

import pytest
from django.db import DatabaseError
from uvicorn.middleware.proxy_headers import _TrustedHosts

from aspa import __version__, cli
from aspa.core.people.models import Agent


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
    assert said(capsys) == "aspa: the database can't be reached: connection refused\n"


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
