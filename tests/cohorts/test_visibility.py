"""Tests of what past members read: what existed on their last day, whatever happens to it later."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Model

from accounts.models import User
from cohorts.models import Membership
from cohorts.visibility import active_on, readable_until
from figures.scope.visibility import visible_cohorts
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
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialCorrectionFactory,
    TrialFactory,
    TrialNoteFactory,
    package,
)
from tests.sql import execute, refused_by
from web.database.created_on import created_on, default_created_on

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

LAST = date(2026, 10, 30)
ONE_DAY = timedelta(days=1)
BEFORE, AFTER = LAST - ONE_DAY, LAST + ONE_DAY
Make = Callable[..., Any]

# Rows that are read by cohort: how each is created on a day.
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
    "note": lambda cast, **since: TrialNoteFactory(trial__prototype__idea__cohort=cast.cohort, **since),
    "correction": lambda cast, **since: TrialCorrectionFactory(trial__prototype__idea__cohort=cast.cohort, **since),
    "implementation": lambda cast, **since: ImplementationFactory(idea__cohort=cast.cohort, **since),
    "comment": lambda cast, **since: CommentFactory(idea=IdeaFactory(cohort=cast.cohort), **since),
    "exchange": lambda cast, **since: ExchangeFactory(edition=cast.edition, host=cast.cohort, **since),
    "commitment": lambda cast, **since: CommitmentFactory(exchange=held_exchange(cast), owner=cast["M"], **since),
}


def held_exchange(cast: Cast) -> Any:
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held")


@pytest.fixture
def past_member(cast: Cast) -> User:
    user: User = UserFactory(full_name="Past Member")
    MembershipFactory(cohort=cast.cohort, user=user, ends_on=LAST)
    return user


def can_read(user: User, row: Model) -> bool:
    manager: Any = type(row)._default_manager
    return bool(manager.visible_to(user).filter(pk=row.pk).exists())


def test_membership_is_active_from_its_first_to_its_last_day(cast: Cast):
    row = MembershipFactory(cohort=cast.cohort, starts_on=BEFORE, ends_on=AFTER)
    days = (BEFORE - ONE_DAY, BEFORE, AFTER, AFTER + ONE_DAY)
    found = [Membership.objects.filter(active_on(day), pk=row.pk).exists() for day in days]
    assert found == [False, True, True, False]


@pytest.mark.parametrize("whose", ["member", "stakeholder"])
def test_people_who_joined_later_are_not_shown_to_past_members(cast: Cast, past_member: User, whose: str):
    day = SessionFactory(cohort=cast.cohort, state="held", date=BEFORE, created_on=BEFORE).days.get()
    values = {"day": day, "member": None, "recorded_on": TODAY}
    make: Make = MembershipFactory if whose == "member" else StakeholderFactory
    early, late = (
        AttendanceFactory(**values | {whose: make(cohort=cast.cohort, created_on=since)}) for since in (LAST, AFTER)
    )
    assert [(can_read(who, early), can_read(who, late)) for who in (past_member, cast["M"])] == [
        (True, False),
        (True, True),
    ]


def test_own_attendance_is_visible_regardless_of_its_creation_day(cast: Cast):
    day = SessionFactory(cohort=cast.cohort, state="held", date=BEFORE, created_on=BEFORE).days.get()
    own = MembershipFactory(cohort=cast.cohort, ends_on=LAST, created_on=TODAY)
    assert can_read(own.user, AttendanceFactory(day=day, member=own, recorded_on=TODAY))


def test_lessons_noted_by_the_last_day_in_the_edition_are_visible(cast: Cast, past_member: User):
    lessons = [LessonFactory(edition=cast.edition, state="accepted", noted_on=day) for day in (LAST, AFTER)]
    assert [can_read(past_member, lesson) for lesson in lessons] == [True, False]
    assert [can_read(cast["M"], lesson) for lesson in lessons] == [True, True]
    MembershipFactory(cohort=cast.other_cohort, user=past_member)
    assert [can_read(past_member, lesson) for lesson in lessons] == [True, True]


@pytest.mark.parametrize("kind", ROWS)
def test_rows_created_by_the_last_day_are_visible_and_later_ones_are_not(cast: Cast, past_member: User, kind: str):
    row = ROWS[kind](cast, created_on=LAST)
    assert (can_read(past_member, row), can_read(cast["M"], row)) == (True, True)
    force_created_on(row, AFTER)
    assert [can_read(who, row) for who in (past_member, cast["M"], cast["S"], cast["A"])] == [False, True, True, True]
    force_created_on(row, None)
    assert can_read(past_member, row)


def force_created_on(row: Model, day: date | None) -> None:
    """Change the creation day with the rule that forbids it switched off."""
    execute("SET LOCAL session_replication_role = replica")
    execute(f"UPDATE {row._meta.db_table} SET created_on = %s WHERE id = %s", day, row.pk)
    execute("SET LOCAL session_replication_role = DEFAULT")


# Memberships of a person, and whether they read what was created on each of the two days after `LAST`.
MEMBERSHIPS: list[tuple[list[dict[str, Any]], bool, bool]] = [
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


@pytest.mark.parametrize(("memberships", "next_day", "day_after"), MEMBERSHIPS)
def test_the_most_favourable_of_several_memberships_counts(
    cast: Cast, memberships: list[dict[str, Any]], next_day: bool, day_after: bool
):
    user = UserFactory()
    for dates in memberships:
        MembershipFactory(cohort=cast.cohort, user=user, **dates)
    days = (AFTER, AFTER + ONE_DAY)
    found = [can_read(user, IdeaFactory(cohort=cast.cohort, created_on=day)) for day in days]
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
def test_rows_below_an_idea_are_visible_only_with_all_their_parents(
    cast: Cast, past_member: User, days: tuple[date | None, ...], read: bool
):
    idea, prototype, test = days
    row = TrialFactory(
        prototype__idea__cohort=cast.cohort,
        prototype__idea__created_on=idea,
        prototype__created_on=prototype,
        created_on=test,
    )
    assert (can_read(past_member, row), can_read(cast["M"], row)) == (read, True)


@pytest.mark.parametrize(("day", "is_visible"), [(LAST, True), (AFTER, False)])
def test_a_package_counts_from_the_day_of_its_handover(cast: Cast, past_member: User, day: date, is_visible: bool):
    idea = IdeaFactory(cohort=cast.cohort, state="handed_over", days={"handed_over": day})
    assert can_read(past_member, package(idea)) is is_visible


@pytest.mark.parametrize(("day", "is_visible"), [(LAST, True), (AFTER, False)])
def test_shared_work_of_other_cohorts_is_visible_until_the_last_day_in_the_edition(
    cast: Cast, past_member: User, day: date, is_visible: bool
):
    shared = IdeaFactory(cohort=cast.other_cohort, shared_with_edition=True, created_on=day)
    unshared = IdeaFactory(cohort=cast.other_cohort, created_on=day)
    assert (can_read(past_member, shared), can_read(past_member, unshared), can_read(cast["M"], shared)) == (
        is_visible,
        False,
        True,
    )


def test_an_admin_mandate_keeps_access_after_a_membership_ended(cast: Cast):
    MembershipFactory(cohort=cast.cohort, user=cast["A"], ends_on=LAST)
    assert can_read(cast["A"], IdeaFactory(cohort=cast.cohort, created_on=AFTER))


def test_the_own_membership_is_visible_regardless_of_its_creation_day(cast: Cast):
    own = MembershipFactory(cohort=cast.cohort, ends_on=LAST, created_on=TODAY)
    assert can_read(own.user, own)


def test_rows_changed_later_stay_visible(cast: Cast, past_member: User):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted", created_on=LAST)
    idea.title = "Dite autrement depuis"
    idea.save()
    assert Idea.objects.visible_to(past_member).get() == idea


@pytest.mark.parametrize(
    ("memberships", "until"),
    [([{"ends_on": LAST}], LAST), ([{"ends_on": LAST}, {"starts_on": AFTER}], None), ([{}], None)],
)
def test_rows_without_a_cohort_column_are_visible_until_the_same_day(
    cast: Cast, memberships: list[dict[str, Any]], until: date | None
):
    user, idea = UserFactory(), IdeaFactory(cohort=cast.cohort)
    for dates in memberships:
        MembershipFactory(cohort=cast.cohort, user=user, **dates)
    found = Idea.objects.annotate(until=readable_until(user, "cohort")).values_list("until", flat=True)
    assert found.get(pk=idea.pk) == until


@pytest.mark.parametrize("role", "SA")
def test_no_day_limits_lab_staff_and_admins_of_the_authority(cast: Cast, role: str):
    idea = IdeaFactory(cohort=cast.cohort)
    MembershipFactory(cohort=cast.cohort, user=cast[role], ends_on=LAST)
    found = Idea.objects.annotate(until=readable_until(cast[role], "cohort")).values_list("until", flat=True)
    assert found.get(pk=idea.pk) is None


@pytest.mark.parametrize(
    ("dates", "own"),
    [({"ends_on": LAST}, False), ({"ends_on": TODAY - ONE_DAY}, False), ({"ends_on": TODAY}, True), ({}, True)],
)
def test_past_members_read_figures_like_members_of_other_cohorts(cast: Cast, dates: dict[str, date], own: bool):
    user = UserFactory()
    MembershipFactory(cohort=cast.cohort, user=user, **dates)
    visible = visible_cohorts(user)
    assert (visible.owns(cast.cohort), visible.reads_edition(cast.edition)) == (own, True)


ROWS_WITH_CREATION_DAY: list[tuple[str, Make]] = [
    *ROWS.items(),
    ("question", lambda cast: QuestionFactory(exchange=coming_exchange(cast))),
    ("contribution", lambda cast: ContributionFactory(exchange=coming_exchange(cast))),
    ("minutes", lambda cast: MinutesFactory(exchange=held_exchange(cast))),
    ("package", lambda cast: package(IdeaFactory(cohort=cast.cohort, state="handed_over"))),
]


def coming_exchange(cast: Cast) -> Any:
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")


@pytest.mark.parametrize(
    "make", [make for _kind, make in ROWS_WITH_CREATION_DAY], ids=[kind for kind, _make in ROWS_WITH_CREATION_DAY]
)
def test_the_creation_day_never_changes(cast: Cast, make: Make):
    row = make(cast)
    for day in ("'2026-01-01'", "NULL"):
        with refused_by("created_on_fixed"):
            execute(f"UPDATE {row._meta.db_table} SET created_on = {day} WHERE id = %s", row.pk)


def test_a_row_gets_the_day_on_which_it_is_created():
    assert default_created_on() == TODAY
    with created_on(BEFORE):
        assert default_created_on() == BEFORE
        with created_on(AFTER):
            assert default_created_on() == AFTER
        assert default_created_on() == BEFORE
    assert default_created_on() == TODAY
