"""Database rules of confirmations: only counted ideas, in their current state, on a day that has begun."""

from datetime import UTC, date, datetime, timedelta

import pytest

from figures.outcomes.queries import implementation_rates
from figures.scope.selection import FiguresScope
from tests.factories.accounts import UserFactory
from tests.factories.prototypes import ConfirmationFactory, IdeaFactory, add_event
from tests.sql import delete, insert_like, refused_by, truncate, update

pytestmark = pytest.mark.django_db
LATER = date(2026, 10, 2)


def test_confirmation_is_an_update_of_its_idea_and_changes_nothing_else():
    idea = IdeaFactory(state="abandoned")
    expected = {"state": "abandoned", "state_since": date(2026, 10, 5), "last_update_on": date(2026, 11, 24)}
    ConfirmationFactory(idea=idea, confirmed_on=date(2026, 11, 24))
    idea.refresh_from_db()
    assert {name: getattr(idea, name) for name in expected} == expected


def test_older_confirmation_does_not_move_the_last_update():
    idea = IdeaFactory(state="abandoned")
    ConfirmationFactory(idea=idea, confirmed_on=date(2026, 4, 1))
    idea.refresh_from_db()
    assert idea.last_update_on == date(2026, 10, 5)


def test_rates_of_a_past_day_count_confirmations_recorded_by_then():
    row = ConfirmationFactory(confirmed_on=date(2026, 9, 30))
    ConfirmationFactory(idea=row.idea, confirmed_on=date(2027, 6, 1))
    scope, day = FiguresScope(cohort=row.idea.cohort), date(2026, 10, 15)
    before = row.recorded_at - timedelta(hours=1)
    expected = [implementation_rates(scope=scope, as_of=day, known_at=moment) for moment in (None, before)]
    assert [(figures.accepted, figures.confirmed) for figures in expected] == [(1, 1), (1, 0)]


@pytest.mark.parametrize("state", ["accepted", "prototyping", "decided", "handed_over", "implemented", "parked"])
def test_every_counted_idea_can_be_confirmed_in_its_state(state: str):
    assert ConfirmationFactory(idea=IdeaFactory(state=state)).state == state


def test_confirmation_of_another_state_is_refused():
    with refused_by("confirmation_current_state"):
        ConfirmationFactory(idea=IdeaFactory(state="testing"), state="accepted")


@pytest.mark.parametrize(
    "made",
    [
        {"state": "captured"},
        {"state": "parked", "after": "captured"},
        {"state": "implemented", "retrospective": True},
    ],
    ids=["captured", "never accepted", "published"],
)
def test_idea_that_counts_in_no_rate_is_not_confirmed(made: dict[str, object]):
    with refused_by("confirmation_counted"):
        ConfirmationFactory(idea=IdeaFactory(**made))


def test_merged_or_split_idea_is_not_confirmed():
    into = IdeaFactory(state="accepted")
    merged = IdeaFactory(state="merged", cohort=into.cohort, merged_into=into)
    with refused_by("confirmation_counted"):
        ConfirmationFactory(idea=merged)


def test_confirmation_of_an_implemented_idea_needs_evidence():
    with refused_by("confirmation_evidence"):
        ConfirmationFactory(idea=IdeaFactory(state="implemented"), evidence="")


def test_confirmation_on_a_future_day_of_the_authority_is_refused():
    idea = IdeaFactory(state="accepted", cohort__authority__time_zone="Europe/Paris")
    evening = datetime(2026, 10, 1, 22, 30, tzinfo=UTC)  # half past midnight in Paris
    ConfirmationFactory(idea=idea, confirmed_on=LATER, recorded_at=evening)
    with refused_by("confirmation_not_future"):
        ConfirmationFactory(idea=idea, confirmed_on=LATER, recorded_at=evening.replace(hour=21))


def test_confirmation_is_never_changed_or_deleted():
    row = ConfirmationFactory()
    with refused_by("confirmation_append_only"):
        update(row, evidence="Something else")
    with refused_by("confirmation_append_only"):
        delete(row)
    with refused_by("confirmation_no_truncate"):
        truncate(type(row))


def test_erased_person_can_be_replaced_after_the_idea_changed_state():
    row, nobody = ConfirmationFactory(), UserFactory()
    add_event(row.idea, "abandoned")
    update(row, by_id=nobody.pk)
    row.refresh_from_db()
    assert row.by == nobody


def test_another_confirmation_may_follow():
    row = ConfirmationFactory()
    insert_like(row)
    assert type(row).objects.count() == 2
