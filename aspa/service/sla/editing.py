"""Changing the policies: the verbs of their editor."""

from __future__ import annotations

from django.db import transaction

from aspa.kit import positions
from aspa.service.sla.models import Policy
from aspa.service.sla.tasks import reckon_anew


def add(policy: Policy) -> Policy:
    """Put a new one at the end."""
    policy.position = positions.after(Policy.objects.all())
    policy.save(force_insert=True)
    changed()
    return policy


def change(policy: Policy) -> Policy:
    policy.save()
    changed()
    return policy


def move(policy: Policy, *, up: bool) -> None:
    """Change places with the one before or after it; at the end of the row nothing happens."""
    with transaction.atomic():
        positions.move(Policy.objects.all(), policy, up=up)
        changed()


def changed() -> None:
    """Policies or opening hours have changed: what runs is reckoned anew, once the change is committed."""
    if Policy.objects.exists():
        reckon_anew.enqueue()
