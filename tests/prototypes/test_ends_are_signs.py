"""The end of what was live where an idea was born: a sign of the idea, and no confirmation that it still is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from figures.outcomes.queries import implementation_rates
from figures.scope.selection import Scope
from prototypes import actions
from prototypes.models import Confirmation, Idea
from tests.factories.cast import Cast
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import ConfirmationFactory, IdeaFactory, ImplementationFactory
from tests.factories.rates import IMPLEMENTED, early_cohort, idea_after
from tests.sql import update

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
BEFORE, ENDED = date(2026, 9, 1), date(2026, 11, 2)


def last_sign(idea: Idea) -> date | None:
    return Idea.objects.values_list("last_sign_on", flat=True).get(pk=idea.pk)


@pytest.fixture
def idea(cast: Cast) -> Idea:
    """Implemented, with a last sign long before it ends."""
    made = IdeaFactory(cohort=cast.cohort, state="implemented")
    assert (last_sign(made) or ENDED) < ENDED
    return made


def discontinue(idea: Idea, cast: Cast, on: date) -> None:
    row = idea.implementations.get()
    actions.discontinue_implementation(implementation=row, reason="Budget", on=on, by=cast["A"], at=AT)


def test_it_is_one_on_the_day_it_ended_and_confirms_nothing(idea: Idea, cast: Cast):
    discontinue(idea, cast, ENDED)
    assert (last_sign(idea), Confirmation.objects.count()) == (ENDED, 0)
    idea.refresh_from_db()
    assert idea.state == "implemented"


def test_the_story_does_not_say_that_it_was_confirmed(idea: Idea, cast: Cast, client):
    discontinue(idea, cast, ENDED)
    client.force_login(cast["A"], backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(idea.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert ("Budget" in page, "onfirmed: implemented" in page) == (True, False)


def test_one_that_ended_before_the_last_sign_moves_nothing(idea: Idea):
    before = last_sign(idea)
    row = idea.implementations.get()
    update(row, state="discontinued", reason="Budget", ended_on=row.live_on)
    assert last_sign(idea) == before


@pytest.mark.parametrize(("kind", "moved"), [("origin", True), ("replication", False)])
@pytest.mark.parametrize("end", ["discontinued", "failed"])
def test_only_where_the_idea_was_born_whatever_the_end(end: str, kind: str, moved: bool):
    idea = IdeaFactory(state="implementing")
    before, elsewhere = last_sign(idea), {"authority": AuthorityFactory()} if kind == "replication" else {}
    live = "planned" if end == "failed" else "live"
    row = ImplementationFactory(idea=idea, kind=kind, state=live, **elsewhere)
    before = row.live_on if moved and live == "live" else before
    assert last_sign(idea) == before
    update(row, state=end, reason="Budget", ended_on=ENDED)
    assert last_sign(idea) == (ENDED if moved else before)


@pytest.fixture
def silent(cast: Cast) -> Idea:
    """Implemented a year before, and nothing since."""
    cohort = early_cohort(authority=cast.cohort.authority, code="TOU", slug="tours", name="Tours")
    return idea_after(12, IMPLEMENTED, cohort=cohort)


def told(idea: Idea, day: date, known_at: datetime | None = None) -> tuple[int, int]:
    figures = implementation_rates(scope=Scope(cohort=idea.cohort), as_of=day, known_at=known_at)
    return figures.accepted, figures.confirmed


@pytest.mark.parametrize(
    ("day", "confirmed"),
    [(ENDED - timedelta(days=1), 0), (ENDED, 1), (date(2027, 5, 1), 1), (date(2027, 5, 2), 0)],
)
def test_rates_count_it_for_six_months_from_that_day(day: date, confirmed: int, silent: Idea, cast: Cast):
    discontinue(silent, cast, ENDED)
    assert told(silent, day) == (1, confirmed)


def test_a_later_sign_does_not_hide_it_from_the_rates_of_its_day(silent: Idea, cast: Cast):
    """The idea keeps its latest sign only: of an earlier day the rows themselves are asked."""
    discontinue(silent, cast, ENDED)
    ConfirmationFactory(idea=silent, confirmed_on=date(2027, 6, 1))
    assert [told(silent, day) for day in (ENDED - timedelta(days=1), ENDED)] == [(1, 0), (1, 1)]


def test_known_before_it_was_written_down_there_is_no_such_sign(silent: Idea, cast: Cast):
    discontinue(silent, cast, ENDED)
    [written] = silent.implementations.get().events.filter(ended_on=ENDED).values_list("pgh_created_at", flat=True)
    ConfirmationFactory(idea=silent, confirmed_on=date(2027, 6, 1))
    moments = (written - timedelta(seconds=1), written)
    assert [told(silent, ENDED, moment) for moment in moments] == [(1, 0), (1, 1)]
