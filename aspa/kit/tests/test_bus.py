"""The contract of the bus: in memory, and on Redis or Valkey when ASPA_REDIS_URL names one."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
import redis
from django.conf import settings

from aspa.kit.bus import Bus
from aspa.kit.bus.memory import MemoryBus
from aspa.kit.bus.redis import RedisBus

Heard = list[dict[str, Any]]


@pytest.fixture(params=["memory", "redis"])
def bus(request: pytest.FixtureRequest) -> Iterator[Bus]:
    if request.param == "memory":
        yield MemoryBus()
        return
    if not settings.ASPA_REDIS_URL:
        pytest.skip("ASPA_REDIS_URL names no server.")
    made = RedisBus(settings.ASPA_REDIS_URL)
    made.reset()
    yield made
    made.reset()


@asynccontextmanager
async def running(bus: Bus) -> AsyncIterator[None]:
    task = asyncio.create_task(bus.run())
    await until(lambda: asyncio.sleep(0, bus._loop is not None))  # type: ignore[attr-defined]
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + 60
    while not await true():
        assert time.monotonic() < deadline, "It never came."
        await asyncio.sleep(0.01)


async def listen(bus: Bus, channel: str) -> Heard:
    """What the channel says from now on; returns when it is live."""
    heard: Heard = []
    bus.subscribe(channel, heard.append)

    probes: Heard = []

    async def live() -> bool:
        probes.append({"probe": len(probes)})
        await bus.apublish(channel, probes[-1])
        await asyncio.sleep(0.01)
        return any(probe in heard for probe in probes)

    await until(live)
    # Those that were still on their way.
    await until(lambda: asyncio.sleep(0, probes[-1] in heard))
    heard.clear()
    return heard


async def hears(heard: Heard, expected: Heard) -> None:
    await until(lambda: asyncio.sleep(0, len(heard) >= len(expected)))
    assert heard == expected


async def test_subscribers_hear_what_is_published_in_order(bus: Bus) -> None:
    async with running(bus):
        one, other = await listen(bus, "one"), await listen(bus, "other")
        for number in range(50):
            bus.publish("one", {"n": number, "word": "hyvää päivää 🙂"})
        await bus.apublish("other", {"n": 51})
        await hears(one, [{"n": number, "word": "hyvää päivää 🙂"} for number in range(50)])
        await hears(other, [{"n": 51}])


async def test_publishing_works_from_any_thread(bus: Bus) -> None:
    async with running(bus):
        heard = await listen(bus, "journal")
        threads = [threading.Thread(target=bus.publish, args=("journal", {"n": n})) for n in range(20)]
        for thread in threads:
            thread.start()
        await until(lambda: asyncio.sleep(0, len(heard) == 20))
        assert {message["n"] for message in heard} == set(range(20))


async def test_callbacks_run_in_the_loop_of_run(bus: Bus) -> None:
    async with running(bus):
        threads: list[int] = []
        bus.subscribe("journal", lambda payload: threads.append(threading.get_ident()))
        await listen(bus, "journal")
        await asyncio.to_thread(bus.publish, "journal", {})
        await until(lambda: asyncio.sleep(0, bool(threads)))
        assert set(threads) == {threading.get_ident()}


async def test_an_unsubscribed_callback_hears_nothing(bus: Bus) -> None:
    async with running(bus):
        left: Heard = []
        unsubscribe = bus.subscribe("journal", left.append)
        stayed = await listen(bus, "journal")
        unsubscribe()
        unsubscribe()
        left.clear()
        bus.publish("journal", {"n": 1})
        await hears(stayed, [{"n": 1}])
        assert left == []


async def test_a_failing_subscriber_does_not_silence_the_others(bus: Bus) -> None:
    async with running(bus):
        bus.subscribe("journal", lambda payload: payload["no such key"])
        heard = await listen(bus, "journal")
        bus.publish("journal", {"n": 1})
        await hears(heard, [{"n": 1}])


async def test_run_can_be_cancelled_and_run_again(bus: Bus) -> None:
    async with running(bus):
        heard = await listen(bus, "journal")
    bus.publish("journal", {"n": 1})  # nobody runs: gone
    async with running(bus):
        await until(lambda: probe(bus, heard))
        assert {"n": 1} not in heard


async def probe(bus: Bus, heard: Heard) -> bool:
    bus.publish("journal", {"n": 2})
    await asyncio.sleep(0.02)
    return {"n": 2} in heard


def test_publishing_without_run_is_harmless(bus: Bus) -> None:
    bus.publish("journal", {"n": 1})


def test_only_json_may_be_published(bus: Bus) -> None:
    with pytest.raises(TypeError):
        bus.publish("journal", {"when": object()})
    with pytest.raises(TypeError):
        bus.put("key", {"when": object()}, ttl=1)


def test_keys_are_remembered_until_they_expire(bus: Bus) -> None:
    bus.put("typing:7", {"who": "Ada"}, ttl=600)
    assert bus.get("typing:7") == {"who": "Ada"}
    assert bus.find("typing:") == {"typing:7": {"who": "Ada"}}
    bus.put("typing:7", {"who": "Ada"}, ttl=0.1)
    time.sleep(0.15)
    assert bus.get("typing:7") is None
    assert bus.find("typing:") == {}


def test_a_dropped_key_is_gone(bus: Bus) -> None:
    bus.put("a", {}, ttl=600)
    assert bus.get("a") == {}
    bus.drop("a")
    bus.drop("a")
    assert bus.get("a") is None


def test_find_takes_its_prefix_literally(bus: Bus) -> None:
    for key in ["a*b:1", "axb:1", "a?[x]:1", "a?x:1", "a\\:1", "ä🙂:1"]:
        bus.put(key, {"key": key}, ttl=600)
    for prefix in ["a*b:", "a?[x]:", "a\\:", "ä🙂"]:
        assert list(bus.find(prefix)) == [next(k for k in bus.find("") if k.startswith(prefix))]
    assert len(bus.find("")) == 6


async def test_the_async_twins_do_the_same(bus: Bus) -> None:
    await bus.aput("seen:1", {"n": 1}, ttl=600)
    await bus.aput("seen:2", {"n": 2}, ttl=600)
    assert await bus.aget("seen:1") == bus.get("seen:1") == {"n": 1}
    assert await bus.afind("seen:") == {"seen:1": {"n": 1}, "seen:2": {"n": 2}}
    await bus.aput("seen:2", {"n": 2}, ttl=0.1)
    await asyncio.sleep(0.15)
    await bus.adrop("seen:1")
    assert await bus.afind("seen:") == {}


def test_reset_forgets_everything(bus: Bus) -> None:
    bus.put("a", {}, ttl=600)
    bus.reset()
    assert bus.find("") == {}


async def test_a_lost_connection_is_told_and_made_again() -> None:
    if not settings.ASPA_REDIS_URL:
        pytest.skip("ASPA_REDIS_URL names no server.")
    bus = RedisBus(settings.ASPA_REDIS_URL)
    async with running(bus):
        heard, other = await listen(bus, "journal"), await listen(bus, "other")
        redis.Redis.from_url(settings.ASPA_REDIS_URL).client_kill_filter(_type="pubsub")
        await hears(heard, [{"lost": True}])
        await hears(other, [{"lost": True}])
        bus.publish("journal", {"n": 1})
        await hears(heard, [{"lost": True}, {"n": 1}])


async def test_a_server_that_is_down_breaks_nothing() -> None:
    bus = RedisBus("redis://127.0.0.1:1/0")
    async with running(bus):
        bus.publish("journal", {})
        await bus.apublish("journal", {})
        bus.put("a", {}, ttl=600)
        assert bus.get("a") is None
        assert await bus.aget("a") is None
        assert bus.find("") == await bus.afind("") == {}
        await asyncio.sleep(0.2)  # run() goes on trying
