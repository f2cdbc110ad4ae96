"""The list of who was erased, beside the database: after a restore it says whom to erase again.

It holds numbers only, one line each: "contact 812 of 2026-03-04T10:11:12+00:00 erased 2026-11-22T09:00:00+00:00".
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from aspa.core.people.models import Contact
from aspa.kit import clock

if TYPE_CHECKING:
    from collections.abc import Iterable

_LINE = re.compile(r"contact (\d{1,18}) of (\S+) erased \S+")


def file() -> Path:
    """Kept with the files, not with the database: a restore of the database must not bring an older one back."""
    return Path(settings.ASPA_HOME) / "erased.txt"


def write(contact_ids: Iterable[int]) -> None:
    """Add them, durably."""
    born = Contact.objects.filter(pk__in=contact_ids).order_by("pk").values_list("pk", "created_at")
    lines = [f"contact {pk} of {at.isoformat()} erased {clock.now().isoformat()}\n" for pk, at in born]
    # In one go: another process may write too, or read.
    with file().open("ab", buffering=0) as list_of_them:
        list_of_them.write("".join(lines).encode("ascii"))
        os.fsync(list_of_them.fileno())


def risen(text: str) -> list[Contact]:
    """Those of the list who are there again. The moment of birth tells that a number isn't somebody else's by now.

    Raises ValueError for a line that isn't of such a list.
    """
    # A restored database gives the numbers anew that it had given before: one number may have been several people.
    born: defaultdict[int, set[dt.datetime]] = defaultdict(set)
    for line in filter(None, text.splitlines()):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(line[:80])
        born[int(match[1])].add(dt.datetime.fromisoformat(match[2]))
    pks = sorted(born)
    found = (
        contact
        for start in range(0, len(pks), 500)
        for contact in Contact.objects.filter(pk__in=pks[start : start + 500], erased_at=None)
    )
    return [contact for contact in found if contact.created_at in born[contact.pk]]
