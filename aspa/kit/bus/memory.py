"""The bus of an installation that is one process."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock

from aspa.kit.bus.port import Callback, Payload
from aspa.kit.bus.subscribers import Subscribers

SWEEP_EVERY = 1000  # puts


class MemoryBus:
    """Keeps everything in this process. Payloads pass through JSON, as they do on Redis."""

    def __init__(self) -> None:
        self._subscribers = Subscribers()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = Lock()
        self._keys: dict[str, tuple[float, str]] = {}  # key: (when it expires, JSON)
        self._puts = 0

    def publish(self, channel: str, payload: Payload) -> None:
        text = json.dumps(payload)
        loop = self._loop
        if loop is None:
            return
        with suppress(RuntimeError):  # the loop closed between the two lines: nobody listens any more
            loop.call_soon_threadsafe(self._deliver, channel, text)

    def _deliver(self, channel: str, text: str) -> None:
        self._subscribers.call(channel, json.loads(text))

    async def apublish(self, channel: str, payload: Payload) -> None:
        self.publish(channel, payload)

    def subscribe(self, channel: str, callback: Callback) -> Callable[[], None]:
        return self._subscribers.add(channel, callback)

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            await asyncio.Event().wait()
        finally:
            self._loop = None

    def put(self, key: str, value: Payload, ttl: float) -> None:
        with self._lock:
            self._keys[key] = (time.monotonic() + ttl, json.dumps(value))
            self._puts += 1
            if self._puts % SWEEP_EVERY == 0:
                self._sweep()

    def _sweep(self) -> None:
        now = time.monotonic()
        self._keys = {key: entry for key, entry in self._keys.items() if entry[0] > now}

    def get(self, key: str) -> Payload | None:
        with self._lock:
            expires, text = self._keys.get(key, (0.0, ""))
        return json.loads(text) if expires > time.monotonic() else None

    def drop(self, key: str) -> None:
        with self._lock:
            self._keys.pop(key, None)

    def find(self, prefix: str) -> dict[str, Payload]:
        with self._lock:
            self._sweep()
            return {key: json.loads(text) for key, (_, text) in self._keys.items() if key.startswith(prefix)}

    async def aput(self, key: str, value: Payload, ttl: float) -> None:
        self.put(key, value, ttl)

    async def aget(self, key: str) -> Payload | None:
        return self.get(key)

    async def adrop(self, key: str) -> None:
        self.drop(key)

    async def afind(self, prefix: str) -> dict[str, Payload]:
        return self.find(prefix)

    def reset(self) -> None:
        self._subscribers.clear()
        with self._lock:
            self._keys.clear()
