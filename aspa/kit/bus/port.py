"""What a bus can do: tell other processes that something happened, and remember things for seconds."""

from collections.abc import Callable
from typing import Any, Protocol

Payload = dict[str, Any]
Callback = Callable[[Payload], None]


class Bus(Protocol):
    """Publish/subscribe and short-lived keys. Payloads and values are JSON objects.

    Nothing here is durable and nothing here raises because the bus is down: a lost message is found again
    in the journal, a lost key is as good as expired.
    """

    def publish(self, channel: str, payload: Payload) -> None:
        """Tell every subscriber of the channel, in every process. From any thread; doesn't wait for them."""

    async def apublish(self, channel: str, payload: Payload) -> None: ...

    def subscribe(self, channel: str, callback: Callback) -> Callable[[], None]:
        """Have callback(payload) called in the loop of run(); returns what unsubscribes it.

        callback({"lost": True}) means that payloads may have been missed until now: read the journal again.
        """

    async def run(self) -> None:
        """Deliver to this process's subscribers until cancelled. One such call a process."""

    def put(self, key: str, value: Payload, ttl: float) -> None:
        """Remember a value for ttl seconds."""

    def get(self, key: str) -> Payload | None: ...

    def drop(self, key: str) -> None: ...

    def find(self, prefix: str) -> dict[str, Payload]:
        """Every living key that begins with the prefix, taken literally, with its value."""

    async def aput(self, key: str, value: Payload, ttl: float) -> None: ...

    async def aget(self, key: str) -> Payload | None: ...

    async def adrop(self, key: str) -> None: ...

    async def afind(self, prefix: str) -> dict[str, Payload]: ...

    def reset(self) -> None:
        """Forget every subscriber and key. For tests."""
