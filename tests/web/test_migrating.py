"""Triggers are added without building models anew and installed all the same; no migration waits long for a table."""

import pgtrigger
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import BigAutoField
from django.db.models.signals import pre_migrate
from pgtrigger.migrations import AddTrigger


def test_a_trigger_is_noted_beside_those_there_are_and_the_model_stays_as_built():
    state = ProjectState()
    state.add_model(ModelState("cohorts", "Seat", [("id", BigAutoField(primary_key=True))]))
    built = state.apps.get_model("cohorts", "Seat")
    first, second = (pgtrigger.Protect(name=name, operation=pgtrigger.Delete) for name in ("first", "second"))
    for trigger in (first, second):
        AddTrigger("Seat", trigger).state_forwards("cohorts", state)
    assert state.models["cohorts", "seat"].options["triggers"] == [first, second]
    assert state.apps.get_model("cohorts", "Seat") is built


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
