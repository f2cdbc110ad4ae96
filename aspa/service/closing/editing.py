"""Changing what silence does: the verb of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from aspa.service.closing.tasks import replan

if TYPE_CHECKING:
    from aspa.service.closing.models import SilencePolicy


def set_policy(policy: SilencePolicy) -> SilencePolicy:
    """Keep it, and plan anew what waits already."""
    with transaction.atomic():
        policy.save()
        replan.enqueue(brand_id=policy.brand_id)
    return policy
