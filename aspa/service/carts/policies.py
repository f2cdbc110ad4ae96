"""A brand's rules for its carts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aspa.service.carts.models import CartPolicy

if TYPE_CHECKING:
    from aspa.core.inboxes.models import Brand


def policy_of(brand: Brand) -> CartPolicy:
    """The stored one, or the defaults (not stored yet)."""
    return CartPolicy.objects.filter(brand=brand.pk).first() or CartPolicy(brand=brand)


def set_policy(policy: CartPolicy) -> CartPolicy:
    """Keep it; carts are looked at by it from the next minute on."""
    policy.save()
    return policy
