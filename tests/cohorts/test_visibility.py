"""A past member reads what was there on their last day: a row is readable or not, whatever becomes of it later."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Model

from accounts.models import User
from cohorts.visibility import read_until
from figures.scope.visibility import reach_of
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import (
    AttendanceFactory,
    InnovationTeamFactory,
    MembershipFactory,
    SessionFactory,
    StakeholderFactory,
)
from tests.factories.comments import CommentFactory
from tests.factories.contents import CommitmentFactory, ContributionFactory, MinutesFactory, QuestionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.programmes import LessonFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    FieldNoteFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialCorrectionFactory,
    TrialFactory,
    package,
)
from tests.sql import execute, refused_by
from web.database.created_on import born_on, day_of_birth

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

LAST = date(2026, 10, 30)
ONE_DAY = timedelta(days=1)
BEFORE, AFTER = LAST - ONE_DAY, LAST + ONE_DAY
Make = Callable[..., Any]

# What is read by cohort, and how one comes into it since a day.
ROWS: dict[str, Make] = {
    "session": lambda cast, **since: SessionFactory(cohort=cast.cohort, **since),
    "newcomer": lambda cast, **since: MembershipFactory(cohort=cast.cohort, **since),
    "stakeholder": lambda cast, **since: StakeholderFactory(cohort=cast.cohort, **since),
    "team": lambda cast, **since: InnovationTeamFactory(cohort=cast.cohort, **since),
    "challenge": lambda cast, **since: ChallengeFactory(cohort=cast.cohort, **since),
    "idea": lambda cast, **since: IdeaFactory(cohort=cast.cohort, **since),
    "canvas": lambda cast, **since: CanvasFactory(cohort=cast.cohort, **since),
    "prototype": lambda cast, **since: PrototypeFactory(idea__cohort=cast.cohort, **since),
    "test": lambda cast, **since: TrialFactory(prototype__idea__cohort=cast.cohort, **since),
    "note": lambda cast, **since: FieldNoteFactory(trial__prototype__idea__cohort=cast.cohort, **since),
    "correction": lambda cast, **since: TrialCorrectionFactory(trial__prototype__idea__cohort=cast.cohort, **since),
    "implementation": lambda cast, **since: ImplementationFactory(idea__cohort=cast.cohort, **since),
    "comment": lambda cast, **since: CommentFactory(idea=IdeaFactory(cohort=cast.cohort), **since),
    "exchange": lambda cast, **since: ExchangeFactory(edition=cast.edition, host=cast.cohort, **since),
    "commitment": lambda cast, **since: CommitmentFactory(exchange=held(cast), owner=cast["M"], **since),
}


def held(cast: Cast) -> Any:
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held")


@pytest.fixture
def gone(cast: Cast) -> User:
    user: User = UserFactory(full_name="Past Member")
    MembershipFactory(cohort=cast.cohort, user=user, ends_on=LAST)
    return user


def reads(user: User, row: Model) -> bool:
    manager: Any = type(row)._default_manager
    return bool(manager.visible_to(user).filter(pk=row.pk).exists())


@pytest.mark.parametrize("whose", ["member", "stakeholder"])
def test_who_came_to_the_cohort_later_is_not_named_among_those_at_a_session(cast: Cast, gone: User, whose: str):
    day = SessionFactory(cohort=cast.cohort, state="held", date=BEFORE, born_on=BEFORE).days.get()
    kept = {"day": day, "member": None, "recorded_on": TODAY}
    make: Make = MembershipFactory if whose == "member" else StakeholderFactory
    early, late = (
        AttendanceFactory(**kept | {whose: make(cohort=cast.cohort, born_on=since)}) for since in (LAST, AFTER)
    )
    assert [(reads(who, early), reads(who, late)) for who in (gone, cast["M"])] == [(True, False), (True, True)]


def test_ones_own_days_are_read_whenever_one_was_written_down(cast: Cast):
    day = SessionFactory(cohort=cast.cohort, state="held", date=BEFORE, born_on=BEFORE).days.get()
    own = MembershipFactory(cohort=cast.cohort, ends_on=LAST, born_on=TODAY)
    assert reads(own.user, AttendanceFactory(day=day, member=own, recorded_on=TODAY))


def test_lessons_are_read_that_were_noted_by_the_last_day_in_the_edition(cast: Cast, gone: User):
    lessons = [LessonFactory(edition=cast.edition, state="accepted", noted_on=day) for day in (LAST, AFTER)]
    assert [reads(gone, lesson) for lesson in lessons] == [True, False]
    assert [reads(cast["M"], lesson) for lesson in lessons] == [True, True]
    MembershipFactory(cohort=cast.other, user=gone)
    assert [reads(gone, lesson) for lesson in lessons] == [True, True]


@pytest.mark.parametrize("kind", ROWS)
def test_what_came_by_the_last_day_is_read_and_nothing_that_came_later(cast: Cast, gone: User, kind: str):
    row = ROWS[kind](cast, born_on=LAST)
    assert (reads(gone, row), reads(cast["M"], row)) == (True, True)
    force_born(row, AFTER)
    assert [reads(who, row) for who in (gone, cast["M"], cast["S"], cast["A"])] == [False, True, True, True]
    force_born(row, None)
    assert reads(gone, row)


def force_born(row: Model, day: date | None) -> None:
    """Past the rule that it never changes."""
    execute("SET LOCAL session_replication_role = replica")
    execute(f"UPDATE {row._meta.db_table} SET born_on = %s WHERE id = %s", day, row.pk)
    execute("SET LOCAL session_replication_role = DEFAULT")


# When somebody was there, and whether they read what came on each of the two days after their first last day.
STAYS: list[tuple[list[dict[str, Any]], bool, bool]] = [
    ([{"ends_on": LAST}], False, False),
    ([{"ends_on": AFTER}], True, False),
    ([{"ends_on": AFTER + ONE_DAY}], True, True),
    ([{"ends_on": TODAY}], True, True),
    ([{"ends_on": TODAY + 99 * ONE_DAY}], True, True),
    ([{}], True, True),
    ([{"ends_on": LAST}, {"starts_on": TODAY}], True, True),
    ([{"ends_on": LAST}, {"starts_on": AFTER, "ends_on": AFTER}], True, False),
    ([{"ends_on": LAST}, {"role": "direction", "ends_on": AFTER}], True, False),
    ([{"ends_on": LAST}, {"role": "direction"}], True, True),
]


@pytest.mark.parametrize(("stays", "next_day", "day_after"), STAYS)
def test_of_several_stays_the_most_favourable_counts(
    cast: Cast, stays: list[dict[str, Any]], next_day: bool, day_after: bool
):
    user = UserFactory()
    for stay in stays:
        MembershipFactory(cohort=cast.cohort, user=user, **stay)
    days = (AFTER, AFTER + ONE_DAY)
    found = [reads(user, IdeaFactory(cohort=cast.cohort, born_on=day)) for day in days]
    assert found == [next_day, day_after]


@pytest.mark.parametrize(
    ("days", "read"),
    [
        ((BEFORE, BEFORE, BEFORE), True),
        ((AFTER, BEFORE, BEFORE), False),
        ((BEFORE, AFTER, BEFORE), False),
        ((BEFORE, BEFORE, AFTER), False),
        ((None, None, None), True),
        ((None, None, AFTER), False),
        ((AFTER, None, None), False),
    ],
)
def test_what_hangs_below_an_idea_is_read_with_all_that_it_hangs_on(
    cast: Cast, gone: User, days: tuple[date | None, ...], read: bool
):
    idea, prototype, test = days
    row = TrialFactory(
        prototype__idea__cohort=cast.cohort, prototype__idea__born_on=idea, prototype__born_on=prototype, born_on=test
    )
    assert (reads(gone, row), reads(cast["M"], row)) == (read, True)


@pytest.mark.parametrize(("born", "read"), [(LAST, True), (AFTER, False)])
def test_a_package_is_there_since_its_hand_over(cast: Cast, gone: User, born: date, read: bool):
    idea = IdeaFactory(cohort=cast.cohort, state="handed_over", days={"handed_over": born})
    assert reads(gone, package(idea)) is read


@pytest.mark.parametrize(("born", "read"), [(LAST, True), (AFTER, False)])
def test_what_a_neighbour_shared_follows_the_last_day_in_the_edition(cast: Cast, gone: User, born: date, read: bool):
    shared = IdeaFactory(cohort=cast.other, shared_with_edition=True, born_on=born)
    kept = IdeaFactory(cohort=cast.other, born_on=born)
    assert (reads(gone, shared), reads(gone, kept), reads(cast["M"], shared)) == (read, False, True)


def test_a_mandate_reads_on_where_a_membership_ended(cast: Cast):
    MembershipFactory(cohort=cast.cohort, user=cast["A"], ends_on=LAST)
    assert reads(cast["A"], IdeaFactory(cohort=cast.cohort, born_on=AFTER))


def test_ones_own_membership_is_read_whenever_it_was_written_down(cast: Cast):
    own = MembershipFactory(cohort=cast.cohort, ends_on=LAST, born_on=TODAY)
    assert reads(own.user, own)


def test_what_is_changed_later_stays_readable(cast: Cast, gone: User):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted", born_on=LAST)
    idea.title = "Dite autrement depuis"
    idea.save()
    assert Idea.objects.visible_to(gone).get() == idea


@pytest.mark.parametrize(
    ("stays", "until"),
    [([{"ends_on": LAST}], LAST), ([{"ends_on": LAST}, {"starts_on": AFTER}], None), ([{}], None)],
)
def test_what_has_no_cohort_of_its_own_is_read_until_the_same_day(
    cast: Cast, stays: list[dict[str, Any]], until: date | None
):
    user, idea = UserFactory(), IdeaFactory(cohort=cast.cohort)
    for stay in stays:
        MembershipFactory(cohort=cast.cohort, user=user, **stay)
    found = Idea.objects.annotate(until=read_until(user, "cohort")).values_list("until", flat=True)
    assert found.get(pk=idea.pk) == until


@pytest.mark.parametrize("letter", "SA")
def test_no_day_bounds_the_lab_and_who_answers_for_the_authority(cast: Cast, letter: str):
    idea = IdeaFactory(cohort=cast.cohort)
    MembershipFactory(cohort=cast.cohort, user=cast[letter], ends_on=LAST)
    found = Idea.objects.annotate(until=read_until(cast[letter], "cohort")).values_list("until", flat=True)
    assert found.get(pk=idea.pk) is None


@pytest.mark.parametrize(
    ("stay", "own"),
    [({"ends_on": LAST}, False), ({"ends_on": TODAY - ONE_DAY}, False), ({"ends_on": TODAY}, True), ({}, True)],
)
def test_figures_are_read_row_by_row_while_one_is_there_and_as_a_neighbour_later(
    cast: Cast, stay: dict[str, date], own: bool
):
    user = UserFactory()
    MembershipFactory(cohort=cast.cohort, user=user, **stay)
    reach = reach_of(user)
    assert (reach.owns(cast.cohort), reach.shares(cast.edition)) == (own, True)


KEPT: list[tuple[str, Make]] = [
    *ROWS.items(),
    ("question", lambda cast: QuestionFactory(exchange=coming(cast))),
    ("contribution", lambda cast: ContributionFactory(exchange=coming(cast))),
    ("minutes", lambda cast: MinutesFactory(exchange=held(cast))),
    ("package", lambda cast: package(IdeaFactory(cohort=cast.cohort, state="handed_over"))),
]


def coming(cast: Cast) -> Any:
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")


@pytest.mark.parametrize("make", [make for _kind, make in KEPT], ids=[kind for kind, _make in KEPT])
def test_the_day_never_changes(cast: Cast, make: Make):
    row = make(cast)
    for day in ("'2026-01-01'", "NULL"):
        with refused_by("born_on_fixed"):
            execute(f"UPDATE {row._meta.db_table} SET born_on = {day} WHERE id = %s", row.pk)


def test_a_row_is_there_since_the_day_it_is_made():
    assert day_of_birth() == TODAY
    with born_on(BEFORE):
        assert day_of_birth() == BEFORE
        with born_on(AFTER):
            assert day_of_birth() == AFTER
        assert day_of_birth() == BEFORE
    assert day_of_birth() == TODAY
