"""What the shop sells and who shops there: a few knitted things, and Maija with her address."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

EMAIL, PASSWORD = "maija@example.fi", "villa-ja-lanka-24"
GOODS = (("Grey wool socks", "VS-42", "19.90"), ("Red hat", "PI-1", "24.90"), ("Ball of yarn", "LK-7", "7.50"))


def fill() -> None:
    """Into an empty database."""
    from django.contrib.auth import get_user_model
    from oscar.core.loading import get_model

    country = get_model("address", "Country").objects.create(
        iso_3166_1_a2="FI", iso_3166_1_a3="FIN", iso_3166_1_numeric="246", printable_name="Suomi", name="Suomi",
        is_shipping_country=True,
    )  # fmt: skip
    kind = get_model("catalogue", "ProductClass").objects.create(name="Knitwear", track_stock=False)
    partner = get_model("partner", "Partner").objects.create(name="Lumikki Oy")
    category = get_model("catalogue", "Category").add_root(name="Knitwear")
    for title, sku, price in GOODS:
        product = get_model("catalogue", "Product").objects.create(title=title, upc=sku, product_class=kind)
        product.categories.add(category)
        get_model("partner", "StockRecord").objects.create(
            product=product, partner=partner, partner_sku=sku, price=Decimal(price), price_currency="EUR"
        )
    maija = get_user_model().objects.create_user("maija", EMAIL, PASSWORD, first_name="Maija", last_name="Koskinen")
    get_model("address", "UserAddress").objects.create(
        user=maija, first_name="Maija", last_name="Koskinen", line1="Kutojantie 1", line4="Helsinki", postcode="00100",
        country=country, is_default_for_shipping=True,
    )  # fmt: skip


class AsItIs:
    """Pictures aren't made smaller: the shop has none."""

    def generate_thumbnail(self, source: Any, **_options: Any) -> Any:
        return source

    def delete_thumbnails(self, source: Any) -> None:
        """There are none."""
