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
    """Those of the models, each with a foreign key `contact`, that have a row of the customer's. One query."""
    asked = tuple(sorted(set(models), key=lambda model: model._meta.db_table))
    if not asked:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_question(asked), [contact.pk] * len(asked))
        return {model for model, found in zip(asked, cursor.fetchone(), strict=True) if found}


@cache
def _question(models: tuple[type[Model], ...]) -> str:
    tables = (model._meta.db_table for model in models)
    return "SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {table} WHERE contact_id = %s)" for table in tables)  # noqa: S608
