import threading

import pytest

from aspa.kit.rates import Buckets


def test_a_burst_is_allowed_and_then_the_rate() -> None:
    buckets = Buckets(rate_per_s=2, burst=3)
    assert [buckets.take("a", 10.0) for _ in range(3)] == [0, 0, 0]
    assert buckets.take("a", 10.0) == pytest.approx(0.5)
    assert buckets.take("a", 10.25) == pytest.approx(0.25)
    assert buckets.take("a", 10.5) == 0
    assert buckets.take("a", 10.5) == pytest.approx(0.5)


def test_one_can_ask_without_taking() -> None:
    buckets = Buckets(rate_per_s=2, burst=2)
    assert [buckets.wait("a", 10.0) for _ in range(5)] == [0] * 5
    buckets.take("a", 10.0, count=2)
    assert buckets.wait("a", 10.0) == pytest.approx(0.5)
    assert buckets.wait("a", 10.5) == 0


def test_keys_have_buckets_of_their_own() -> None:
    buckets = Buckets(rate_per_s=1, burst=1)
    assert buckets.take("a", 0.0) == 0
    assert buckets.take("b", 0.0) == 0
    assert buckets.take("a", 0.0) > 0


def test_a_refusal_costs_nothing() -> None:
    buckets = Buckets(rate_per_s=1, burst=1)
    buckets.take("a", 0.0)
    for _ in range(10):
        assert buckets.take("a", 0.5) == pytest.approx(0.5)
    assert buckets.take("a", 1.0) == 0


def test_full_buckets_are_forgotten() -> None:
    buckets = Buckets(rate_per_s=10, burst=2)
    for number in range(10_000):
        buckets.take(str(number), number * 1.0)
    assert len(buckets) <= 2


def test_memory_is_bounded() -> None:
    buckets = Buckets(rate_per_s=0.001, burst=2, most_keys=100)
    for number in range(1000):
        buckets.take(str(number), 0.0)
    assert len(buckets) == 100


def test_threads_together_get_no_more_than_one_would() -> None:
    buckets = Buckets(rate_per_s=0.001, burst=50)
    allowed: list[float] = []

    def take() -> None:
        allowed.extend(wait for wait in [buckets.take("a") for _ in range(100)] if wait == 0)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == 50


def test_many_may_be_taken_at_once_if_the_bucket_holds_them() -> None:
    buckets = Buckets(rate_per_s=10, burst=100)
    assert buckets.take("a", 0.0, count=60) == 0
    assert buckets.take("a", 0.0, count=60) == pytest.approx(2)
    assert buckets.take("a", 0.0, count=40) == 0
    assert buckets.take("a", 2.0, count=60) == pytest.approx(4)
