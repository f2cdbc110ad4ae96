"""The bus of this installation: in memory by default, on Redis or Valkey when ASPA_REDIS_URL names one."""

from functools import cache
from threading import Lock
from typing import cast

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from aspa.kit.bus.memory import MemoryBus
from aspa.kit.bus.port import Bus

__all__ = ["Bus", "bus"]

_choosing = Lock()


def _choose() -> Bus:
    with _choosing:  # two first users in two threads must get the same bus
        return _chosen()


@cache
def _chosen() -> Bus:
    if not settings.ASPA_REDIS_URL:
        return MemoryBus()
    from aspa.kit.bus.redis import RedisBus

    return RedisBus(settings.ASPA_REDIS_URL)


bus = cast(Bus, SimpleLazyObject(_choose))
