"""Who in this process listens to which channel."""

import logging
from collections.abc import Callable
from threading import Lock

from aspa.kit.bus.port import Callback, Payload

logger = logging.getLogger(__name__)


class Subscribers:
    """A thread-safe book of callbacks by channel."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._callbacks: dict[str, list[Callback]] = {}

    def add(self, channel: str, callback: Callback) -> Callable[[], None]:
        with self._lock:
            self._callbacks.setdefault(channel, []).append(callback)
        return lambda: self._remove(channel, callback)

    def _remove(self, channel: str, callback: Callback) -> None:
        with self._lock:
            callbacks = self._callbacks.get(channel, [])
            if callback in callbacks:
                callbacks.remove(callback)
            if not callbacks:
                self._callbacks.pop(channel, None)

    def channels(self) -> set[str]:
        with self._lock:
            return set(self._callbacks)

    def call(self, channel: str, payload: Payload) -> None:
        """Call everyone on the channel. One that fails doesn't keep the news from its neighbours."""
        with self._lock:
            callbacks = list(self._callbacks.get(channel, ()))
        for callback in callbacks:
            try:
                callback(payload)
            except Exception:
                logger.exception("A subscriber of %s failed.", channel)

    def clear(self) -> None:
        with self._lock:
            self._callbacks.clear()
