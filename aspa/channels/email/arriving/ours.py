"""Our own addresses: which inbox a mail is for, and whether somebody who writes is ourselves."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable

from aspa.channels.email import settings
from aspa.core.inboxes.models import Inbox


@dataclasses.dataclass(frozen=True, slots=True)
class Ours:
    """The addresses of all mail inboxes, lower-case, as they were when it was made by `known()`."""

    # The inboxes that our own receiver serves (`incoming` is "smtp"), by address.
    received: dict[str, int]
    by_brand: dict[int, frozenset[str]]
    # `Inbox.public_id`s, which our own letters carry.
    signs: dict[int, frozenset[str]]

    def inbox_id(self, recipient: str) -> int | None:
        """The inbox that our receiver takes this for; "support+anything@…" is "support@…"."""
        address = recipient.lower()
        return self.received.get(address) or self.received.get(plain(address))

    def is_ours(self, brand_id: int, address: str) -> bool:
        mine = self.by_brand.get(brand_id, frozenset())
        return address in mine or plain(address) in mine

    def wrote(self, brand_id: int, sign: str) -> bool:
        """Whether the sign is that of one of the brand's own letters."""
        return sign in self.signs.get(brand_id, frozenset())


def known() -> Ours:
    """Read from the database, secrets and all: for a batch of mails, not for each."""
    return of(Inbox.objects.filter(channel="email").order_by("pk"))


def of(inboxes: Iterable[Inbox]) -> Ours:
    """`inboxes`: all mail inboxes, in the order of their ids."""
    received: dict[str, int] = {}
    by_brand: defaultdict[int, set[str]] = defaultdict(set)
    signs: defaultdict[int, set[str]] = defaultdict(set)
    for inbox in inboxes:
        mine = settings.of(inbox)
        addresses = {address.lower() for address in (mine.address, *mine.aliases) if address}
        by_brand[inbox.brand_id] |= addresses
        signs[inbox.brand_id].add(inbox.public_id)
        if inbox.is_active and mine.incoming == "smtp":
            received = dict.fromkeys(addresses, inbox.pk) | received
    return Ours(
        received,
        {brand: frozenset(addresses) for brand, addresses in by_brand.items()},
        {brand: frozenset(one) for brand, one in signs.items()},
    )


def plain(address: str) -> str:
    """ "support+token@shop.example" → "support@shop.example" """
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
