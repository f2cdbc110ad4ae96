"""HTTP to addresses that a user typed: never into our own network, whatever the name says.

    with outside.client() as http:
        http.get("https://shop.example/wp-json/…")

The address is looked at when the connection is made, so a name that changes its mind meanwhile, a redirect, a number in
place of a name and an IPv4 address dressed as IPv6 all meet the same door
(https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html). Hosts of one's
own network that are meant to be reached are named in `ASPA_PRIVATE_HOSTS`.
"""

from __future__ import annotations

import functools
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import httpcore2
import httpx2
from django.conf import settings

if TYPE_CHECKING:
    from httpcore2 import NetworkStream

SECONDS = 20.0
# Of one answer; whoever sends more has something else in mind.
MOST_BYTES = 64 * 1024 * 1024

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# RFC 6052: an IPv4 address behind a translator.
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")


class Refused(httpx2.ConnectError):
    """The host isn't on the public network; trying again doesn't help."""


class TooMuch(httpx2.ReadError):
    """The answer is larger than any that we ask for."""


def client(seconds: float = SECONDS, *, altogether: bool = False) -> httpx2.Client:
    """A client that goes to public addresses alone. It follows no redirects and heeds no proxy of the environment.

    Its requests raise `Refused`, `TooMuch` or another `httpx2.HTTPError`; `seconds` is how long it waits for each step, or
    `altogether` from now on, however many steps there are and however little each of them takes.
    """
    until = time.monotonic() + seconds if altogether else None
    return httpx2.Client(
        transport=_Guarded(until), timeout=seconds, trust_env=False, headers={"Accept-Encoding": "identity"}
    )


def is_public(address: Address) -> bool:
    """Whether the address is one of the public network, and stands for no other that isn't."""
    within = _within(address)
    return address.is_global and not address.is_multicast and (within is None or is_public(within))


def _within(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


class _Guarded(httpx2.HTTPTransport):
    def __init__(self, until: float | None) -> None:
        super().__init__(verify=_trust(), trust_env=False)
        self._pool: Any = httpcore2.ConnectionPool(ssl_context=_trust(), network_backend=_Guard(until))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            response = super().handle_request(request)
        except httpx2.ConnectError as problem:
            if isinstance(problem.__cause__, _NotPublic):
                raise Refused(str(problem), request=request) from problem
            raise
        if response.headers.get("Content-Encoding", "identity").lower() != "identity":
            # We asked for it plain; a small packed answer can unpack to any size.
            response.close()
            raise TooMuch("The answer is packed, which we didn't ask for.", request=request)
        response.stream = _Limited(response.stream)  # type: ignore[arg-type]
        return response


@functools.cache
def _trust() -> ssl.SSLContext:
    """Reading the certificates of the whole world takes a while."""
    return httpcore2.default_ssl_context()


class _Limited(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        count = 0
        for block in self._stream:
            count += len(block)
            if count > MOST_BYTES:
                raise TooMuch("The answer has no end.")
            yield block

    def close(self) -> None:
        self._stream.close()


class _NotPublic(httpcore2.ConnectError):
    pass


class _Guard(httpcore2.NetworkBackend):
    """Connects to the very address that was looked at."""

    def __init__(self, until: float | None) -> None:
        self._network = httpcore2.SyncBackend()
        self._until = until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        problem: Exception | None = None
        for address in _addresses(host, port):
            left = _left(timeout, self._until, httpcore2.ConnectTimeout)
            try:
                stream = self._network.connect_tcp(address, port, left, local_address, socket_options)
                return stream if self._until is None else _Hurried(stream, self._until)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failure:
                problem = failure
        raise problem or httpcore2.ConnectError(f"{host} has no address.")


class _Hurried(httpcore2.NetworkStream):
    """A connection that nobody waits for any more after a moment of `time.monotonic`."""

    def __init__(self, stream: NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(timeout, self._until, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(timeout, self._until, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        left = _left(timeout, self._until, httpcore2.ConnectTimeout)
        return _Hurried(self._stream.start_tls(ssl_context, server_hostname, left), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(timeout: float | None, until: float | None, too_late: type[Exception]) -> float | None:
    """How long a step may take. Raises `too_late` when there is no time left."""
    if until is None:
        return timeout
    left = until - time.monotonic()
    if left <= 0:
        raise too_late("It took too long.")
    return left if timeout is None else min(timeout, left)


def _addresses(host: str, port: int) -> list[str]:
    """Those that the name has now. Raises _NotPublic if any of them isn't public: such a name isn't to be trusted."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise httpcore2.ConnectError(f"There is no host called {host}.") from problem
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if host in settings.ASPA_PRIVATE_HOSTS or f"{host}:{port}" in settings.ASPA_PRIVATE_HOSTS:
        return addresses
    if not all(is_public(ipaddress.ip_address(one.partition("%")[0])) for one in addresses):
        raise _NotPublic(f"{host} isn't on the public network.")
    return addresses
