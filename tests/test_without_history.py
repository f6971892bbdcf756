"""Every page answers about rows that have no line of history: loaded in bulk, copied, or older than the history."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from pghistory.models import Event

from notifications.actions import open_calendar
from notifications.emails.links import calendar_address
from tests.factories.cast import NOW
from tests.matrix.stage import Stage, scene
from tests.readers import with_icalendar
from tests.test_role_matrix import ROWS, Asking, expected

pytestmark = pytest.mark.django_db
OTHERS = {"readyz"}  # tells of the services around, which a busy machine answers late


@pytest.fixture
def without_history(stage: Stage) -> Iterator[Stage]:
    """The stage of the access matrix with every table of history emptied, undone afterwards."""
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, Event)]
    with scene(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in tables))
        cursor.execute("SET LOCAL session_replication_role = origin")
        yield stage


def test_every_page_answers_lab_staff_as_it_does_with_history(without_history: Stage):
    home, wrong = without_history.home, []
    for name, row in sorted(ROWS.items()):
        asking = Asking(without_history, row)
        with scene():
            address = reverse(name, args=row.args(home))
            if row.get and name not in OTHERS and not name.startswith("openid"):
                asking.ask("S", "get", address, expected(row, "S", "get"))
        wrong += asking.unexpected
    assert wrong == []


@pytest.mark.parametrize(("reader", "about"), [("S", "person"), ("M", "person"), ("M", "cohort"), ("A", "person")])
def test_calendar_feeds_answer_and_every_entry_has_a_moment_of_change(reader: str, about: str, without_history: Stage):
    home = without_history.home
    owner = home[reader]
    of = {"person": owner.pk, "cohort": home.cohort.pk}[about]
    path = urlsplit(calendar_address(open_calendar(about=about, object_id=of, at=NOW, by=owner))).path
    answer = Client().get(path)
    entries = with_icalendar(answer.content).entries
    assert answer.status_code == 200
    assert entries
    assert answer.content == Client().get(path).content
