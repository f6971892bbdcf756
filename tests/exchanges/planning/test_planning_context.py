"""What planning knows of an edition: who comes, who hosted, which days are taken."""

from datetime import date

import pytest

from cohorts.models import Cohort
from exchanges.planning.planning_context import Outlook, expected_cohorts, outlook, travelled
from programmes.models import Edition
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory, edition_of_four
from tests.factories.programmes import CalendarPeriodFactory

TODAY = date(2027, 1, 6)


@pytest.fixture
def four(db: None) -> Edition:
    return edition_of_four(people=2)


def seen(edition: Edition) -> Outlook:
    return outlook(edition, TODAY)


def row(edition: Edition, slug: str = "metz") -> Cohort:
    return seen(edition).cohort(slug)


class TestCohorts:
    def test_by_name(self, four: Edition):
        assert [cohort.name for cohort in seen(four).cohorts] == ["Dunkerque", "Metz", "Nantes", "Toulouse"]

    @pytest.mark.parametrize(
        ("state", "comes"),
        [
            ("agreed", True),
            ("running", True),
            ("completed", True),
            ("alumni", True),
            ("prospect", False),
            ("suspended", False),
            ("withdrawn", False),
        ],
    )
    def test_those_that_come(self, four: Edition, state: str, comes: bool):
        CohortFactory(edition=four, name="Aurillac", state=state, reason="Elections")
        assert ("Aurillac" in {cohort.name for cohort in seen(four).cohorts}) is comes

    def test_no_prospect_even_where_there_is_nobody_else(self, db: None):
        edition = CohortFactory(name="Aurillac", state="prospect").edition
        assert expected_cohorts(edition, TODAY) == []

    def test_an_agreed_cohort_can_host_from_its_planned_start_on(self, four: Edition):
        CohortFactory(edition=four, slug="aurillac", state="agreed", planned_start=date(2027, 9, 1), actual_start=None)
        days = [date(2027, 8, 31), date(2027, 9, 1)]
        assert [seen(four).not_running_by(day) for day in days] == [{"aurillac"}, set()]

    def test_not_those_of_other_editions(self, four: Edition):
        CohortFactory(name="Aurillac")
        assert len(seen(four).cohorts) == 4

    def test_in_three_statements(self, four: Edition, django_assert_num_queries: object):
        ExchangeFactory(edition=four, host=Cohort.objects.get(slug="metz"))
        CalendarPeriodFactory()
        with django_assert_num_queries(3):
            view = seen(four)
            assert (len(view.participants), len(view.candidates), len(view.taken())) == (4, 4, 1)


class TestPeople:
    def test_members_active_today(self, four: Edition):
        assert row(four).people == 2

    def test_each_person_once(self, four: Edition):
        person = row(four).memberships.first().user
        MembershipFactory(cohort=row(four), user=person, role="relay", starts_on=date(2027, 1, 5))
        assert row(four).people == 2

    def test_not_those_who_left_or_come_later(self, four: Edition):
        MembershipFactory(cohort=row(four), starts_on=date(2026, 1, 5), ends_on=date(2027, 1, 5))
        MembershipFactory(cohort=row(four), starts_on=date(2027, 2, 1))
        assert row(four).people == 2


class TestSessions:
    def test_days_still_to_come(self, four: Edition):
        SessionFactory(cohort=row(four), date=date(2027, 6, 8))
        SessionFactory(cohort=row(four), date=date(2027, 1, 5))
        assert [who.session_days for who in seen(four).participants] == [
            frozenset(),
            frozenset({date(2027, 6, 8)}),
            frozenset(),
            frozenset(),
        ]

    def test_not_those_of_cancelled_sessions(self, four: Edition):
        SessionFactory(cohort=row(four), date=date(2027, 6, 8), state="cancelled")
        assert row(four).session_days == []


class TestTurns:
    def test_nobody_has_hosted_yet(self, four: Edition):
        assert [(who.turns, who.last_hosted) for who in seen(four).candidates] == [(0, None)] * 4

    def test_turns_and_the_last_of_them(self, four: Edition):
        host = row(four)
        ExchangeFactory(edition=four, host=host, first_day=date(2027, 6, 8))
        ExchangeFactory(edition=four, host=host, first_day=date(2027, 11, 16), swap_reason="For the test")
        assert (row(four).turns, row(four).last_hosted) == (2, date(2027, 11, 16))

    def test_of_which_some_were_held(self, four: Edition):
        host = row(four)
        ExchangeFactory(edition=four, host=host, state="held", first_day=date(2027, 6, 8))
        ExchangeFactory(edition=four, host=host, first_day=date(2027, 11, 16), swap_reason="For the test")
        assert (row(four).turns, row(four).held) == (2, 1)

    def test_a_cancelled_exchange_is_no_turn(self, four: Edition):
        ExchangeFactory(edition=four, host=row(four), state="cancelled")
        assert (row(four).turns, row(four).last_hosted) == (0, None)

    def test_the_next_in_line_is_whoever_hosted_least(self, four: Edition):
        ExchangeFactory(edition=four, host=row(four, "dunkerque"))
        assert [choice.key for choice in seen(four).rotation([date(2027, 7, 5), date(2028, 1, 5)])] == [
            "nantes",
            "metz",
        ]


class TestTravel:
    """Metz to Nantes is 611 km, Toulouse to Nantes 465."""

    def held_at(self, edition: Edition, slug: str, number: int = 1, state: str = "held", **come: int) -> None:
        exchange = ExchangeFactory(
            edition=edition,
            host=row(edition, slug),
            state=state,
            number=number,
            first_day=date(2026, 1 + 3 * number, 6),
            swap_reason="For the test",
        )
        for cohort, people in come.items():
            RegistrationFactory.create_batch(people, exchange=exchange, cohort=row(edition, cohort), state="attended")

    def test_nobody_has_travelled_yet(self, four: Edition):
        assert [travelled(cohort) for cohort in seen(four).cohorts] == [0, 0, 0, 0]

    def test_each_person_who_came_counts_their_way(self, four: Edition):
        self.held_at(four, "nantes", metz=2, nantes=5, toulouse=1)
        assert [travelled(cohort) for cohort in seen(four).cohorts] == [0, 2 * 611, 0, 465]

    def test_ways_add_up(self, four: Edition):
        self.held_at(four, "nantes", metz=2)
        self.held_at(four, "toulouse", number=2, metz=1)
        assert travelled(row(four)) == 2 * 611 + 713

    def test_until_attendance_is_recorded_those_registered_count_and_afterwards_only_those_who_came(
        self, four: Edition
    ):
        exchange = ExchangeFactory(edition=four, host=row(four, "nantes"), state="held", first_day=date(2026, 4, 7))
        RegistrationFactory(exchange=exchange, cohort=row(four), state="registered")
        for answer in ("no_show", "declined", "cancelled", "invited"):
            RegistrationFactory(exchange=exchange, cohort=row(four), state=answer)
        assert travelled(row(four)) == 611

    @pytest.mark.parametrize("state", ["registration_closed", "cancelled"])
    def test_what_was_not_held_was_not_travelled_to(self, four: Edition, state: str):
        self.held_at(four, "nantes", state=state, metz=2)
        assert travelled(row(four)) == 0

    def test_an_unknown_seat_is_not_at_the_gulf_of_guinea(self, four: Edition):
        self.held_at(four, "nantes", metz=2)
        authority = row(four).authority
        authority.latitude = authority.longitude = None
        authority.save()
        assert travelled(row(four)) is None
        assert seen(four).candidates[1].seat is None


class TestDays:
    def test_days_of_standing_exchanges_are_taken(self, four: Edition):
        ExchangeFactory(edition=four, host=row(four, "metz"), first_day=date(2027, 6, 8))
        ExchangeFactory(edition=four, host=row(four, "nantes"), first_day=date(2027, 9, 14), state="cancelled")
        assert seen(four).taken() == [(date(2027, 6, 8), 2)]

    def test_but_its_own_are_free_for_the_one_that_moves(self, four: Edition):
        exchange = ExchangeFactory(edition=four, host=row(four), first_day=date(2027, 6, 8))
        assert seen(four).taken(but=exchange) == []

    def test_windows_are_never_past(self, four: Edition):
        found = seen(four).windows(date(2027, 1, 6), 2, row(four), taken=[])
        assert min(window.start for window in found) > TODAY

    def test_objections_name_the_cohorts(self, four: Edition):
        SessionFactory(cohort=row(four, "nantes"), date=date(2027, 6, 8))
        (reason,) = seen(four).objections(date(2027, 6, 8), 2, row(four), taken=[])
        assert (reason.slug, reason.participants, reason.members) == ("own_session", ("nantes",), 2)

    def test_the_editable_table_of_periods_counts(self, four: Edition):
        CalendarPeriodFactory(starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 30))
        found = seen(four).objections(date(2027, 6, 8), 2, row(four), taken=[])
        assert [reason.slug for reason in found] == ["electoral"]
