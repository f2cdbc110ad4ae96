"""Every table is thought of: what of a person it holds is declared, or that it holds nothing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models

from aspa.service.privacy import retained
from aspa.service.privacy.declaring import Blank, Delete, holdings, impersonal, impersonal_tables

pytestmark = pytest.mark.once
MODELS = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]


def test_every_model_is_declared_once() -> None:
    named = {model._meta.label_lower for model in MODELS}
    missing = sorted(model._meta.label for model in MODELS if model._meta.label_lower not in {*holdings, *impersonal})
    assert not missing, f"Say in your app's holdings.py what of a person these tables hold: {missing}"
    assert not holdings.keys() & impersonal.keys()
    # Those of the queue on PostgreSQL are declared on SQLite, too.
    gone = sorted(one for one in {*holdings, *impersonal} - named if not one.startswith("procrastinate."))
    assert not gone, f"Declared, but there is no such model: {gone}"


@pytest.mark.django_db
def test_no_table_is_without_a_model_or_a_word() -> None:
    of_models = {model._meta.db_table for model in MODELS}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    unknown = sorted(tables - of_models - impersonal_tables.keys())
    assert not unknown, f"Declare these tables (nothing_personal, or a model for them): {unknown}"


@pytest.mark.django_db
def test_declarations_can_be_followed() -> None:
    for holding in holdings.values():
        model = holding.table
        assert holding.rows([1]).model is model, holding.model
        list(holding.rows_to_copy([1]).values(*holding.fields)[:1])
        for name in holding.files:
            assert isinstance(model._meta.get_field(name), models.FileField), (holding.model, name)
        if isinstance(holding.erased, Blank):
            for name in holding.erased.values:
                model._meta.get_field(name)
        assert holding.retention in {"", *retained.kinds}, holding.model
    for kind in retained.kinds.values():
        paths = filter(None, (kind.brand, kind.channel, kind.age))
        list(kind.rows().values_list(*paths)[:1])


def test_files_go_with_their_rows() -> None:
    for model in MODELS:
        files = {field.name for field in model._meta.concrete_fields if isinstance(field, models.FileField)}
        holding = holdings.get(model._meta.label_lower)
        if holding is not None and isinstance(holding.erased, Delete | Blank):
            assert files <= set(holding.files), f"{holding.model}: {files}"


def test_whoever_refers_to_a_contact_holds_something_of_one() -> None:
    contact = apps.get_model("people.Contact")
    for model in MODELS:
        try:
            field = model._meta.get_field("contact")
        except FieldDoesNotExist:
            continue
        if field.related_model is contact:
            assert model._meta.label_lower not in impersonal, model._meta.label
