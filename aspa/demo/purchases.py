"""What the demo's shops have sold to its customers: told through the same door as a real shop tells it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence

from aspa.core.people.models import Contact, Identity
from aspa.demo.cast import BRANDS, Cast
from aspa.demo.customers import MAIJA
from aspa.demo.shop.goods import CYCLES, WOOL, Product
from aspa.kit import clock
from aspa.service.commerce import ingest, sources
from aspa.service.commerce.models import Source, Status
from aspa.service.commerce.records import (
    BookingRecord,
    CartRecord,
    Line,
    LoyaltyRecord,
    OrderEventRecord,
    OrderRecord,
    ProductRecord,
    Record,
    SubscriptionRecord,
    Who,
)

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
# What somebody has bought for altogether, in cents, and the tier it makes.
TIERS = ((60_000, "Kulta"), (25_000, "Hopea"), (0, "Pronssi"))
SERVICES = ("perushuolto", "sahkohuolto", "talvisailytys")


def tell(cast: Cast) -> None:
    """For a database whose customers stand and nothing else has been sold."""
    for key, goods in (("villa", WOOL), ("kaisla", CYCLES)):
        brand = cast.brands[key]
        source = sources.create(brand, sources.API, BRANDS[key]["name"], accounts=True, sets_tier=True)
        contacts = list(Contact.objects.filter(brand=brand).order_by("pk"))
        ingest.take(source, list(Sales(source, goods, contacts).records()))


class Sales:
    """One shop's year, the same one at every start; only the clock moves."""

    def __init__(self, source: Source, goods: Sequence[Product], contacts: Sequence[Contact]) -> None:
        self._source, self._goods, self._contacts = source, goods, contacts
        self._slug = source.brand.slug
        self._chance, self._now = random.Random(source.brand.name), clock.now()
        shop_ids = Identity.objects.filter(contact__in=contacts, kind=Identity.Kind.SHOP)
        self._shop_ids = dict(shop_ids.values_list("contact_id", "value"))

    def records(self) -> Iterator[Record]:
        for product in self._goods:
            yield ProductRecord(
                external_id=product.slug, updated_at=self._now - 400 * DAY, name=product.name.fi, price=product.price
            )
        for contact in self._contacts:
            if contact.name == MAIJA:
                yield from self._maijas(contact)
            elif self._chance.random() < 0.6:
                yield from self._customers(contact)

    def _maijas(self, contact: Contact) -> Iterator[Record]:
        """What her conversation of today is about."""
        who, (jumper, hat, socks) = self._who(contact), self._named("neule", "villamyssy", "villasukat")
        placed, left = self._now - 7 * DAY, self._now - 6 * DAY
        yield self._order(who, "10482", placed, [(hat, 1), (jumper, 1)], Status.SHIPPED, left)
        yield self._event("10482", Status.PAID, placed + MINUTE)
        yield self._event("10482", Status.SHIPPED, left, "Posti")
        yield self._order(who, "8117", self._now - 101 * DAY, [(socks, 3)], Status.RETURNED, self._now - 97 * DAY)
        yield self._order(who, "6204", self._now - 260 * DAY, [(self._named("torkkupeitto")[0], 2), (jumper, 3)],
                          Status.DELIVERED, self._now - 256 * DAY)  # fmt: skip
        yield self._cart(who, "cart-maija", self._now - 20 * MINUTE, [(socks, 2)])
        yield self._loyalty(who, 64_130)

    def _customers(self, contact: Contact) -> Iterator[Record]:
        who, spent = self._who(contact), 0
        for number in range(self._chance.choice((1, 1, 1, 2, 2, 3, 4))):
            # The first has the number that the customer talks of.
            name = str(9000 + contact.pk * 7 % 1500) if number == 0 else str(3000 + contact.pk * 5 + number)
            placed = self._now - self._chance.uniform(0.1, 30 if number == 0 else 360) * DAY
            bought = [(product, self._chance.choice((1, 1, 2))) for product in self._some()]
            status, at = self._course(placed)
            yield self._order(who, name, placed, bought, status, at)
            if self._now - placed < 40 * DAY:
                yield self._event(name, Status.PAID, placed + MINUTE)
            spent += sum(product.price * count for product, count in bought)
        if self._chance.random() < 0.12:
            yield self._cart(who, f"cart-{contact.pk}", self._now - self._chance.uniform(0.02, 4) * DAY,
                             [(product, 1) for product in self._some()])  # fmt: skip
        if spent and who.external_id:
            yield self._loyalty(who, spent)
        if self._slug == BRANDS["kaisla"]["slug"]:
            yield self._booking(who, contact)
        elif self._chance.random() < 0.05:
            yield self._subscription(who, contact)

    # The kinds of records

    def _order(
        self,
        who: Who,
        number: str,
        placed: dt.datetime,
        bought: list[tuple[Product, int]],
        status: Status,
        at: dt.datetime,
    ) -> OrderRecord:
        lines = _lines(bought)
        parcel = f"JJFI65019900{number}" if status in (Status.SHIPPED, Status.DELIVERED) else ""
        return OrderRecord(
            external_id=number,
            updated_at=at,
            who=who,
            number=number,
            status=status,
            total=sum(line.amount for line in lines),
            placed_at=placed,
            lines=lines,
            tracking_number=parcel,
        )

    def _event(self, order: str, kind: str, at: dt.datetime, text: str = "") -> OrderEventRecord:
        return OrderEventRecord(order_external_id=order, external_id=f"{order}-{kind}", kind=kind, at=at, text=text)

    def _cart(self, who: Who, name: str, at: dt.datetime, items: list[tuple[Product, int]]) -> CartRecord:
        state = "abandoned" if self._now - at > 15 * MINUTE else "open"
        return CartRecord(external_id=name, updated_at=at, who=who, items=_lines(items), state=state)

    def _loyalty(self, who: Who, spent: int) -> LoyaltyRecord:
        tier = next(tier for least, tier in TIERS if spent >= least)
        return LoyaltyRecord(who=who, updated_at=self._now - DAY, tier=tier, points=spent // 100)

    def _booking(self, who: Who, contact: Contact) -> BookingRecord:
        (service,) = self._named(self._chance.choice(SERVICES))
        starts = (self._now + self._chance.uniform(-40, 10) * DAY).replace(minute=0, second=0, microsecond=0)
        state = "done" if starts < self._now else self._chance.choice(("booked", "confirmed"))
        return BookingRecord(
            external_id=f"b{contact.pk}",
            updated_at=min(starts, self._now),
            who=who,
            name=service.name.fi,
            starts_at=starts,
            ends_at=starts + HOUR,
            state=state,
            place="Pyöräpaja Kaisla",
        )

    def _subscription(self, who: Who, contact: Contact) -> SubscriptionRecord:
        started = self._now - self._chance.randint(20, 300) * DAY
        return SubscriptionRecord(
            external_id=f"s{contact.pk}",
            updated_at=started,
            who=who,
            name="Lankalaatikko",
            price=2490,
            interval="kk",
            started_at=started,
            next_at=self._now + self._chance.randint(1, 30) * DAY,
        )

    # Who and what

    def _who(self, contact: Contact) -> Who:
        shop_id = self._shop_ids.get(contact.pk)
        return Who(external_id=shop_id) if shop_id else Who(contact_id=contact.pk)

    def _named(self, *slugs: str) -> list[Product]:
        by_slug = {product.slug: product for product in self._goods}
        return [by_slug[slug] for slug in slugs]

    def _some(self) -> list[Product]:
        return self._chance.sample(self._goods, self._chance.choice((1, 1, 2, 3)))

    def _course(self, placed: dt.datetime) -> tuple[Status, dt.datetime]:
        """How far an order of that moment has come, and when it came there."""
        age = self._now - placed
        if age < DAY:
            return Status.PAID, placed + 2 * MINUTE
        if age < 4 * DAY:
            return Status.SHIPPED, placed + DAY
        if self._chance.random() < 0.05:
            return self._chance.choice((Status.RETURNED, Status.REFUNDED, Status.CANCELLED)), placed + 4 * DAY
        return Status.DELIVERED, placed + 4 * DAY


def _lines(bought: list[tuple[Product, int]]) -> tuple[Line, ...]:
    return tuple(
        Line(name=product.name.fi, quantity=count, unit_price=product.price, product_external_id=product.slug)
        for product, count in bought
    )
