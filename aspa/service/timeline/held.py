"""Which tables hold anything of a customer: asked of all at once, since most hold nothing of most customers.

To make a query with the ORM takes longer than to answer it; this spares those that would find nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

    from aspa.core.people.models import Contact


def held(contact: Contact, models: Iterable[type[Model]]) -> set[type[Model]]:
    """Those of the models, each with a foreign key `contact`, that have a row of the customer's.

    One query for all that this instance hasn't been asked for before: whoever draws a page asks for everything first.
    """
    asked = set(models)
    known: dict[type[Model], bool] = contact.__dict__.setdefault("_held", {})
    if asked - known.keys():
        known.update(_found(contact, tuple(sorted(asked - known.keys(), key=lambda model: model._meta.db_table))))
    return {model for model in asked if known[model]}


def _found(contact: Contact, models: tuple[type[Model], ...]) -> dict[type[Model], bool]:
    with connection.cursor() as cursor:
        cursor.execute(_question(models), [contact.pk] * len(models))
        return dict(zip(models, map(bool, cursor.fetchone()), strict=True))


@cache
def _question(models: tuple[type[Model], ...]) -> str:
    tables = (model._meta.db_table for model in models)
    return "SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {table} WHERE contact_id = %s)" for table in tables)  # noqa: S608
