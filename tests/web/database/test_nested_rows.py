"""Rows of another table as one column: their order, reading them back, and counting."""

from datetime import date, timedelta

import pytest
from django.db.models import OuterRef, QuerySet

from accounts.models import User
from cohorts.models import Cohort, Session
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, SessionFactory
from web.database import nested_rows
from web.database.nested_rows import CappedCount, column_names, nested, nested_count, row_from_nested

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 8)


@pytest.fixture
def cohort() -> Cohort:
    """A cohort with two sessions, created in the wrong order."""
    row = CohortFactory(name="Rivage")
    SessionFactory(cohort=row, state="draft", date=SECOND, title="Tester")
    SessionFactory(cohort=row, state="draft", date=FIRST, title="Fabriquer")
    return row


def own() -> QuerySet[Session]:
    return Session.objects.filter(cohort=OuterRef("pk")).order_by("first_day")


def test_nested_rows_belong_to_their_outer_row_and_keep_their_order(cohort, django_assert_num_queries):
    CohortFactory(name="Montagne")
    with django_assert_num_queries(1):
        found = dict(Cohort.objects.values_list("name", nested(own(), "title", place="cohort__name")))
    assert found == {
        "Rivage": [{"title": "Fabriquer", "place": "Rivage"}, {"title": "Tester", "place": "Rivage"}],
        "Montagne": [],
    }


def test_row_from_nested_equals_the_original_row(cohort):
    (rows,) = Cohort.objects.values_list(nested(own(), *column_names(Session)), flat=True)
    for row, stored in zip(rows, cohort.sessions.order_by("first_day"), strict=True):
        again = row_from_nested(Session, row)
        assert (again, again.__dict__ | {"_state": 0}) == (stored, stored.__dict__ | {"_state": 0})


def test_fields_that_were_not_nested_are_deferred(cohort, django_assert_num_queries):
    (rows,) = Cohort.objects.values_list(nested(own(), *column_names(Session, exclude=frozenset({"title"}))), flat=True)
    session = row_from_nested(Session, rows[0])
    with django_assert_num_queries(0):
        assert (session.first_day, session.state) == (FIRST, "draft")
    with django_assert_num_queries(1):
        assert session.title == "Fabriquer"


def test_a_nested_row_may_have_more_values_than_the_model(cohort):
    (rows,) = Cohort.objects.values_list(nested(own(), "id", "title", place="cohort__name"), flat=True)
    assert str(row_from_nested(Session, rows[0])) == "Fabriquer"


@pytest.mark.parametrize("many", [0, 1, 3])
def test_nested_count_returns_the_number_of_rows(many: int):
    reader = UserFactory()
    CohortFactory.create_batch(many)
    (found,) = User.objects.filter(pk=reader.pk).values_list(nested_count(Cohort.objects.order_by("name")), flat=True)
    assert found == [{"count": many}]


@pytest.mark.parametrize(("many", "count"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3)])
def test_capped_count_stops_at_its_limit_and_has_the_smallest_value(
    many: int, count: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(nested_rows, "MAX_COUNT", 3)
    days = [FIRST + timedelta(days=number) for number in range(many)][::-1]
    for day in days:
        CohortFactory(planned_start=day)
    rows = CappedCount(Cohort.objects.order_by("-pk"), earliest="planned_start")
    (found,) = User.objects.filter(pk=UserFactory().pk).values_list(rows, flat=True)
    assert found == [{"count": count, "earliest": FIRST.isoformat() if many else None}]
