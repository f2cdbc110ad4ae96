"""How often somebody may do something: token buckets in this process's memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

MOST_KEYS = 100_000


class Buckets:
    """A bucket a key: `burst` takes at once, then `rate_per_s` a second.

    Of each bucket only the moment is kept at which it is full again; a full one is forgotten. At the limit of
    keys the one that was used longest ago is forgotten too: memory matters more than one visitor's count.
    """

    def __init__(self, rate_per_s: float, burst: int, most_keys: int = MOST_KEYS) -> None:
        self._interval = 1 / rate_per_s
        self._burst = burst
        self._most_keys = most_keys
        self._lock = Lock()
        self._full_at: OrderedDict[str, float] = OrderedDict()  # by key, the longest unused first

    def take(self, key: str, now: float | None = None, *, count: int = 1) -> float:
        """Take `count`, never more than `burst`: 0.0 when it is allowed, else the seconds to wait.

        `now` is in seconds of a monotonic clock.
        """
        now = time.monotonic() if now is None else now
        with self._lock:
            full_at = self._full_at.get(key)
            if full_at is None:
                self._forget(now)
            if full_at is None or full_at < now:
                full_at = now
            wait = full_at - now - (self._burst - count) * self._interval
            if wait > 1e-9:
                return wait
            self._full_at[key] = full_at + count * self._interval
            self._full_at.move_to_end(key)
            return 0.0

    def wait(self, key: str, now: float | None = None) -> float:
        """The seconds until one can be taken; takes none."""
        now = time.monotonic() if now is None else now
        with self._lock:
            return max(0.0, self._full_at.get(key, now) - now - (self._burst - 1) * self._interval)

    def _forget(self, now: float) -> None:
        """Look at the two longest unused whenever a key may come: so the full ones run out."""
        for _ in range(2):
            if not self._full_at:
                return
            key, full_at = next(iter(self._full_at.items()))
            if full_at > now and len(self._full_at) < self._most_keys:
                return
            del self._full_at[key]

    def __len__(self) -> int:
        return len(self._full_at)
