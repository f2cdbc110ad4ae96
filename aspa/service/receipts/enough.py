"""No address is sent many receipts in a day: two machines that answer each other stop here, whatever they call themselves.

By address and not by contact: one that isn't proven may belong to a new contact each time.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import connection

from aspa.core.conversations.rows import insert
from aspa.core.people.models import Identity
from aspa.kit import clock
from aspa.service.receipts.models import Given

if TYPE_CHECKING:
    from collections.abc import Collection

# A person begins few matters in a day.
MOST = 4
WITHIN = dt.timedelta(days=1)

# For each address of the contacts how many receipts its owners, whoever they are, have had; at most MOST are counted.
COUNTED = """
    SELECT mine.contact_id, mine.brand_id, mine.kind, mine.value, (
        SELECT count(*) FROM (
            SELECT 1 FROM people_identity alike
            JOIN receipts_given given ON given.contact_id = alike.contact_id AND given.at >= %s
            WHERE alike.brand_id = mine.brand_id AND alike.kind = mine.kind AND alike.value = mine.value
            LIMIT {most}
        ) AS had
    )
    FROM people_identity mine WHERE mine.contact_id IN ({marks}) AND mine.kind <> %s
"""

Address = tuple[int, str, str]


class Enough:
    """Of these contacts, read once; what is given from now on is counted here and kept by `keep`."""

    def __init__(self, contact_ids: Collection[int]) -> None:
        self._addresses: defaultdict[int, list[Address]] = defaultdict(list)
        self._had: dict[Address, int] = {}
        self._given: list[int] = []
        if not contact_ids:
            return
        query = COUNTED.format(most=MOST, marks=", ".join(["%s"] * len(contact_ids)))
        since = connection.ops.adapt_datetimefield_value(clock.now() - WITHIN)
        with connection.cursor() as cursor:
            cursor.execute(query, [since, *contact_ids, Identity.Kind.VISITOR])
            for contact_id, *address, had in cursor.fetchall():
                key = (address[0], address[1], address[2])
                self._addresses[contact_id].append(key)
                self._had[key] = had

    def take(self, contact_id: int) -> bool:
        """Whether one more may go to this contact; then it is counted."""
        addresses = self._addresses[contact_id]
        if any(self._had[address] >= MOST for address in addresses):
            return False
        for address in addresses:
            self._had[address] += 1
        self._given.append(contact_id)
        return True

    def keep(self) -> None:
        """Store what was given, in the transaction that gives it."""
        insert("receipts_given", ("contact_id", "at"), [(contact_id, clock.now()) for contact_id in self._given])


def sweep() -> None:
    """Forget what counts no more."""
    Given.objects.filter(at__lt=clock.now() - WITHIN).delete()
