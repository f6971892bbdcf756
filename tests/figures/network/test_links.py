"""The links between authorities: how many there are, and how many of them the reader may open."""

from datetime import date

import pytest

from figures.network.links import link_rows
from figures.network.queries import counted_cohorts
from figures.scope.visibility import visible_cohorts
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.contents import ContributionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.prototypes import IdeaFactory, LineageFactory

pytestmark = pytest.mark.django_db


def test_what_the_reader_may_not_open_is_counted_only(cast: Cast):
    """Rivage took part in an earlier edition too: its members of today may not read the exchanges and ideas of then."""
    host = CohortFactory(authority=cast.cohort.authority)
    guest = CohortFactory(edition=host.edition)
    exchange = ExchangeFactory(edition=host.edition, host=host, state="held", first_day=date(2026, 6, 9))
    ContributionFactory(exchange=exchange, cohort=guest)
    LineageFactory(parent=IdeaFactory(cohort=guest, shared_with_edition=True), child=IdeaFactory(cohort=host))
    found = {}
    for role in "SM":
        visible = visible_cohorts(cast[role])
        rows = link_rows(counted_cohorts(visible, visible.scope()), cast[role], as_of=TODAY)
        found[role] = {row.link: (row.number, row.readable) for row in rows}
    assert found == {
        "S": {"contribution": (1, 1), "reuse": (1, 1)},
        "M": {"contribution": (1, 0), "reuse": (1, 0)},
    }
