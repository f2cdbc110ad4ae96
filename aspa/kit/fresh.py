"""The tables of a database: brought up to date by migrations, and in an empty one made at once.

Migrations work out the whole of the models anew at each step, a quarter of a minute for ours. An empty database has no
rows to carry over, so it gets its tables from the models as they are now, and the migrations are noted as applied. That
both ways end in the same tables is tested (`config/tests/test_fresh.py`).
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.recorder import MigrationRecorder

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


class BesideModels(Operation):
    """A migration's operation that makes what no model describes, beside a table that its migration has made."""

    @abstractmethod
    def make(self, editor: BaseDatabaseSchemaEditor) -> None: ...

    @abstractmethod
    def unmake(self, editor: BaseDatabaseSchemaEditor) -> None: ...

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.make(schema_editor)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.unmake(schema_editor)


# What these do is in the models, is done with rows, or is done once more when the tables are there.
IN_MODELS = (ModelOperation, FieldOperation, IndexOperation, RunPython, BesideModels)


def migrate(*, verbosity: int = 1) -> None:
    """Bring the database up to date, from whatever state, an empty one among them."""
    if not connection.introspection.table_names():
        # The one app whose migrations end in something else than its models say: in the keys of a table of its own.
        call_command("migrate", "auth", verbosity=0, interactive=False)
        make_tables()
    call_command("migrate", verbosity=verbosity, interactive=False)


def make_tables() -> None:
    """Of every app that has none yet, but those whose migrations do more than models say."""
    loader = MigrationLoader(connection)
    migrations = loader.disk_migrations.values()
    others = {app for app, _name in loader.applied_migrations} | {
        migration.app_label
        for migration in migrations
        if not all(isinstance(operation, IN_MODELS) for operation in migration.operations)
    }
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            options = model._meta
            if options.app_label in loader.migrated_apps - others and options.managed and not options.proxy:
                editor.create_model(model)
    # The tables' indexes and keys are made when their editor is done.
    with connection.schema_editor() as editor:
        for migration in migrations:
            for operation in migration.operations if migration.app_label not in others else ():
                if isinstance(operation, BesideModels):
                    operation.make(editor)
    recorder = MigrationRecorder(connection)
    for migration in migrations:
        if migration.app_label not in others:
            recorder.record_applied(migration.app_label, migration.name)
