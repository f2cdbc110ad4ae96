"""What a product's published reviews come to: kept up with every change, in its transaction."""

from __future__ import annotations

from aspa.kit import clock
from aspa.service.reviews.models import Product

OF_STARS = {1: "ones", 2: "twos", 3: "threes", 4: "fours", 5: "fives"}


def come(product_id: int, stars: int) -> None:
    """A review with so many stars is shown from now on."""
    _move(product_id, stars, 1)


def gone(product_id: int, stars: int) -> None:
    """It is no longer shown."""
    _move(product_id, stars, -1)


def touch(product_id: int) -> None:
    """Something else that others see has changed: a photo, an answer."""
    Product.objects.filter(pk=product_id).update(changed_at=clock.now())


def add(product: Product, stars: int, step: int = 1) -> None:
    """Count it in the row at hand, which its caller saves."""
    product.count += step
    product.total += step * stars
    setattr(product, OF_STARS[stars], getattr(product, OF_STARS[stars]) + step)


def _move(product_id: int, stars: int, step: int) -> None:
    product = Product.objects.select_for_update().get(pk=product_id)
    add(product, stars, step)
    now = clock.now()
    product.changed_at = now
    if step > 0:
        product.reviewed_at = now
    elif not product.count:
        product.reviewed_at = None
    product.save(update_fields=["count", "total", OF_STARS[stars], "changed_at", "reviewed_at"])
