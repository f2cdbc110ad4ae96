"""Secrets at rest: model fields whose values the database never holds in the clear."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


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


class EncryptedTextField(models.TextField):
    """Text that is encrypted in the database. It can't be searched."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(str(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else decrypt(value)


class EncryptedJSONField(models.TextField):
    """A JSON value that is encrypted in the database."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(json.dumps(value, separators=(",", ":")))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else json.loads(decrypt(value))

    def to_python(self, value: Any) -> Any:
        return value


def rotate(model: type[models.Model]) -> int:
    """Encrypt every row's secrets anew with the first key; returns how many rows. Run after adding a key in front."""
    fields = [
        f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField | EncryptedJSONField)
    ]
    count = 0
    for row in model._default_manager.only("pk", *fields).iterator():
        row.save(update_fields=fields)
        count += 1
    return count
