"""Secrets at rest: model fields whose values the database never holds in the clear."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models.functions import Cast


def fernet() -> MultiFernet:
    """The keys of `ASPA_ENCRYPTION_KEYS`: the first encrypts, all of them decrypt."""
    return _fernet(tuple(settings.ASPA_ENCRYPTION_KEYS))


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def encrypt(text: str) -> str:
    return fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Raises cryptography.fernet.InvalidToken when no key fits."""
    return fernet().decrypt(token.encode()).decode()


class _Encrypted(models.TextField):
    """Encrypted anew at every write, so nothing can be looked up by it but whether it is there."""

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class EncryptedTextField(_Encrypted):
    """Text that is encrypted in the database."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(str(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else decrypt(value)


class EncryptedJSONField(_Encrypted):
    """A JSON value that is encrypted in the database."""

    # What django-stubs takes for the type of the model's attribute.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(json.dumps(value, separators=(",", ":")))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else json.loads(decrypt(value))

    def to_python(self, value: Any) -> Any:
        return value


def rotate(model: type[models.Model]) -> int:
    """Encrypt a model's secrets anew with the first key; returns how many.

    Run it after a key was put in front, before the old one is taken away. A secret that changes meanwhile is
    left alone: it was written with the first key.
    """
    fields = [field.name for field in model._meta.concrete_fields if isinstance(field, _Encrypted)]
    return sum(_rotate_field(model, name) for name in fields)


def _rotate_field(model: type[models.Model], name: str) -> int:
    text = models.TextField()  # type: ignore[var-annotated]
    rows = model._base_manager.annotate(as_stored=Cast(name, text)).exclude(as_stored=None)
    count = 0
    for pk, token in list(rows.values_list("pk", "as_stored")):
        renewed = fernet().rotate(token.encode()).decode()
        count += rows.filter(pk=pk, as_stored=token).update(**{name: models.Value(renewed, text)})
    return count
