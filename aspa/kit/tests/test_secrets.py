from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps

from aspa.kit.secrets import EncryptedJSONField, EncryptedTextField, rotate

with isolate_apps("aspa.kit.tasks"):

    class Safe(models.Model):
        """A table that exists in these tests only."""

        password = EncryptedTextField(null=True)
        settings = EncryptedJSONField(default=dict)

        class Meta:
            app_label = "tasks"

        def __str__(self) -> str:
            return str(self.pk)


@pytest.fixture(autouse=True)
def table(transactional_db: Any) -> Iterator[None]:
    with connection.schema_editor() as editor:
        editor.create_model(Safe)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Safe)


def stored() -> str:
    """Everything the table holds, as it holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT password, settings FROM tasks_safe ORDER BY id")
        return repr(cursor.fetchall())


def test_the_database_holds_nothing_in_the_clear() -> None:
    Safe.objects.create(password="hyvin salainen", settings={"key": ["arvo", 1]})
    safe = Safe.objects.get()
    assert (safe.password, safe.settings) == ("hyvin salainen", {"key": ["arvo", 1]})
    assert not any(word in stored() for word in ("hyvin", "salainen", "key", "arvo"))


def test_the_same_secret_is_stored_differently_each_time() -> None:
    first, second = (Safe.objects.create(password="sama") for _ in range(2))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT password) FROM tasks_safe")
        assert cursor.fetchone() == (2,)
    assert first.password == second.password


def test_nothing_is_nothing_and_can_be_asked_for() -> None:
    Safe.objects.create(password=None)
    assert Safe.objects.get(password__isnull=True).password is None


def test_secrets_cannot_be_looked_up() -> None:
    with pytest.raises(FieldError):
        Safe.objects.filter(password="x").exists()


def test_keys_are_rotated(settings: Any) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.ASPA_ENCRYPTION_KEYS = [old]
    Safe.objects.create(password="a", settings={"b": 1})
    Safe.objects.create(password=None)
    settings.ASPA_ENCRYPTION_KEYS = [new, old]
    assert Safe.objects.first().password == "a"
    assert rotate(Safe) == 3
    settings.ASPA_ENCRYPTION_KEYS = [new]
    assert [(safe.password, safe.settings) for safe in Safe.objects.order_by("pk")] == [("a", {"b": 1}), (None, {})]
    settings.ASPA_ENCRYPTION_KEYS = [old]
    with pytest.raises(InvalidToken):
        Safe.objects.first()
