"""What makes tests quick leaves them what they were: the same rows, the same guards, nothing of the test before."""

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from cohorts.models import Membership
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast, assemble
from tests.factories.remembered import remembered


def everything() -> dict[str, list[str]]:
    """All rows of all tables, each as one text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT told::text FROM "{table}" told ORDER BY 1')
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


@pytest.mark.usefixtures("db", "today")
class TestRemembered:
    def test_what_is_put_back_is_what_was_built_history_included(self):
        scene = remembered(assemble)
        with transaction.atomic():
            built, rows = scene(), everything()
            transaction.set_rollback(True)
        assert User.objects.count() == 0
        again = scene()
        assert everything() == rows
        assert (again, again is built) == (built, False)
        assert len(rows["cohorts_membershipevent"]) == Membership.objects.count() == 6

    def test_it_is_built_once(self):
        built: list[User] = []

        def build() -> User:
            built.append(UserFactory())
            return built[-1]

        scene = remembered(build)
        for _ in range(3):
            with transaction.atomic():
                assert scene() == User.objects.get()
                transaction.set_rollback(True)
        assert len(built) == 1

    def test_among_other_rows_it_is_built_each_time(self):
        UserFactory()
        scene = remembered(UserFactory)
        assert scene() != scene()
        assert User.objects.count() == 3

    def test_the_guards_are_back_afterwards(self):
        scene = remembered(assemble)
        with transaction.atomic():
            scene()
            transaction.set_rollback(True)
        scene()
        with connection.cursor() as cursor:
            cursor.execute("SHOW session_replication_role")
            assert cursor.fetchone() == ("origin",)

    def test_nobody_changes_anothers_copy(self):
        scene = remembered(assemble)
        with transaction.atomic():
            scene()["S"].full_name = "Someone Else"
            transaction.set_rollback(True)
        assert scene()["S"].full_name == User.objects.get(is_lab_staff=True).full_name == "Staff Lab"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", range(2))
def test_a_flush_leaves_no_row_of_a_test(time: int, today: None):
    """The first time in a run all tables are truncated, later their rows are deleted; past the guards of history."""
    empty = {table: len(rows) for table, rows in everything().items() if not rows}
    for _ in range(2):
        assemble()
        assert (User.objects.count(), Membership.objects.count()) == (9, 6)
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        assert {table: len(rows) for table, rows in everything().items() if not rows} == empty


def test_a_client_signs_in_with_one_session(cast: Cast):
    client = Client()
    client.force_login(cast["M"])
    assert Session.objects.get().session_key == client.cookies["sessionid"].value
    assert User.objects.get(pk=cast["M"].pk).last_login == NOW
    client.force_login(cast["S"])
    assert [row.get_decoded()["_auth_user_id"] for row in Session.objects.all()] == [str(cast["S"].pk)]
