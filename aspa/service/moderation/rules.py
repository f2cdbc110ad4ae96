"""What a brand looks at before others see it."""

from __future__ import annotations

from aspa.service.moderation.models import HouseRules


def rules_of(brand_id: int) -> HouseRules:
    """The stored ones, or the defaults (not stored yet)."""
    return HouseRules.objects.filter(brand=brand_id).first() or HouseRules(brand_id=brand_id)


def set_rules(rules: HouseRules) -> HouseRules:
    """Keep them; what is submitted from now on is judged by them."""
    rules.words = sorted({" ".join(word.split()).casefold() for word in rules.words if word.strip()})
    rules.save()
    return rules
