"""The Finnish personal identity code (hetu): whether one can be right.

DDMMYY, a sign for the century, three digits and a check character; the signs beside "+", "-" and "A" came in 2023
(https://dvv.fi/en/personal-identity-code).
"""

from __future__ import annotations

import datetime as dt
import re

_CODE = re.compile(r"(\d{2})(\d{2})(\d{2})([-+A-FU-Y])(\d{3})([0-9A-FHJ-NPR-Y])")
_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CENTURIES = {"+": 1800} | dict.fromkeys("-UVWXY", 1900) | dict.fromkeys("ABCDEF", 2000)


def checked(text: str) -> str:
    """The code as it is written. Raises ValueError for what can't be one; temporary ones (900 and up) can."""
    found = _CODE.fullmatch(text.strip().upper())
    if found is None:
        raise ValueError("A personal identity code has eleven characters.")
    day, month, year, sign, number, check = found.groups()
    dt.date(_CENTURIES[sign] + int(year), int(month), int(day))
    if int(number) < 2 or _CHECKS[int(day + month + year + number) % 31] != check:
        raise ValueError("The check character doesn't fit.")
    return found[0]
