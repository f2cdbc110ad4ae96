"""A brand's back-end systems: set up, and taken out of use."""

from __future__ import annotations

from typing import Any

from aspa.core.inboxes.models import Brand
from aspa.service.commerce.models import Source

# A system that posts to our API itself.
API = "api"


def create(brand: Brand, kind: str, name: str, **fields: Any) -> Source:
    """`fields`: currency, accounts, sets_tier, settings."""
    return Source.objects.create(brand=brand, kind=kind, name=name, **fields)
