"""Amounts: whole numbers of a currency's minor unit inside, words of the reader's language outside."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language


def minor(amount: Decimal | str | int, currency: str) -> int:
    """The amount in minor units, rounded half up: "12.505" EUR is 1251. Raises ValueError for what isn't a number."""
    try:
        value = Decimal(amount)
        if not value.is_finite():
            raise ValueError(f"{amount!r} is not an amount.")
        return int((value * 10 ** places(currency)).quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation as error:
        raise ValueError(f"{amount!r} is not an amount.") from error


def shown(amount: int, currency: str) -> str:
    """As the reader writes it, in the language that is active: "12,50 €"."""
    return _shown(amount, currency, (get_language() or "en").split("-")[0])


# A panel says a handful of sums, and the next one often the same.
@lru_cache(maxsize=4096)
def _shown(amount: int, currency: str, locale: str) -> str:
    return format_currency(Decimal(amount).scaleb(-places(currency)), currency or "EUR", locale=locale)


def places(currency: str) -> int:
    """How many decimals the currency has: 2 for EUR, 0 for JPY."""
    return int(get_currency_precision(currency))
