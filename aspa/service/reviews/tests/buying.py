"""Somebody bought something: told through the door by which shops tell it."""

from __future__ import annotations

import io

from PIL import Image

from aspa.core.people.models import Contact
from aspa.kit import clock
from aspa.service.commerce import ingest, sources
from aspa.service.commerce.models import Order, Source
from aspa.service.commerce.records import Line, OrderRecord, ProductRecord, Who
from aspa.service.reviews.writing import Words

SHOP = "Shop"
GOOD = Words(stars=5, name="Dee D.", title="Lämmin", text="Lämmin ja kestävä, suosittelen pakkasiin.", language="fi")


def shop_of(contact: Contact) -> Source:
    """A shop of the brand, which sells one jumper. Others that the brand may have don't sell it."""
    found = Source.objects.filter(brand=contact.brand, name=SHOP).first()
    if found is not None:
        return found
    source = sources.create(contact.brand, sources.API, SHOP)
    jumper = ProductRecord(
        external_id="p1", sku="NS", updated_at=clock.now(), name="Neule Saaristo", url="https://shop.example/neule"
    )
    ingest.take(source, [jumper])
    return source


def buys(
    contact: Contact, *, number: str = "501", status: str = "delivered", sku: str = "NS-M", who: Who | None = None
) -> Order:
    """The contact's order of the jumper in their size, or another customer's of the same brand."""
    source = shop_of(contact)
    who = who or Who(contact_id=contact.pk)
    line = Line(name="Neule Saaristo, M", unit_price=9210, sku=sku, product_external_id="p1")
    order = OrderRecord(external_id=number, updated_at=clock.now(), who=who, status=status, lines=(line,))
    (result,) = ingest.take(source, [order])
    assert result.outcome == "taken", result
    return Order.objects.select_related("source", "contact").get(source=source, external_id=number)


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "#884422").save(made, kind)
    return made.getvalue()
