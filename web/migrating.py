"""How migrations run: building anew only the models that changed, and never waiting long for a table somebody holds."""

from collections.abc import Callable, Iterator
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


_all_related: Callable[..., set[tuple[str, str]]] = ProjectState._find_reload_model  # type: ignore[attr-defined]


def built_anew(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    """Which models are built anew after a change of one: itself, while nothing changed that others refer to.

    Django builds all that relate to it as well, some forty here for each of six hundred changes, though no statement
    on their tables depends on it. A migration that runs Python gets every model new all the same: for that Django
    looks at `is_delayed`.
    """
    if not (delay or _only_grew(state, app_label, model_name)):
        return _all_related(state, app_label, model_name, delay)
    state.is_delayed = True
    return {(app_label, model_name)}


def _only_grew(state: ProjectState, app_label: str, model_name: str) -> bool:
    """The model is new, or has fields it had not and none less."""
    try:
        before = state.apps.get_model(app_label, model_name)._meta
    except LookupError:
        return True
    had = {field.name for field in (*before.local_fields, *before.local_many_to_many)}
    return had < set(state.models[app_label, model_name].fields)


def speed_up() -> None:
    """From now on triggers are added, and models built anew, in this way."""
    AddTrigger.state_forwards = note_trigger  # type: ignore[method-assign,assignment] # replaced on purpose
    ProjectState._find_reload_model = built_anew  # type: ignore[attr-defined] # replaced on purpose
