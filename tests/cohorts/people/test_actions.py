"""Tests of the actions on memberships: people join, their details change, they leave; nothing is deleted."""

from datetime import UTC, date, datetime, time

import pytest
from allauth.account.models import EmailAddress

from accounts.models import User
from cohorts.models import Cohort, Membership
from cohorts.people import actions
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db
START = date(2026, 11, 24)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def add_member_to(cohort: Cohort, **changes: object) -> Membership:
    arguments = {
        "email": "ada@people.example",
        "full_name": "Ada Essai",
        "role": "ambassador",
        "starts_on": START,
        "at": noon(START),
    }
    return actions.add_member(cohort=cohort, by=None, **(arguments | changes))


def test_someone_with_an_account_keeps_their_name():
    user = UserFactory(email="ada@people.example", full_name="Ada Connue")
    member = add_member_to(CohortFactory(), email=" Ada@People.example ")
    assert (member.user, member.user.full_name, User.objects.count()) == (user, "Ada Connue", 1)


def test_a_new_address_gets_an_account_without_a_password_and_unverified():
    member = add_member_to(CohortFactory(), language="en")
    assert (member.user.email, member.user.full_name, member.user.language) == (
        "ada@people.example",
        "Ada Essai",
        "en",
    )
    assert not member.user.has_usable_password()
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("ada@people.example", False, True)
    ]


def test_an_ambassador_gets_the_day_allowance_of_the_format_by_default():
    cohort = CohortFactory()
    assert add_member_to(cohort).day_allowance == cohort.edition.format.day_allowance == 35
    assert add_member_to(cohort, email="b@people.example", day_allowance=20).day_allowance == 20
    assert add_member_to(cohort, email="c@people.example", role="relay").day_allowance is None


def test_details_and_dates_are_saved():
    member = add_member_to(
        CohortFactory(),
        role="resident",
        discipline="sociologie",
        unit="27e Région",
        mission_letter_on=date(2026, 11, 2),
        ends_on=date(2027, 6, 30),
    )
    member.refresh_from_db()
    assert (member.discipline, member.unit, member.mission_letter_on, member.starts_on, member.ends_on) == (
        "sociologie",
        "27e Région",
        date(2026, 11, 2),
        START,
        date(2027, 6, 30),
    )


def test_the_sixteenth_ambassador_gets_no_seat_and_no_account():
    cohort = CohortFactory(seats=15)
    MembershipFactory.create_batch(15, cohort=cohort)
    with pytest.raises(DomainError) as refused:
        add_member_to(cohort)
    assert (str(refused.value), refused.value.field) == (
        "Every seat of the cohort is taken on one of these days. Choose other dates, or end a membership first.",
        "role",
    )
    assert not User.objects.filter(email="ada@people.example").exists()
    assert cohort.memberships.count() == 15


def test_sending_the_form_twice_makes_one_membership_and_one_account():
    cohort = CohortFactory()
    add_member_to(cohort)
    with pytest.raises(DomainError) as refused:
        add_member_to(cohort)
    assert refused.value.field == "email"
    assert (cohort.memberships.count(), User.objects.count()) == (1, 1)


def test_a_second_pilot_is_refused_next_to_the_role():
    cohort = CohortFactory()
    add_member_to(cohort, role="pilot")
    with pytest.raises(DomainError) as refused:
        add_member_to(cohort, role="pilot", email="b@people.example")
    assert refused.value.field == "role"


@pytest.mark.parametrize("discipline", ["", "  "])
def test_a_resident_needs_a_discipline(discipline):
    with pytest.raises(DomainError) as refused:
        add_member_to(CohortFactory(), role="resident", discipline=discipline)
    assert refused.value.field == "discipline"
    assert not Membership.objects.exists()


def test_an_end_before_the_start_is_refused_next_to_the_end():
    with pytest.raises(DomainError) as refused:
        add_member_to(CohortFactory(), ends_on=date(2026, 11, 23))
    assert refused.value.field == "ends_on"
    assert not User.objects.exists()


FAR = "This date is more than a year from the cohort’s dates. Check the year."


@pytest.mark.parametrize(
    "dates",
    [
        {"starts_on": date.min},
        {"starts_on": date(2025, 1, 3)},
        {"starts_on": date(2029, 1, 5)},
        {"ends_on": date.max},
        {"ends_on": date(2029, 1, 5)},
    ],
)
def test_dates_are_within_a_year_of_the_cohorts(dates: dict[str, date]):
    with pytest.raises(DomainError) as refused:
        add_member_to(CohortFactory(), **dates)
    assert (str(refused.value), refused.value.field) == (FAR, *dates)
    assert Membership.objects.count() == 0


def test_dates_may_lie_just_within_a_year():
    member = add_member_to(CohortFactory(), starts_on=date(2025, 1, 4), ends_on=date(2029, 1, 4))
    assert (member.starts_on, member.ends_on) == (date(2025, 1, 4), date(2029, 1, 4))


@pytest.mark.parametrize("day", [date.min, date(2032, 12, 2), date.max])
def test_alumni_can_leave_long_after_the_end_but_at_most_a_year_from_today(day: date):
    member, today = MembershipFactory(), date(2031, 12, 1)
    with pytest.raises(DomainError) as refused:
        actions.end_membership(membership=member, ends_on=day, reason="", at=noon(today), by=None)
    assert (str(refused.value), refused.value.field) == (FAR, "ends_on")
    assert actions.end_membership(membership=member, ends_on=today, reason="", at=noon(today), by=None).ends_on == today


def test_nobody_can_join_a_withdrawn_cohort():
    with pytest.raises(DomainError, match="The cohort has withdrawn: nobody can join it any more"):
        add_member_to(CohortFactory(state="withdrawn", reason="Budget"))


def test_a_closed_account_cannot_become_a_member():
    UserFactory(email="ada@people.example", is_active=False)
    with pytest.raises(DomainError) as refused:
        add_member_to(CohortFactory())
    assert (
        str(refused.value) == "This person’s account is closed: nobody can sign in with this address. Give another one."
    )
    assert refused.value.field == "email"


def test_a_membership_ends_on_a_day_and_the_history_has_the_reason():
    member = MembershipFactory()
    actions.end_membership(membership=member, ends_on=START, reason="Changes post", at=noon(START), by=None)
    member.refresh_from_db()
    assert member.ends_on == START
    assert member.events.latest("pgh_id").pgh_context.metadata["reason"] == "Changes post"


def test_a_person_who_leaves_is_no_longer_expected():
    member = MembershipFactory()
    before, after = (SessionFactory(cohort=member.cohort, date=day).days.get() for day in (START, date(2026, 12, 8)))
    past_attendance = AttendanceFactory(member=member, day=before, status="expected", half_days=0)
    AttendanceFactory(member=member, day=after, status="expected", half_days=0)
    actions.end_membership(membership=member, ends_on=START, reason="", at=noon(START), by=None)
    assert list(member.attendances.all()) == [past_attendance]


def test_a_membership_cannot_end_before_recorded_attendance():
    member = MembershipFactory()
    AttendanceFactory(member=member, day=SessionFactory(cohort=member.cohort, date=date(2026, 10, 6)).days.get())
    with pytest.raises(DomainError) as refused:
        actions.end_membership(membership=member, ends_on=date(2026, 10, 5), reason="", at=noon(START), by=None)
    assert refused.value.field == "ends_on"
    member.refresh_from_db()
    assert member.ends_on is None


def test_a_membership_cannot_end_before_it_started():
    member = MembershipFactory()
    with pytest.raises(DomainError) as refused:
        actions.end_membership(membership=member, ends_on=date(2026, 1, 4), reason="", at=noon(START), by=None)
    assert refused.value.field == "ends_on"


def test_details_change_one_by_one():
    member = MembershipFactory(unit="Accueil", day_allowance=35)
    actions.change_membership(membership=member, mission_letter_on=date(2026, 2, 1), day_allowance=20, by=None)
    member.refresh_from_db()
    assert (member.unit, member.mission_letter_on, member.day_allowance) == ("Accueil", date(2026, 2, 1), 20)


def test_a_resident_keeps_a_discipline():
    member = MembershipFactory(role="resident", discipline="design")
    with pytest.raises(DomainError) as refused:
        actions.change_membership(membership=member, discipline=" ", by=None)
    assert refused.value.field == "discipline"
    assert actions.change_membership(membership=member, unit="Atelier", by=None).discipline == "design"


def expected_days(member: Membership) -> list[date]:
    return list(member.attendances.filter(status="expected").order_by("day__date").values_list("day__date", flat=True))


def test_a_new_member_is_expected_at_scheduled_sessions_to_come():
    cohort = CohortFactory()
    for state, day in (
        ("scheduled", date(2026, 11, 23)),
        ("scheduled", START),
        ("scheduled", date(2026, 12, 8)),
        ("draft", date(2026, 12, 15)),
        ("postponed", date(2027, 1, 5)),
    ):
        SessionFactory(cohort=cohort, state=state, date=day)
    SessionFactory(cohort=CohortFactory(), date=date(2026, 12, 9))
    assert expected_days(add_member_to(cohort)) == [START, date(2026, 12, 8)]
    assert expected_days(add_member_to(cohort, email="b@people.example", starts_on=date(2026, 12, 1))) == [
        date(2026, 12, 8)
    ]
    assert expected_days(add_member_to(cohort, email="c@people.example", role="relay")) == []


def test_a_resident_is_not_expected_on_days_in_another_cohort():
    cohort = CohortFactory()
    elsewhere = add_member_to(CohortFactory(), role="resident", discipline="design")
    busy = SessionFactory(cohort=elsewhere.cohort, date=date(2026, 12, 8)).days.get()
    AttendanceFactory(member=elsewhere, day=busy, status="expected", half_days=0, recorded_on=START)
    for day in (date(2026, 12, 8), date(2026, 12, 9)):
        SessionFactory(cohort=cohort, date=day)
    assert expected_days(add_member_to(cohort, role="resident", discipline="design")) == [date(2026, 12, 9)]
