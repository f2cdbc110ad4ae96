"""Terms that say in which slice of numbers a message stands, so that a search can keep to the newest.

Neither database can be told to stop: PostgreSQL reads all places of a common word before it gives the first, and FTS5
goes on through everything where words never meet. With a slice as one more term both read no further than that.
"""

from __future__ import annotations

from aspa.service.search.engine import Expression, any_of

# Of 2,048, 16,384 and 262,144 messages.
SIZES = (11, 14, 18)
# Asked for so many at most; then for larger ones.
MOST = 9


def terms(pk: int) -> list[str]:
    return [_term(bits, pk >> bits) for bits in SIZES]


def between(low: int, high: int) -> Expression:
    """That a message stands in one of the slices of this stretch, and perhaps beside it."""
    for bits in SIZES:
        numbers = range(low >> bits, (high >> bits) + 1)
        if len(numbers) <= MOST or bits == SIZES[-1]:
            break
    return any_of(*(_term(bits, number) for number in numbers))


def _term(bits: int, number: int) -> str:
    return f"0b{bits}x{number}"
