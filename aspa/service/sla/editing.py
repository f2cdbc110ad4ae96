"""Changing the policies: the verbs of their editor."""

from __future__ import annotations

from django.db import transaction

from aspa.service.sla.models import Policy
from aspa.service.sla.tasks import reckon_anew


def add(policy: Policy) -> Policy:
    """Put a new one at the end."""
    last = Policy.objects.order_by("-position").values_list("position", flat=True).first()
    policy.position = 0 if last is None else last + 1
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
        row = list(Policy.objects.select_for_update().order_by("position", "pk"))
        here = row.index(policy)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(row):
            return
        row[here], row[there] = row[there], row[here]
        for position, one in enumerate(row):
            one.position = position
        Policy.objects.bulk_update(row, ["position"])
        changed()


def changed() -> None:
    """Policies or opening hours have changed: what runs is reckoned anew, once the change is committed."""
    if Policy.objects.exists():
        reckon_anew.enqueue()
