"""Which product a review is of: the shop's code for it, with the name that the shop told.

A code is the product's SKU, and where a shop has none, the product's id in the shop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.kit import clock, text
from aspa.service.commerce.models import Product as ToldProduct
from aspa.service.reviews.models import Product

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 200


def told(brand_id: int, sku: str) -> ToldProduct | None:
    """What the brand's shops say of the product, if they do."""
    if not is_code(sku):
        return None
    known = ToldProduct.known().filter(source__brand=brand_id)
    return (
        known.filter(sku=sku).order_by("-pk").first() or known.filter(sku="", external_id=sku).order_by("-pk").first()
    )


def is_code(sku: str) -> bool:
    """Whether an address can mean a product by it; what else it may hold (NUL), databases take ill."""
    return 0 < len(sku) <= LONGEST and text.clean(sku) == sku


def code(product: ToldProduct) -> str:
    return product.sku or product.external_id


def ids_in_shops(brand_id: int, sku: str) -> Collection[str]:
    """The ids that the product has in the brand's shops."""
    known = ToldProduct.known().filter(source__brand=brand_id, sku=sku)
    return [*known.values_list("external_id", flat=True)[:20], sku]


def kept(brand_id: int, sku: str, *, name: str = "") -> Product:
    """The product's row, made when it is first needed, with what the shop says of it now; `name` where it says nothing."""
    found, _made = Product.objects.get_or_create(
        brand_id=brand_id, sku=sku, defaults={"name": name, "changed_at": clock.now()}
    )
    said = told(brand_id, sku)
    if said is not None and (found.name, found.url, found.image_url) != (said.name, said.url, said.image_url):
        found.name, found.url, found.image_url = said.name, said.url, said.image_url
        found.save(update_fields=["name", "url", "image_url"])
    return found
