"""The queries of the home page for each role: the same for one row and for three."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.test import Client

from tests.factories.cast import Cast, new_cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, PhaseFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.notifications import DeliveryFactory
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import IdeaFactory
from tests.factories.snapshots import built_once

SOON, PAST = date(2026, 11, 27), date(2026, 11, 17)
COSTS = {"S": 9, "C": 10, "P": 10, "M": 10, "A": 10, "X": 9}


def busy(rows: int) -> Cast:
    """Return the cast, with so many rows of every kind that the page shows."""
    cast = new_cast()
    for number in range(1, rows + 1):
        CohortFactory(edition=EditionFactory(state="running"), state="agreed", planned_start=PAST, actual_start=None)
        for state, day in [("scheduled", SOON), ("draft", SOON), ("scheduled", PAST), ("held", PAST)]:
            SessionFactory(cohort=cast.cohort, state=state, date=day)
        IdeaFactory(cohort=cast.cohort, owner=cast["M"])
        day = SOON + timedelta(weeks=number)
        ExchangeFactory(edition=cast.edition, host=cast.cohort, number=number, first_day=day, swap_reason="Test")
        DeliveryFactory(state="dead")
        second = CohortFactory(edition=cast.edition)
        PhaseFactory(cohort=second)
        MembershipFactory(cohort=second, user=cast["M"])
    return cast


BUSY = {rows: built_once(partial(busy, rows)) for rows in (1, 3)}


@pytest.mark.usefixtures("db", "today")
@pytest.mark.parametrize("rows", BUSY)
def test_home_takes_the_same_queries_for_one_row_and_three(rows: int, django_assert_num_queries):
    cast = BUSY[rows]()
    for role, statements in COSTS.items():
        client = Client()
        client.force_login(cast[role])
        with django_assert_num_queries(statements, info=f"role {role}"):
            assert client.get("/").status_code == 200
