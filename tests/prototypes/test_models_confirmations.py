"""What the database holds of confirmations: of running ideas that count, as they stand, on a day that has come."""

from datetime import UTC, date, datetime, timedelta

import pytest

from figures.outcomes.queries import implementation_rates
from figures.scope.selection import Scope
from tests.factories.accounts import UserFactory
from tests.factories.prototypes import ConfirmationFactory, IdeaFactory, tell
from tests.sql import delete, insert_like, refused_by, truncate, update

pytestmark = pytest.mark.django_db
LATER = date(2026, 10, 2)


def test_it_is_a_sign_of_its_idea_and_changes_nothing_else():
    idea = IdeaFactory(state="abandoned")
    told = {"state": "abandoned", "state_since": date(2026, 10, 5), "last_sign_on": date(2026, 11, 24)}
    ConfirmationFactory(idea=idea, confirmed_on=date(2026, 11, 24))
    idea.refresh_from_db()
    assert {name: getattr(idea, name) for name in told} == told


def test_a_sign_that_is_older_moves_nothing():
    idea = IdeaFactory(state="abandoned")
    ConfirmationFactory(idea=idea, confirmed_on=date(2026, 4, 1))
    idea.refresh_from_db()
    assert idea.last_sign_on == date(2026, 10, 5)


def test_the_rates_of_a_past_day_count_it_as_a_sign_and_as_it_was_known_then():
    row = ConfirmationFactory(confirmed_on=date(2026, 9, 30))
    ConfirmationFactory(idea=row.idea, confirmed_on=date(2027, 6, 1))
    scope, day = Scope(cohort=row.idea.cohort), date(2026, 10, 15)
    before = row.recorded_at - timedelta(hours=1)
    told = [implementation_rates(scope=scope, as_of=day, known_at=moment) for moment in (None, before)]
    assert [(figures.accepted, figures.confirmed) for figures in told] == [(1, 1), (1, 0)]


@pytest.mark.parametrize("state", ["accepted", "prototyping", "decided", "handed_over", "implemented", "parked"])
def test_every_idea_that_counts_is_confirmed_as_it_stands(state: str):
    assert ConfirmationFactory(idea=IdeaFactory(state=state)).state == state


def test_only_in_the_state_it_has():
    with refused_by("confirmation_of_the_moment"):
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
def test_none_that_counts_in_no_rate(made: dict[str, object]):
    with refused_by("confirmation_counted"):
        ConfirmationFactory(idea=IdeaFactory(**made))


def test_none_that_lives_on_in_another():
    into = IdeaFactory(state="accepted")
    merged = IdeaFactory(state="merged", cohort=into.cohort, merged_into=into)
    with refused_by("confirmation_counted"):
        ConfirmationFactory(idea=merged)


def test_an_implemented_one_is_shown_to_be_live():
    with refused_by("confirmation_shown"):
        ConfirmationFactory(idea=IdeaFactory(state="implemented"), evidence="")


def test_not_of_a_day_to_come_where_the_authority_is():
    idea = IdeaFactory(state="accepted", cohort__authority__time_zone="Europe/Paris")
    evening = datetime(2026, 10, 1, 22, 30, tzinfo=UTC)  # half past midnight in Paris
    ConfirmationFactory(idea=idea, confirmed_on=LATER, recorded_at=evening)
    with refused_by("confirmation_not_future"):
        ConfirmationFactory(idea=idea, confirmed_on=LATER, recorded_at=evening.replace(hour=21))


def test_it_is_never_changed_or_deleted():
    row = ConfirmationFactory()
    with refused_by("confirmation_append_only"):
        update(row, evidence="Something else")
    with refused_by("confirmation_append_only"):
        delete(row)
    with refused_by("confirmation_no_truncate"):
        truncate(type(row))


def test_a_person_who_is_erased_can_be_replaced_also_once_the_idea_has_moved_on():
    row, nobody = ConfirmationFactory(), UserFactory()
    tell(row.idea, "abandoned")
    update(row, by_id=nobody.pk)
    row.refresh_from_db()
    assert row.by == nobody


def test_the_control_another_may_follow():
    row = ConfirmationFactory()
    insert_like(row)
    assert type(row).objects.count() == 2
