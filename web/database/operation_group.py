"""A migration operation that does several others at once."""

from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class OperationGroup(Operation):
    """Do several operations in their order, and let Django make the classes of the models once for all of them.

    After each operation Django makes the classes of all related models anew, and nearly all of ours are related: that
    took most of the time of `migrate`. Each operation of a group is given the models as they are before the group and
    after it. So a group has each field once, and what follows a `CreateModel` of the group (its constraints, indexes
    and later fields) is in the next one.
    """

    reduces_to_sql = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the models of the state; their classes are made when they are first needed."""
        if "apps" in vars(state):
            del state.apps
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Change the database."""
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Take the changes back, the last one first."""
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Return what the operations do, for `migrate --plan` and `sqlmigrate`."""
        return "; ".join(operation.describe() for operation in self.operations)
