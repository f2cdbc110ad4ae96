"""Which hosts a mail server may be that somebody types into the settings."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings

from aspa.channels.email import reaching
from aspa.channels.email.arriving import imap, troubles
from aspa.channels.email.sending import smtp
from aspa.channels.email.sending.handing import LineDown
from aspa.channels.email.settings import Settings

USUAL = frozenset({25, 143, 465, 587, 993, 2525})


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A program of our own network that is no mail server."""
    monkeypatch.setattr(reaching, "PORTS", USUAL)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "::ffff:127.0.0.1"])
def test_nobody_looks_around_in_our_own_network(listening: socket.socket, host: str, security: Any) -> None:
    port = port_of(listening)
    mine = Settings(imap_host=host, imap_port=port, imap_security=security, smtp_host=host, smtp_port=port)
    with pytest.raises(reaching.NotAllowed) as refused:
        imap.connect(1, mine)
    assert "ASPA_PRIVATE_HOSTS" in troubles.words(refused.value, mine)
    with pytest.raises(LineDown, match="ASPA_PRIVATE_HOSTS"), smtp.connection(mine, 1):
        pass
    with pytest.raises(BlockingIOError):
        listening.accept()


def test_our_own_mail_server_is_reached(listening: socket.socket, settings: LazySettings) -> None:
    port = port_of(listening)
    settings.ASPA_PRIVATE_HOSTS = [f"localhost:{port}"]
    reaching.connected("localhost", port, 5).close()
    settings.ASPA_PRIVATE_HOSTS = []
    with pytest.MonkeyPatch.context() as usual:
        usual.setattr(reaching, "PORTS", {port})
        reaching.connected("localhost", port, 5).close()
