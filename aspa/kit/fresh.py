"""The tables of a database: brought up to date by migrations, and in an empty one made at once.

Migrations work out the whole of the models anew at each step, a quarter of a minute for ours. An empty database has no
rows to carry over, so it gets its tables from the models as they are now, and the migrations are noted as applied. That
both ways end in the same tables is tested (`config/tests/test_fresh.py`).
"""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.recorder import MigrationRecorder

# What these do is in the models, or is done with rows.
IN_MODELS = (ModelOperation, FieldOperation, IndexOperation, RunPython)


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
    recorder = MigrationRecorder(connection)
    for migration in migrations:
        if migration.app_label not in others:
            recorder.record_applied(migration.app_label, migration.name)
