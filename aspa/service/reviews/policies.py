"""Who may review a brand's products, and how its buyers are asked."""

from __future__ import annotations

from aspa.service.reviews.models import Policy


def policy_of(brand_id: int) -> Policy:
    """The stored one, or the defaults (not stored yet)."""
    return Policy.objects.filter(brand=brand_id).first() or Policy(brand_id=brand_id)


def set_policy(policy: Policy) -> Policy:
    policy.save()
    return policy
