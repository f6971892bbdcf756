"""Name operations of new migrations that the code of the last release would not survive: it runs during an upgrade.

Fields and tables that are removed, renamed or required are named, in SQL too. New constraints and triggers, shorter
fields and `RunPython` are not looked at.

`python -m tools.lint_migrations COMMIT` checks the migrations since another commit. A migration of the second release,
which removes what nobody uses any more, says so in its attribute `safe_for_old_code`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.state import ProjectState

from tools.releases import last_release, migrations_here, migrations_of
from web.database.operation_group import OperationGroup

REMOVALS: Final = (migrations.DeleteModel, migrations.RenameModel, migrations.RemoveField, migrations.RenameField)
REMOVING_SQL: Final = re.compile(r"\bDROP\s+(COLUMN|TABLE)\b|\bRENAME\b|\bSET\s+NOT\s+NULL\b", re.IGNORECASE)


def database_operations(operations: Sequence[Operation]) -> Iterator[Operation]:
    """Yield the operations that change the database, those inside others too."""
    for operation in operations:
        if isinstance(operation, OperationGroup):
            yield from database_operations(operation.operations)
        elif isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from database_operations(operation.database_operations)
        else:
            yield operation


def reason_against(operation: Operation, label: str, before: ProjectState) -> str | None:
    """Return why old code would not survive the operation, None if it would.

    `before` has the models as they are before the migration.
    """
    if isinstance(operation, (*REMOVALS, migrations.AlterModelTable)):
        return "old code still reads it"
    if (
        isinstance(operation, migrations.AddField)
        and not _has_value(operation.field)
        and not _is_event(label, operation)
    ):
        return "old code adds rows without it: give it a db_default or null=True"
    if isinstance(operation, migrations.AlterField):
        model = before.models.get((label, operation.model_name_lower))
        earlier = model.fields[operation.name] if model else None
        if earlier and earlier.null and not operation.field.null:
            return "old code still writes NULL"
        if earlier and earlier.has_db_default() and not _has_value(operation.field):
            return "old code adds rows without it"
    if isinstance(operation, migrations.RunSQL) and REMOVING_SQL.search(str(operation.sql)):
        return "old code still uses it"
    return None


def _has_value(field: models.Field[Any, Any]) -> bool:
    """Return whether a row that names no value for the field can be added."""
    return field.null or field.has_db_default() or field.many_to_many or field.generated


def _is_event(label: str, operation: migrations.AddField) -> bool:
    """Return whether the model is a history: only its triggers add rows, and they are replaced with it."""
    from django.apps import apps
    from pghistory.models import Event

    try:
        return issubclass(apps.get_model(label, operation.model_name), Event)
    except LookupError:
        return False


def faults(paths: Sequence[str]) -> Iterator[str]:
    """Yield a line for each operation of these migrations that old code would not survive."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    for path in paths:
        label, name = Path(path).parts[0], Path(path).stem
        migration = loader.get_migration(label, name)
        if getattr(migration, "safe_for_old_code", ""):
            continue
        before = loader.project_state((label, name), at_end=False)
        operations = list(database_operations(migration.operations))
        created = {row.name_lower for row in operations if isinstance(row, migrations.CreateModel)}
        for operation in operations:
            is_new = isinstance(operation, FieldOperation) and operation.model_name_lower in created
            if not is_new and (reason := reason_against(operation, label, before)):
                yield f"{path}: {operation.describe()}: {reason}"


def main(words: Sequence[str]) -> int:
    import django

    since = words[0] if words else last_release()
    if not since:
        print("Nothing was released: no old code can meet a new migration.")
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labplatform.settings.test")
    django.setup()
    found = list(faults(sorted(migrations_here() - migrations_of(since))))
    print("\n".join(found) or f"The code of {since} survives the new migrations.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
