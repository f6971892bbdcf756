"""Test speed-ups do not change the tests: same rows, same triggers, nothing left of the test before."""

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from cohorts.models import Membership
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast, create_cast, new_cast
from tests.factories.snapshots import MIGRATED_TABLES, built_once
from tests.scene_databases import SceneDatabase


def all_rows() -> dict[str, list[str]]:
    """Return all rows of all tables, each as one text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT r::text FROM "{table}" r ORDER BY 1')
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


@pytest.mark.usefixtures("db", "today")
class TestBuiltOnce:
    def test_restored_rows_equal_the_built_ones_history_included(self):
        scene = built_once(create_cast)
        with transaction.atomic():
            built, rows = scene(), all_rows()
            transaction.set_rollback(True)
        assert User.objects.count() == 0
        again = scene()
        assert all_rows() == rows
        assert (again, again is built) == (built, False)
        assert len(rows["cohorts_membershipevent"]) == Membership.objects.count() == 6

    def test_scene_is_built_once(self):
        built: list[User] = []

        def build() -> User:
            built.append(UserFactory())
            return built[-1]

        scene = built_once(build)
        for _ in range(3):
            with transaction.atomic():
                assert scene() == User.objects.get()
                transaction.set_rollback(True)
        assert len(built) == 1

    def test_scene_is_built_each_time_when_other_rows_exist(self):
        UserFactory()
        scene = built_once(UserFactory)
        assert scene() != scene()
        assert User.objects.count() == 3

    def test_triggers_are_active_again_after_a_restore(self):
        scene = built_once(create_cast)
        with transaction.atomic():
            scene()
            transaction.set_rollback(True)
        scene()
        with connection.cursor() as cursor:
            cursor.execute("SHOW session_replication_role")
            assert cursor.fetchone() == ("origin",)

    def test_copies_of_the_scene_are_independent(self):
        scene = built_once(create_cast)
        with transaction.atomic():
            scene()["S"].full_name = "Someone Else"
            transaction.set_rollback(True)
        assert scene()["S"].full_name == User.objects.get(is_lab_staff=True).full_name == "Staff Lab"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("today")
class TestBuiltOnceWithoutATransaction:
    def test_restored_rows_equal_the_built_ones(self):
        scene = built_once(create_cast)
        built, rows = scene(), all_rows()
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        assert (scene(), all_rows()) == (built, rows)
        assert User.objects.count() == 9

    def test_scene_is_built_each_time_when_other_rows_exist(self):
        UserFactory()
        scene = built_once(UserFactory)
        assert scene() != scene()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(2))
def test_flush_leaves_no_row_of_a_test(time: int, today: None):
    """The first flush of a run truncates all tables, later ones delete rows, without the triggers of the history."""
    for _ in range(2):
        create_cast()
        assert (User.objects.count(), Membership.objects.count()) == (9, 6)
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        assert {table for table, rows in all_rows().items() if rows} == MIGRATED_TABLES | {"django_migrations"}


@pytest.mark.usefixtures("db", "today")
def test_database_of_the_cast_has_its_rows_and_no_others(cast_database: SceneDatabase | None):
    if cast_database is None:
        return  # PostgreSQL is not ours: tests restore the cast
    new_cast()
    restored = {table: len(rows) for table, rows in all_rows().items()}
    with cast_database.as_default():
        assert {table: len(rows) for table, rows in all_rows().items()} == restored
        assert cast_database.scene().people == {
            role: User.objects.get(pk=person.pk) for role, person in cast_database.scene().people.items()
        }


def test_client_signs_in_with_one_session(cast: Cast):
    client = Client()
    client.force_login(cast["M"])
    assert Session.objects.get().session_key == client.cookies["sessionid"].value
    assert User.objects.get(pk=cast["M"].pk).last_login == NOW
    client.force_login(cast["S"])
    assert [row.get_decoded()["_auth_user_id"] for row in Session.objects.all()] == [str(cast["S"].pk)]
