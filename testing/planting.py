"""One person put into a table, whichever it is: every column that can hold words holds their mark.

It goes by what the table looks like, so that a new one is planted without anybody thinking of it. Where that can't be
done (constraints between columns, say) an app has `tests/planting.py` with `plant(contact, mark)`, which is found by itself.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import uuid
from contextlib import suppress
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import IntegrityError, models, transaction

from aspa.core.inboxes.models import Brand, Inbox
from aspa.core.people.models import Agent, Contact, Identity
from aspa.kit import clock
from aspa.kit.secrets import EncryptedJSONField
from aspa.service.privacy.declaring import Holding, Keep, holdings

# Columns that only our own code fills, with codes of its own.
OURS = {
    "conversations.message": {"code"},
    "conversations.attachment": {"public_id"},
    "email.arrival": {"source", "outcome", "fingerprint"},
    "privacy.copy": {"public_id"},
    "shops.delivery": {"key", "topic"},
    "shops.import": {"kind", "reading", "columns", "problem"},
}

# Rows that would be acted upon, or are found by words alone: planted at their own doors, or by their app.
BY_HAND = {"tasks.Job", "verification.SignIn"}


def plant_everywhere(contact: Contact, mark: str) -> None:
    """Plant them into every table that is declared to hold something of a person, parents before children.

    Raises AssertionError where a table can't be planted.
    """
    for config in apps.get_app_configs():
        if importlib.util.find_spec(f"{config.name}.tests") and importlib.util.find_spec(
            f"{config.name}.tests.planting"
        ):
            importlib.import_module(f"{config.name}.tests.planting").plant(contact, mark)
    people = [contact.pk]
    for holding in holdings.values():
        if holding.table is Contact or isinstance(holding.erased, Keep):
            continue
        # Where a second row can't be, one from the doors or from the app's own planting has to do.
        with suppress(IntegrityError), transaction.atomic():
            if holding.model not in BY_HAND:
                plant(holding.table, contact, mark)
        assert holding.rows(people).exists(), f"Nothing of the person is found in {holding.model} by its declaration."


def plant(model: type[models.Model], contact: Contact, mark: str) -> Any:
    """A row of the person's."""
    _planting.append(model)
    try:
        return _plant(model, contact, mark)
    finally:
        _planting.pop()


# Tables may name one another: what is being planted is left out of what it needs itself.
_planting: list[type[models.Model]] = []


def _plant(model: type[models.Model], contact: Contact, mark: str) -> Any:
    row = model()
    for field in model._meta.concrete_fields:
        if field.primary_key and not field.is_relation:
            continue
        if field.is_relation:
            value = _related(field, model, contact, mark)
            if value is not None:
                setattr(row, field.name, value)
        elif field.name == "visitor":
            # What browsers leave before anybody has written is found by them.
            setattr(row, field.name, _browser(contact, mark))
        elif field.name not in OURS.get(model._meta.label_lower, ()):
            _fill(row, field, mark)
    row.save(force_insert=True)
    return row


def _related(field: Any, model: type[models.Model], contact: Contact, mark: str) -> Any:
    related = field.related_model
    if related is Contact:
        return contact if field.name == "contact" or not field.null else None
    if related is Brand:
        return contact.brand
    if related is Inbox:
        return Inbox.objects.filter(brand=contact.brand).first()
    if related is Agent:
        return Agent.objects.order_by("pk").first()
    if field.null and related in _planting:
        return None
    holding: Holding | None = holdings.get(related._meta.label_lower)
    if holding is not None and (related is not model):
        found = holding.rows([contact.pk])
        if field.unique:
            taken = model._base_manager.values(field.attname)
            found = found.exclude(pk__in=taken)
        return found.order_by("-pk").first() or plant(related, contact, mark)
    if field.null:
        return None
    # Something of ours, without a word of the person's.
    return related._base_manager.first() or plant(related, contact, "ours")


def _browser(contact: Contact, mark: str) -> str:
    known = {"brand": contact.brand, "contact": contact, "kind": Identity.Kind.VISITOR}
    now = clock.now()
    proven = {"value": f"{mark}-browser", "verified_at": now, "verified_how": "token", "created_at": now}
    return Identity.objects.get_or_create(**known, defaults=proven)[0].value


def _fill(row: Any, field: Any, mark: str) -> None:
    if isinstance(field, models.FileField):
        getattr(row, field.name).save(f"{mark}.txt", ContentFile(f"From: {mark}@mail.example\n\n{mark}"), save=False)
        return
    value = _value(field, mark)
    if value is not None:
        setattr(row, field.name, value)


def _value(field: Any, mark: str) -> Any:
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.JSONField | EncryptedJSONField):
        return {"said": mark, "all": [mark]}
    if isinstance(field, models.EmailField):
        return f"{mark}@mail.example"
    if isinstance(field, models.URLField):
        return f"https://{mark}.example/"
    if isinstance(field, models.CharField | models.TextField):
        room = field.max_length or 1000
        # Unique ones differ from row to row.
        long = f"{mark}-{uuid.uuid4().hex[:8]}"
        return (long if len(long) <= room else mark) if len(mark) <= room else None
    if field.has_default() or field.null:
        return None
    simple: dict[type[Any], Any] = {
        models.DateTimeField: clock.now(),
        models.DateField: clock.now().date(),
        models.TimeField: dt.time(12),
        models.DurationField: dt.timedelta(minutes=1),
        models.DecimalField: Decimal(1),
        models.BooleanField: True,
        models.IntegerField: 1,
        models.FloatField: 1.0,
        models.UUIDField: uuid.uuid4(),
    }
    return next((value for kind, value in simple.items() if isinstance(field, kind)), None)
