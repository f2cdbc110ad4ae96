"""What the languages' grammars are made of."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence

# The words of a clause, its text in small letters, and whether the sentence names a time ahead (worked out when asked).
Says = Callable[[Sequence[str], str, Callable[[], bool]], bool]


@dataclasses.dataclass(frozen=True)
class Grammar:
    """How a language promises, and how it doesn't.

    `common` are words by which it is recognised. A sentence with one of `general` says how things usually are or may
    be, one that `reports` tells what was said before. `condition` leads to what happens only if; `negations` and
    `offers` are words that take a clause's promise back; `idioms` aren't looked at for those, nor for times: "no later
    than" denies nothing, "last Monday" is over.
    """

    common: frozenset[str]
    general: re.Pattern[str]
    reports: re.Pattern[str]
    condition: re.Pattern[str]
    negations: frozenset[str]
    offers: frozenset[str]
    idioms: re.Pattern[str]
    says: Says


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


def without_idioms(text: str, idioms: re.Pattern[str]) -> str:
    return idioms.sub(lambda found: " " * len(found[0]), text)
