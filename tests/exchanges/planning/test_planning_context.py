"""The planning context of an edition: who comes, who hosted, which days are taken."""

from datetime import date

import pytest

from cohorts.models import Cohort
from exchanges.models import Exchange
from exchanges.planning.planning_context import (
    PlanningContext,
    distance_travelled,
    load_planning_context,
)
from programmes.models import Edition
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory, edition_of_four
from tests.factories.programmes import CalendarPeriodFactory

TODAY = date(2027, 1, 6)


@pytest.fixture
def four(db: None) -> Edition:
    return edition_of_four(people=2)


def planning_of(edition: Edition) -> PlanningContext:
    return load_planning_context(edition, TODAY)


def cohort_of(edition: Edition, slug: str = "metz") -> Cohort:
    return planning_of(edition).cohort(slug)


class TestCohorts:
    def test_cohorts_are_sorted_by_name(self, four: Edition):
        assert [cohort.name for cohort in planning_of(four).cohorts] == ["Dunkerque", "Metz", "Nantes", "Toulouse"]

    @pytest.mark.parametrize(
        ("state", "comes"),
        [
            ("agreed", True),
            ("running", True),
            ("completed", True),
            ("alumni", True),
            ("prospect", True),
            ("suspended", False),
            ("withdrawn", False),
        ],
    )
    def test_cohorts_that_dropped_out_do_not_come(self, four: Edition, state: str, comes: bool):
        CohortFactory(edition=four, name="Aurillac", state=state, reason="Elections")
        assert ("Aurillac" in {cohort.name for cohort in planning_of(four).cohorts}) is comes

    @pytest.mark.parametrize("state", ["prospect", "agreed"])
    def test_a_cohort_that_has_not_started_can_host_from_its_planned_start_on(self, four: Edition, state: str):
        CohortFactory(edition=four, slug="aurillac", state=state, planned_start=date(2027, 9, 1), actual_start=None)
        days = [date(2027, 8, 31), date(2027, 9, 1)]
        assert [planning_of(four).not_running_by(day) for day in days] == [{"aurillac"}, set()]

    def test_cohorts_of_other_editions_are_left_out(self, four: Edition):
        CohortFactory(name="Aurillac")
        assert len(planning_of(four).cohorts) == 4

    def test_context_takes_three_statements(self, four: Edition, django_assert_num_queries: object):
        ExchangeFactory(edition=four, host=Cohort.objects.get(slug="metz"))
        CalendarPeriodFactory()
        with django_assert_num_queries(3):
            planning = planning_of(four)
            assert (len(planning.participants), len(planning.candidates), len(planning.taken())) == (4, 4, 1)


class TestPeople:
    def test_people_are_members_active_today(self, four: Edition):
        assert cohort_of(four).people == 2

    def test_each_person_counts_once(self, four: Edition):
        person = cohort_of(four).memberships.first().user
        MembershipFactory(cohort=cohort_of(four), user=person, role="relay", starts_on=date(2027, 1, 5))
        assert cohort_of(four).people == 2

    def test_people_who_left_or_join_later_do_not_count(self, four: Edition):
        MembershipFactory(cohort=cohort_of(four), starts_on=date(2026, 1, 5), ends_on=date(2027, 1, 5))
        MembershipFactory(cohort=cohort_of(four), starts_on=date(2027, 2, 1))
        assert cohort_of(four).people == 2


class TestSessions:
    def test_session_days_are_upcoming(self, four: Edition):
        SessionFactory(cohort=cohort_of(four), date=date(2027, 6, 8))
        SessionFactory(cohort=cohort_of(four), date=date(2027, 1, 5))
        assert [who.session_days for who in planning_of(four).participants] == [
            frozenset(),
            frozenset({date(2027, 6, 8)}),
            frozenset(),
            frozenset(),
        ]

    def test_days_of_cancelled_sessions_are_left_out(self, four: Edition):
        SessionFactory(cohort=cohort_of(four), date=date(2027, 6, 8), state="cancelled")
        assert cohort_of(four).session_days == []


class TestTurns:
    def test_cohorts_start_without_turns(self, four: Edition):
        assert [(who.turns, who.last_hosted) for who in planning_of(four).candidates] == [(0, None)] * 4

    def test_turns_are_counted_with_the_last_day(self, four: Edition):
        host = cohort_of(four)
        ExchangeFactory(edition=four, host=host, first_day=date(2027, 6, 8))
        ExchangeFactory(edition=four, host=host, first_day=date(2027, 11, 16), swap_reason="For the test")
        assert (cohort_of(four).turns, cohort_of(four).last_hosted) == (2, date(2027, 11, 16))

    def test_held_turns_are_counted_separately(self, four: Edition):
        host = cohort_of(four)
        ExchangeFactory(edition=four, host=host, state="held", first_day=date(2027, 6, 8))
        ExchangeFactory(edition=four, host=host, first_day=date(2027, 11, 16), swap_reason="For the test")
        assert (cohort_of(four).turns, cohort_of(four).held) == (2, 1)

    def test_cancelled_exchange_does_not_count_as_a_turn(self, four: Edition):
        ExchangeFactory(edition=four, host=cohort_of(four), state="cancelled")
        assert (cohort_of(four).turns, cohort_of(four).last_hosted) == (0, None)

    def test_next_host_is_the_cohort_with_fewest_turns(self, four: Edition):
        ExchangeFactory(edition=four, host=cohort_of(four, "dunkerque"))
        assert [choice.key for choice in planning_of(four).rotation([date(2027, 7, 5), date(2028, 1, 5)])] == [
            "nantes",
            "metz",
        ]


class TestTravel:
    """Metz to Nantes is 611 km, Toulouse to Nantes 465."""

    def held_at(self, edition: Edition, slug: str, number: int = 1, state: str = "held", **come: int) -> None:
        exchange = ExchangeFactory(
            edition=edition,
            host=cohort_of(edition, slug),
            state=state,
            number=number,
            first_day=date(2026, 1 + 3 * number, 6),
            swap_reason="For the test",
        )
        for cohort, people in come.items():
            RegistrationFactory.create_batch(
                people, exchange=exchange, cohort=cohort_of(edition, cohort), state="attended"
            )

    def test_distance_is_zero_at_first(self, four: Edition):
        assert [distance_travelled(cohort) for cohort in planning_of(four).cohorts] == [0, 0, 0, 0]

    def test_distance_counts_each_person_who_came(self, four: Edition):
        self.held_at(four, "nantes", metz=2, nantes=5, toulouse=1)
        assert [distance_travelled(cohort) for cohort in planning_of(four).cohorts] == [0, 2 * 611, 0, 465]

    def test_distances_add_up(self, four: Edition):
        self.held_at(four, "nantes", metz=2)
        self.held_at(four, "toulouse", number=2, metz=1)
        assert distance_travelled(cohort_of(four)) == 2 * 611 + 713

    def test_registered_people_count_until_attendance_is_recorded(self, four: Edition):
        exchange = ExchangeFactory(
            edition=four, host=cohort_of(four, "nantes"), state="held", first_day=date(2026, 4, 7)
        )
        RegistrationFactory(exchange=exchange, cohort=cohort_of(four), state="registered")
        for answer in ("no_show", "declined", "cancelled", "invited"):
            RegistrationFactory(exchange=exchange, cohort=cohort_of(four), state=answer)
        assert distance_travelled(cohort_of(four)) == 611

    @pytest.mark.parametrize("state", ["registration_closed", "cancelled"])
    def test_exchanges_not_held_add_no_distance(self, four: Edition, state: str):
        self.held_at(four, "nantes", state="registration_closed", metz=2)
        Exchange.objects.update(state=state, reason="A strike")
        assert distance_travelled(cohort_of(four)) == 0

    def test_unknown_seat_is_not_at_zero_coordinates(self, four: Edition):
        self.held_at(four, "nantes", metz=2)
        authority = cohort_of(four).authority
        authority.latitude = authority.longitude = None
        authority.save()
        assert distance_travelled(cohort_of(four)) is None
        assert planning_of(four).candidates[1].seat is None


class TestDays:
    def test_days_of_exchanges_not_cancelled_are_taken(self, four: Edition):
        ExchangeFactory(edition=four, host=cohort_of(four, "metz"), first_day=date(2027, 6, 8))
        ExchangeFactory(edition=four, host=cohort_of(four, "nantes"), first_day=date(2027, 9, 14), state="cancelled")
        assert planning_of(four).taken() == [(date(2027, 6, 8), 2)]

    def test_own_days_are_free_for_the_exchange_that_moves(self, four: Edition):
        exchange = ExchangeFactory(edition=four, host=cohort_of(four), first_day=date(2027, 6, 8))
        assert planning_of(four).taken(excluding=exchange) == []

    def test_windows_are_never_in_the_past(self, four: Edition):
        windows = planning_of(four).windows(date(2027, 1, 6), 2, cohort_of(four), taken=[])
        assert min(window.start for window in windows) > TODAY

    def test_objections_name_the_cohorts(self, four: Edition):
        SessionFactory(cohort=cohort_of(four, "nantes"), date=date(2027, 6, 8))
        (reason,) = planning_of(four).objections(date(2027, 6, 8), 2, cohort_of(four), taken=[])
        assert (reason.slug, reason.participants, reason.members) == ("own_session", ("nantes",), 2)

    def test_calendar_periods_of_the_table_count(self, four: Edition):
        CalendarPeriodFactory(starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 30))
        objections = planning_of(four).objections(date(2027, 6, 8), 2, cohort_of(four), taken=[])
        assert [reason.slug for reason in objections] == ["electoral"]
