"""Only what changed is built anew, and everything is installed all the same; no migration waits long for a table."""

from collections.abc import Callable

import pgtrigger
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import CASCADE, BigAutoField, CharField, Field, ForeignKey, Q, UUIDField
from django.db.models.constraints import CheckConstraint
from django.db.models.signals import pre_migrate
from pgtrigger.migrations import AddTrigger


def test_a_trigger_is_noted_beside_those_there_are_and_the_model_stays_as_built():
    state = ProjectState()
    state.add_model(model("Seat"))
    built = state.apps.get_model("cohorts", "Seat")
    first, second = (pgtrigger.Protect(name=name, operation=pgtrigger.Delete) for name in ("first", "second"))
    for trigger in (first, second):
        AddTrigger("Seat", trigger).state_forwards("cohorts", state)
    assert state.models["cohorts", "seat"].options["triggers"] == [first, second]
    assert state.apps.get_model("cohorts", "Seat") is built


def model(name: str, *fields: tuple[str, Field]) -> ModelState:
    return ModelState("cohorts", name, [("id", BigAutoField(primary_key=True)), *fields])


def seat_in_a_room() -> ProjectState:
    """Two models, already built: a seat stands in a room."""
    state = ProjectState()
    state.add_model(model("Room", ("name", CharField(max_length=9))))
    state.add_model(model("Seat", ("room", ForeignKey("cohorts.Room", CASCADE))))
    assert state.apps.get_model("cohorts", "Seat")
    return state


def built(state: ProjectState) -> list[object]:
    return [state.apps.get_model("cohorts", name) for name in ("Room", "Seat")]


def change_room(state: ProjectState, change: str) -> None:
    other = ForeignKey("cohorts.Room", CASCADE, related_name="+", null=True)
    named = CheckConstraint(condition=~Q(name=""), name="room_is_named")
    changes: dict[str, Callable[[], None]] = {
        "another field": lambda: state.add_field("cohorts", "room", "next_to", other, preserve_default=True),
        "a rule": lambda: state.add_constraint("cohorts", "room", named),
        "another key": lambda: state.alter_field("cohorts", "room", "id", UUIDField(primary_key=True), True),
        "another name of its key": lambda: state.rename_field("cohorts", "room", "id", "number"),
        "a model beside it": lambda: state.add_model(model("Door")),
    }
    changes[change]()


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        ("another field", [True, False]),
        ("a rule", [True, False]),
        ("a model beside it", [False, False]),
        ("another key", [True, True]),
        ("another name of its key", [True, True]),
    ],
)
def test_what_refers_to_a_model_is_built_anew_only_when_what_it_refers_to_changed(change: str, anew: list[bool]):
    state = seat_in_a_room()
    before = built(state)
    change_room(state, change)
    assert [now is not then for now, then in zip(built(state), before, strict=True)] == anew


def test_a_migration_that_runs_python_meets_models_that_know_each_other():
    state = seat_in_a_room()
    change_room(state, "another field")
    state.clear_delayed_apps_cache()  # as RunPython does
    room, seat = built(state)
    assert seat._meta.get_field("room").related_model is room


@pytest.mark.django_db
def test_every_trigger_of_the_models_is_in_their_migrations_and_in_the_database():
    state = MigrationLoader(connection).project_state()
    noted = {
        (model._meta.db_table, trigger.name)
        for model in apps.get_models()
        for trigger in state.models[model._meta.app_label, model._meta.model_name].options.get("triggers", [])
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pgtrigger\\_%'")
        (installed,) = cursor.fetchone()
    assert len(noted) == installed > 200


def lock_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        (found,) = cursor.fetchone()
    return found


@pytest.mark.django_db
def test_migrate_waits_five_seconds_for_a_lock_and_leaves_the_connection_as_it_was():
    seen: set[str] = set()

    def look(**_: object) -> None:
        seen.add(lock_timeout())

    pre_migrate.connect(look)
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(look)
    assert (seen, lock_timeout()) == ({"5s"}, "0")
