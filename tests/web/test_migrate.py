"""Migrations create every trigger of the models, and do not wait long for a lock."""

from contextlib import nullcontext
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.models.signals import pre_migrate
from psycopg.errors import DeadlockDetected

from web.database.owner import CREDENTIALS, as_owner
from web.management.commands import migrate


@pytest.mark.django_db
def test_every_trigger_of_the_models_is_in_their_migrations_and_in_the_database():
    state = MigrationLoader(connection).project_state()
    declared = {
        (model._meta.db_table, trigger.name)
        for model in apps.get_models()
        for trigger in state.models[model._meta.app_label, model._meta.model_name].options.get("triggers", [])
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'pgtrigger\\_%'")
        (installed,) = cursor.fetchone()
    assert len(declared) == installed > 200


class Closed:
    """A connection that only knows where it leads."""

    def __init__(self, *credentials: str) -> None:
        self.settings_dict = dict(zip(CREDENTIALS, credentials, strict=True))

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("owner", "is_other_role"),
    [(("app", "", "postgres", "5432", "lab"), False), (("owner", "", "pooler", "6432", "lab"), True)],
)
def test_migrations_lead_past_a_pooler_also_for_the_same_role(settings: Any, owner: Any, is_other_role: bool):
    connection, settings.MIGRATION_DATABASE = Closed("app", "", "pooler", "6432", "lab"), Closed(*owner).settings_dict
    with as_owner(connection) as other:  # type: ignore[arg-type]
        assert (other, (*connection.settings_dict.values(),)) == (is_other_role, owner)
    assert connection.settings_dict == Closed("app", "", "pooler", "6432", "lab").settings_dict


def timeouts() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('deadlock_timeout')")
        row: tuple[str, str] = cursor.fetchone()
    return row


@pytest.mark.django_db
@pytest.mark.parametrize("failure", [DeadlockDetected, None])
def test_migrate_waits_two_seconds_for_a_lock_tries_again_and_restores_the_timeout(
    failure: type[psycopg.Error] | None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(migrate, "PAUSE_SECONDS", 0)
    found: list[tuple[str, str]] = []

    def look(**_: object) -> None:
        found.append(timeouts())
        if len(found) == 1:
            raise OperationalError from failure() if failure else None

    pre_migrate.connect(look)
    try:
        with nullcontext() if failure else pytest.raises(OperationalError):
            call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(look)
    assert (set(found), len(found) > 1, timeouts()) == ({("2s", "20ms")}, bool(failure), ("0", "1s"))
