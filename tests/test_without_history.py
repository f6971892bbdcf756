"""Every page works for rows without history: loaded in bulk, copied, or older than the history."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from pghistory.models import Event

from notifications.actions import open_calendar
from notifications.emails.links import calendar_url
from tests.calendar_readers import with_icalendar
from tests.factories.cast import NOW
from tests.matrix.stage import Stage, rolled_back
from tests.test_role_matrix import ROWS, RouteCheck, expected

pytestmark = pytest.mark.django_db
OTHERS = {"readyz"}  # tells of the services around, which a busy machine answers late


@pytest.fixture
def without_history(stage: Stage) -> Iterator[Stage]:
    """Empty every history table of the stage, undone afterwards."""
    tables = [model._meta.db_table for model in apps.get_models() if issubclass(model, Event)]
    with rolled_back(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("; ".join(f'DELETE FROM "{table}"' for table in tables))
        cursor.execute("SET LOCAL session_replication_role = origin")
        yield stage


def test_every_page_answers_lab_staff_without_history(without_history: Stage):
    home, wrong = without_history.home, []
    for name, row in sorted(ROWS.items()):
        check = RouteCheck(without_history, row)
        with rolled_back():
            address = reverse(name, args=row.args(home))
            if row.get and name not in OTHERS and not name.startswith("openid"):
                check.request("S", "get", address, expected(row, "S", "get"))
        wrong += check.unexpected
    assert wrong == []


def test_calendar_feeds_work_without_history(without_history: Stage):
    home = without_history.home
    for reader, about in [("S", "person"), ("M", "person"), ("M", "cohort"), ("A", "person")]:
        owner = home[reader]
        object_id = {"person": owner.pk, "cohort": home.cohort.pk}[about]
        path = urlsplit(calendar_url(open_calendar(about=about, object_id=object_id, at=NOW, by=owner))).path
        answer = Client().get(path)
        assert (reader, about, answer.status_code) == (reader, about, 200)
        assert with_icalendar(answer.content).entries, (reader, about)
        assert answer.content == Client().get(path).content, (reader, about)
