"""What a brand looks at before others see it."""

from __future__ import annotations

from aspa.service.moderation.models import Rules


def rules_of(brand_id: int) -> Rules:
    """The stored ones, or the defaults (not stored yet)."""
    return Rules.objects.filter(brand=brand_id).first() or Rules(brand_id=brand_id)


def set_rules(rules: Rules) -> Rules:
    """Keep them; what is submitted from now on is judged by them."""
    rules.words = sorted({" ".join(word.split()).casefold() for word in rules.words if word.strip()})
    rules.save()
    return rules
