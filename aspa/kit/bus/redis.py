"""The bus of an installation of several processes, on Redis or Valkey."""

import asyncio
import json
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from aspa.kit.bus.port import Callback, Payload
from aspa.kit.bus.subscribers import Subscribers

logger = logging.getLogger(__name__)

PREFIX = "aspa:"
TIMEOUT = 2.0  # seconds a call may take; the bus is not worth a longer wait
QUIET = 10.0  # seconds without a word after which the connection has to prove that it lives
LONGEST_WAIT = 5.0  # seconds between attempts to reconnect
SCAN_COUNT = 500

T = TypeVar("T")
DOWN = (redis.RedisError, OSError)


class RedisBus:
    """Publishes and keeps keys through one client a process (and one an event loop), listens on one connection.

    A channel's subscribers hear {"lost": True} each time the channel goes live at the server: at first, and
    again after every reconnection.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._subscribers = Subscribers()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()  # the set of channels to listen to
        self._client = redis.Redis.from_url(
            url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=Retry(NoBackoff(), 1)
        )
        self._async_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, redis.asyncio.Redis] = WeakKeyDictionary()

    def publish(self, channel: str, payload: Payload) -> None:
        message = json.dumps(payload)
        _unless_down(lambda: self._client.publish(PREFIX + channel, message), None)

    async def apublish(self, channel: str, payload: Payload) -> None:
        message = json.dumps(payload)
        await _unless_down_async(self._async_client.publish(PREFIX + channel, message), None)

    def subscribe(self, channel: str, callback: Callback) -> Callable[[], None]:
        remove = self._subscribers.add(channel, callback)
        self._tell_the_listener()

        def unsubscribe() -> None:
            remove()
            self._tell_the_listener()

        return unsubscribe

    def _tell_the_listener(self) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._changed.set)

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        attempt = 0
        try:
            while True:
                try:
                    async with self._connection() as pubsub:
                        attempt = 0
                        await self._listen(pubsub)
                except Exception as error:  # whatever it is, the process has to hear again
                    logger.warning("The bus is down: %s", type(error).__name__)
                # Processes that lost the same server come back spread out.
                await asyncio.sleep(min(LONGEST_WAIT, 0.1 * 2**attempt) * random.uniform(0.5, 1))  # noqa: S311
                attempt = min(attempt + 1, 10)
        finally:
            client = self._async_clients.pop(self._loop, None)
            self._loop = None
            if client is not None:
                await client.aclose()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[PubSub]:
        # Without redis-py's own retries, which would hide that messages were lost.
        client = redis.asyncio.Redis.from_url(
            self._url, socket_connect_timeout=TIMEOUT, retry=AsyncRetry(NoBackoff(), 0)
        )
        try:
            await client.ping()
            async with client.pubsub() as pubsub:
                yield pubsub
        finally:
            await client.aclose()

    async def _listen(self, pubsub: PubSub) -> None:
        """Follow the subscriptions and read what comes until the connection fails."""
        await pubsub.subscribe(PREFIX)  # redis-py reads only where something is subscribed
        following = asyncio.create_task(self._follow(pubsub))
        reading = asyncio.create_task(self._read(pubsub))
        try:
            done, _ = await asyncio.wait({following, reading}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            following.cancel()
            reading.cancel()
            await asyncio.gather(following, reading, return_exceptions=True)

    async def _follow(self, pubsub: PubSub) -> None:
        live: set[str] = set()
        while True:
            self._changed.clear()
            wanted = self._subscribers.channels()
            if wanted - live:
                await pubsub.subscribe(*_prefixed(wanted - live))
            if live - wanted:
                await pubsub.unsubscribe(*_prefixed(live - wanted))
            live = wanted
            await self._changed.wait()

    async def _read(self, pubsub: PubSub) -> None:
        asked = False
        while True:
            message = await pubsub.get_message(timeout=QUIET)
            if message is None:
                if asked:
                    raise redis.ConnectionError("The server has gone quiet.")
                await pubsub.ping()
            asked = message is None
            if message is not None:
                self._deliver(message)

    def _deliver(self, message: dict[str, Any]) -> None:
        channel = (message["channel"] or b"").decode().removeprefix(PREFIX)
        if message["type"] == "subscribe":
            self._subscribers.call(channel, {"lost": True})
        elif message["type"] == "message":
            self._subscribers.call(channel, json.loads(message["data"]))

    def put(self, key: str, value: Payload, ttl: float) -> None:
        text = json.dumps(value)
        _unless_down(lambda: self._client.set(PREFIX + key, text, px=_milliseconds(ttl)), None)

    def get(self, key: str) -> Payload | None:
        return _parsed(_unless_down(lambda: self._client.get(PREFIX + key), None))

    def drop(self, key: str) -> None:
        _unless_down(lambda: self._client.delete(PREFIX + key), None)

    def find(self, prefix: str) -> dict[str, Payload]:
        return _unless_down(lambda: self._find(prefix), {})

    def _find(self, prefix: str) -> dict[str, Payload]:
        keys = list(self._client.scan_iter(match=_pattern(prefix), count=SCAN_COUNT))
        return _pairs(keys, self._client.mget(keys)) if keys else {}

    async def aput(self, key: str, value: Payload, ttl: float) -> None:
        text = json.dumps(value)
        await _unless_down_async(self._async_client.set(PREFIX + key, text, px=_milliseconds(ttl)), None)

    async def aget(self, key: str) -> Payload | None:
        return _parsed(await _unless_down_async(self._async_client.get(PREFIX + key), None))

    async def adrop(self, key: str) -> None:
        await _unless_down_async(self._async_client.delete(PREFIX + key), None)

    async def afind(self, prefix: str) -> dict[str, Payload]:
        return await _unless_down_async(self._afind(prefix), {})

    async def _afind(self, prefix: str) -> dict[str, Payload]:
        client = self._async_client
        keys = [key async for key in client.scan_iter(match=_pattern(prefix), count=SCAN_COUNT)]
        return _pairs(keys, await client.mget(keys)) if keys else {}

    @property
    def _async_client(self) -> redis.asyncio.Redis:
        loop = asyncio.get_running_loop()
        client = self._async_clients.get(loop)
        if client is None:
            client = redis.asyncio.Redis.from_url(
                self._url,
                socket_timeout=TIMEOUT,
                socket_connect_timeout=TIMEOUT,
                retry=AsyncRetry(NoBackoff(), 1),
            )
            self._async_clients[loop] = client
        return client

    def reset(self) -> None:
        self._subscribers.clear()
        self._tell_the_listener()
        for key in list(self._client.scan_iter(match=_pattern(""), count=SCAN_COUNT)):
            self._client.delete(key)


def _unless_down(call: Callable[[], Any], otherwise: T) -> Any | T:
    try:
        return call()
    except DOWN as error:
        logger.warning("The bus is down: %s", type(error).__name__)
        return otherwise


async def _unless_down_async(call: Awaitable[Any], otherwise: T) -> Any | T:
    try:
        return await call
    except DOWN as error:
        logger.warning("The bus is down: %s", type(error).__name__)
        return otherwise


def _prefixed(channels: Iterable[str]) -> list[str]:
    return [PREFIX + channel for channel in channels]


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _pattern(prefix: str) -> str:
    """The glob that matches what begins with the prefix, whatever characters are in it."""
    return PREFIX + "".join("\\" + letter if letter in "*?[]\\^-" else letter for letter in prefix) + "*"


def _parsed(text: Any) -> Payload | None:
    return None if text is None else json.loads(text)


def _pairs(keys: list[bytes], texts: list[Any]) -> dict[str, Payload]:
    """Keys without our prefix and their values; a key may have expired between the two questions."""
    found = {key.decode().removeprefix(PREFIX): _parsed(text) for key, text in zip(keys, texts, strict=True)}
    return {key: value for key, value in found.items() if value is not None}
