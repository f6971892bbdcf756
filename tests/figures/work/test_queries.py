"""The SELECT behind the results of the work: which tests, days and first prototypes count, on which day, and whose."""

from datetime import date, time

import pytest

from cohorts.models import SessionDay
from figures.scope.selection import EVERYTHING, FiguresScope
from figures.scope.visibility import visible_cohorts
from figures.work.queries import work_done
from figures.work.work_counts import CohortWork
from prototypes.enums import Strength
from tests.factories.cast import Cast
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from tests.factories.figures import share_with_edition
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


def works(scope: FiguresScope = EVERYTHING, as_of: date = TODAY) -> dict[int, CohortWork]:
    return {row.cohort: row for row in work_done(scope=scope, as_of=as_of).cohorts}


def test_the_first_prototype_in_test_is_the_earliest_of_the_cohorts_ideas():
    cohort = CohortFactory()
    IdeaFactory(cohort=cohort, state="testing", days={"testing": date(2026, 6, 1)})
    IdeaFactory(cohort=cohort, state="testing")
    IdeaFactory(cohort=cohort, state="accepted")
    row = works()[cohort.pk]
    assert (row.started_on, row.target, row.reached_on) == (date(2026, 1, 5), 2, date(2026, 5, 4))
    assert works(as_of=date(2026, 5, 3))[cohort.pk].reached_on is None


def test_withdrawn_cohort_is_not_waited_for():
    rows = [CohortFactory(state="withdrawn", reason="No money left") for _ in range(2)]
    IdeaFactory(cohort=rows[0], state="testing")
    works_found = works()
    assert [works_found[row.pk].started_on for row in rows] == [date(2026, 1, 5), None]


def test_concluded_tests_count_from_the_day_of_their_conclusion():
    cohort = CohortFactory()
    idea = IdeaFactory(cohort=cohort, state="testing")
    prototype = PrototypeFactory(idea=idea)
    TrialFactory(prototype=prototype, state="concluded")
    TrialFactory(prototype=prototype, state="concluded", result="inconclusive", strength="", held_on=date(2026, 5, 1))
    TrialFactory(prototype=prototype, state="held")
    TrialFactory(prototype=prototype, state="cancelled")
    row = works()[cohort.pk]
    assert row.results == {"met": 0, "not_met": 1, "inconclusive": 1}
    assert row.strengths == {Strength.STATED: 0, Strength.DID_IN_LAB: 0, Strength.DID_FOR_REAL: 1}
    assert (row.concluded, row.locked) == (2, 1)  # one was noted as held before it was locked
    assert works(as_of=date(2026, 5, 11))[cohort.pk].concluded == 0


def test_half_days_count_by_recorded_attendance():
    cohort = CohortFactory()
    day = SessionFactory(cohort=cohort, state="held").days.get()
    for status, half_days in (("present", 2), ("partial", 1), ("absent", 0), ("excused", 0), ("unknown", 0)):
        AttendanceFactory(day=day, member=MembershipFactory(cohort=cohort), status=status, half_days=half_days)
    AttendanceFactory(day=day, member=MembershipFactory(cohort=cohort), status="expected", half_days=0)
    row = works()[cohort.pk]
    assert (row.came, row.expected, row.excused, row.unknown, row.people) == (3, 6, 2, 4, 6)
    assert works(as_of=date(2026, 10, 5))[cohort.pk].people == 0


def test_morning_is_half_a_day_as_in_sessions():
    cohort = CohortFactory()
    session = SessionFactory(cohort=cohort, date=None, state="draft")
    times = [(time(9), time(13)), (time(12), time(17)), (time(9), time(17)), (None, None)]
    days = [
        SessionDay.objects.create(session=session, date=date(2026, 9, place + 1), starts_at=starts, ends_at=ends)
        for place, (starts, ends) in enumerate(times)
    ]
    session.state = "scheduled"
    session.save()
    member = MembershipFactory(cohort=cohort)
    for day in days:
        AttendanceFactory(day=day, member=member, status="absent", half_days=0)
    assert works()[cohort.pk].expected == sum(day.half_days for day in days) == 6


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
def test_days_that_did_not_take_place_count_for_nobody(state: str):
    member = MembershipFactory()
    session = SessionFactory(cohort=member.cohort)
    AttendanceFactory(day=session.days.get(), member=member, status="expected", half_days=0)
    session.state, session.reason = state, "Snow"
    session.save()
    assert works()[member.cohort_id].people == 0


def test_published_facts_are_left_out():
    cohort = CohortFactory(retrospective=True)
    assert cohort.pk not in works()


def test_reader_gets_the_same_scope_as_in_the_rates(cast: Cast):
    stranger = CohortFactory()
    share_with_edition(cast.other_cohort)
    seen = {role: visible_cohorts(cast[role]).scope(edition=cast.edition) for role in "SPNX"}
    rows = {role: works(scope) for role, scope in seen.items()}
    both = {cast.cohort.pk, cast.other_cohort.pk}
    assert {role: set(found) for role, found in rows.items()} == {
        "S": both,
        "P": both,
        "N": {cast.other_cohort.pk},
        "X": set(),
    }
    assert set(works(visible_cohorts(cast["P"]).scope())) == {cast.cohort.pk}
    assert set(works(FiguresScope(cohort=stranger))) == {stranger.pk}


def test_query_takes_one_statement(cast: Cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert len(work_done(as_of=TODAY).cohorts) == 2
