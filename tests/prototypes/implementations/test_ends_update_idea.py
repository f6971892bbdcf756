"""The end of an implementation in the own authority is an update of the idea, and no confirmation of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from figures.outcomes.queries import implementation_rates
from figures.scope.selection import FiguresScope
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


def last_update(idea: Idea) -> date | None:
    return Idea.objects.values_list("last_update_on", flat=True).get(pk=idea.pk)


@pytest.fixture
def idea(cast: Cast) -> Idea:
    """An implemented idea with its last update long before the implementation ends."""
    made = IdeaFactory(cohort=cast.cohort, state="implemented")
    assert (last_update(made) or ENDED) < ENDED
    return made


def discontinue(idea: Idea, cast: Cast, on: date) -> None:
    row = idea.implementations.get()
    actions.discontinue_implementation(implementation=row, reason="Budget", on=on, by=cast["A"], at=AT)


def test_end_is_an_update_on_its_day_and_no_confirmation(idea: Idea, cast: Cast):
    discontinue(idea, cast, ENDED)
    assert (last_update(idea), Confirmation.objects.count()) == (ENDED, 0)
    idea.refresh_from_db()
    assert idea.state == "implemented"


def test_timeline_shows_no_confirmation(idea: Idea, cast: Cast, client):
    discontinue(idea, cast, ENDED)
    client.force_login(cast["A"])
    page = client.get(idea.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert ("Budget" in page, "onfirmed: implemented" in page) == (True, False)


def test_end_before_the_last_update_changes_nothing(idea: Idea):
    before = last_update(idea)
    row = idea.implementations.get()
    update(row, state="discontinued", reason="Budget", ended_on=row.live_on)
    assert last_update(idea) == before


@pytest.mark.parametrize(("kind", "moved"), [("origin", True), ("replication", False)])
@pytest.mark.parametrize("end", ["discontinued", "failed"])
def test_only_ends_in_the_own_authority_are_updates(end: str, kind: str, moved: bool):
    idea = IdeaFactory(state="implementing")
    before, elsewhere = last_update(idea), {"authority": AuthorityFactory()} if kind == "replication" else {}
    live = "planned" if end == "failed" else "live"
    row = ImplementationFactory(idea=idea, kind=kind, state=live, **elsewhere)
    before = row.live_on if moved and live == "live" else before
    assert last_update(idea) == before
    update(row, state=end, reason="Budget", ended_on=ENDED)
    assert last_update(idea) == (ENDED if moved else before)


@pytest.fixture
def unconfirmed_idea(cast: Cast) -> Idea:
    """An idea that was implemented a year ago, without an update since."""
    cohort = early_cohort(authority=cast.cohort.authority, code="TOU", slug="tours", name="Tours")
    return idea_after(12, IMPLEMENTED, cohort=cohort)


def confirmed_counts(idea: Idea, day: date, known_at: datetime | None = None) -> tuple[int, int]:
    figures = implementation_rates(scope=FiguresScope(cohort=idea.cohort), as_of=day, known_at=known_at)
    return figures.accepted, figures.confirmed


@pytest.mark.parametrize(
    ("day", "confirmed"),
    [(ENDED - timedelta(days=1), 0), (ENDED, 1), (date(2027, 5, 1), 1), (date(2027, 5, 2), 0)],
)
def test_rates_count_the_end_as_confirmation_for_six_months(
    day: date, confirmed: int, unconfirmed_idea: Idea, cast: Cast
):
    discontinue(unconfirmed_idea, cast, ENDED)
    assert confirmed_counts(unconfirmed_idea, day) == (1, confirmed)


def test_later_update_does_not_hide_the_end_from_earlier_rates(unconfirmed_idea: Idea, cast: Cast):
    """The idea stores only its last update; rates of an earlier day read the rows themselves."""
    discontinue(unconfirmed_idea, cast, ENDED)
    ConfirmationFactory(idea=unconfirmed_idea, confirmed_on=date(2027, 6, 1))
    assert [confirmed_counts(unconfirmed_idea, day) for day in (ENDED - timedelta(days=1), ENDED)] == [(1, 0), (1, 1)]


def test_rates_known_before_the_recording_do_not_count_the_end(unconfirmed_idea: Idea, cast: Cast):
    discontinue(unconfirmed_idea, cast, ENDED)
    [written] = (
        unconfirmed_idea.implementations.get().events.filter(ended_on=ENDED).values_list("pgh_created_at", flat=True)
    )
    ConfirmationFactory(idea=unconfirmed_idea, confirmed_on=date(2027, 6, 1))
    moments = (written - timedelta(seconds=1), written)
    assert [confirmed_counts(unconfirmed_idea, ENDED, moment) for moment in moments] == [(1, 0), (1, 1)]
