"""Rows of another table as one column: in order, whole again, counted."""

from datetime import date

import pytest
from django.db.models import OuterRef, QuerySet

from accounts.models import User
from cohorts.models import Cohort, Session
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, SessionFactory
from web.database.nested_rows import columns, counted, nested, revived

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 8)


@pytest.fixture
def cohort() -> Cohort:
    """With two sessions, made in the wrong order."""
    row = CohortFactory(name="Rivage")
    SessionFactory(cohort=row, state="draft", date=SECOND, title="Tester")
    SessionFactory(cohort=row, state="draft", date=FIRST, title="Fabriquer")
    return row


def own() -> QuerySet[Session]:
    return Session.objects.filter(cohort=OuterRef("pk")).order_by("first_day")


def test_rows_come_with_their_row_in_order_and_each_only_its_own(cohort, django_assert_num_queries):
    CohortFactory(name="Montagne")
    with django_assert_num_queries(1):
        found = dict(Cohort.objects.values_list("name", nested(own(), "title", place="cohort__name")))
    assert found == {
        "Rivage": [{"title": "Fabriquer", "place": "Rivage"}, {"title": "Tester", "place": "Rivage"}],
        "Montagne": [],
    }


def test_a_revived_row_is_the_row(cohort):
    (rows,) = Cohort.objects.values_list(nested(own(), *columns(Session)), flat=True)
    for row, stored in zip(rows, cohort.sessions.order_by("first_day"), strict=True):
        again = revived(Session, row)
        assert (again, again.__dict__ | {"_state": 0}) == (stored, stored.__dict__ | {"_state": 0})


def test_what_was_left_out_is_read_when_it_is_asked_for(cohort, django_assert_num_queries):
    (rows,) = Cohort.objects.values_list(nested(own(), *columns(Session, but=frozenset({"title"}))), flat=True)
    session = revived(Session, rows[0])
    with django_assert_num_queries(0):
        assert (session.first_day, session.state) == (FIRST, "draft")
    with django_assert_num_queries(1):
        assert session.title == "Fabriquer"


def test_a_nested_row_may_know_more_than_the_model(cohort):
    (rows,) = Cohort.objects.values_list(nested(own(), "id", "title", place="cohort__name"), flat=True)
    assert str(revived(Session, rows[0])) == "Fabriquer"


@pytest.mark.parametrize("many", [0, 1, 3])
def test_rows_are_counted(many: int):
    reader = UserFactory()
    CohortFactory.create_batch(many)
    (found,) = User.objects.filter(pk=reader.pk).values_list(counted(Cohort.objects.order_by("name")), flat=True)
    assert found == [{"count": many}]
