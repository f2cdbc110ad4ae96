import http.server
import ipaddress
import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from aspa.kit import outside

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "::1", "::", "fe80::1", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
]  # fmt: skip


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/away" else 200)
        if self.path == "/away":
            self.send_header("Location", "/")
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def ours() -> Iterator[str]:
    """A server in our own network."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("address", PRIVATE)
def test_no_address_of_our_own_network_is_public(address: str) -> None:
    assert not outside.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_others_are(address: str) -> None:
    assert outside.is_public(ipaddress.ip_address(address))


def test_our_own_network_is_refused_however_it_is_written(ours: str) -> None:
    port = ours.partition(":")[2]
    with outside.client() as http:
        for host in (f"127.0.0.1:{port}", f"2130706433:{port}", f"0x7f.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
            with pytest.raises(outside.Refused):
                http.get(f"http://{host}/")


def test_hosts_of_our_own_that_are_named_are_reached(ours: str, settings: Any) -> None:
    settings.ASPA_PRIVATE_HOSTS = [ours]
    with outside.client() as http:
        assert http.get(f"http://{ours}/").text == "hello"
        assert http.get(f"http://{ours}/away").status_code == 302
        with pytest.raises(outside.TooMuch):
            http.get(f"http://{ours}/packed")


def test_an_answer_without_end_is_cut(ours: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ASPA_PRIVATE_HOSTS = ["127.0.0.1"]
    monkeypatch.setattr(outside, "MOST_BYTES", 3)
    with outside.client() as http, pytest.raises(outside.TooMuch):
        http.get(f"http://{ours}/")


def test_a_name_that_changes_its_mind_is_looked_at_when_it_is_connected_to(
    ours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(ours.partition(":")[2])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: [(2, 1, 6, "", ("127.0.0.1", port))])
    with outside.client() as http, pytest.raises(outside.Refused):
        http.get(f"http://shop.example:{port}/")


def test_a_name_that_leads_nowhere_is_no_refusal() -> None:
    with outside.client() as http, pytest.raises(httpx2.ConnectError) as raised:
        http.get("http://nobody.invalid/")
    assert not isinstance(raised.value, outside.Refused)
