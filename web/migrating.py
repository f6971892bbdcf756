"""How migrations run: quick where they only add triggers, and never for long before a table somebody holds."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

PATIENCE = "5s"


@contextmanager
def impatient(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Inside, waiting for a lock longer than `PATIENCE` is an error of that statement.

    A migration that waits for a table makes everyone who comes after it wait too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = %s", [PATIENCE])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


def note_trigger(operation: AddTrigger, app_label: str, state: ProjectState) -> None:
    """What pgtrigger's own does, but for one thing: no model is built anew.

    It would build the model, and all that relate to it, once per trigger: two hundred times on an empty database.
    """
    options = state.models[app_label, operation.model_name.lower()].options
    options["triggers"] = [*options.get("triggers", []), operation.trigger]


def speed_up() -> None:
    """From now on triggers are added in this way."""
    AddTrigger.state_forwards = note_trigger  # type: ignore[method-assign,assignment] # replaced on purpose
