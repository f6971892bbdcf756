"""Triggers are added without building models anew, and are known and installed all the same."""

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import BigAutoField
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
