"""Tests of the querysets of cohorts and members."""

from datetime import date, time, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict

from accounts.roles import STAFF
from cohorts.cohort.list_subject import CohortSubject
from cohorts.models import Cohort, Membership, SessionDay
from cohorts.people.member_list import MEMBERS
from cohorts.permissions import decisions
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, TODAY
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.programmes import AuthorityFactory
from web.lists.bound import BoundList
from web.lists.columns import Reader

pytestmark = pytest.mark.django_db


def names(rows: object) -> list[str]:
    return [row.name for row in rows]  # type: ignore[attr-defined]


def test_a_cohort_is_visible_to_its_people_its_authority_and_the_lab(cast):
    roles = "".join(role for role in EVERYONE if Cohort.objects.visible_to(cast[role]).filter(slug="rivage").exists())
    assert roles == "SCDPMRA"


def test_members_are_visible_where_their_cohort_is(cast):
    of_rivage = Membership.objects.filter(cohort=cast.cohort).count()
    counts = {role: Membership.objects.visible_to(cast[role]).count() for role in "SMAN"}
    assert counts == {"S": Membership.objects.count(), "M": of_rivage, "A": of_rivage, "N": 1}
    assert Membership.objects.visible_to(AnonymousUser()).count() == 0


def test_published_facts_are_open_to_everyone_signed_in(cast):
    published = CohortFactory(retrospective=True, state="completed")
    assert list(Cohort.objects.visible_to(cast["X"])) == [published]
    assert not Cohort.objects.visible_to(AnonymousUser()).exists()


def test_current_cohorts_are_under_way_or_to_come():
    for state in ("prospect", "agreed", "running", "suspended", "completed", "alumni", "withdrawn"):
        CohortFactory(name=state, state=state, reason="Because")
    CohortFactory(name="published", state="running", retrospective=True)
    assert sorted(names(Cohort.objects.current())) == ["agreed", "prospect", "running", "suspended"]
    assert sorted(names(Cohort.objects.running())) == ["published", "running"]


def test_with_active_member_excludes_cohorts_of_past_memberships():
    user = UserFactory()
    past, present = CohortFactory(name="Past"), CohortFactory(name="Present")
    MembershipFactory(cohort=past, user=user, ends_on=date(2026, 6, 30))
    MembershipFactory(cohort=present, user=user)
    CohortFactory()
    assert names(Cohort.objects.with_active_member(user, TODAY)) == ["Present"]


@pytest.mark.parametrize(("role", "led"), [("S", 2), ("C", 1), ("P", 1), ("D", 0), ("M", 0), ("A", 0)])
def test_cohorts_are_led_by_the_lab_their_coordinator_and_their_pilot(cast, role, led):
    assert Cohort.objects.led_by(cast[role], TODAY).count() == led


def test_without_pilot_returns_cohorts_without_an_active_pilot_that_day():
    led, left, to_come = CohortFactory(name="Led"), CohortFactory(name="Left"), CohortFactory(name="To come")
    MembershipFactory(cohort=led, role="pilot")
    MembershipFactory(cohort=left, role="pilot", ends_on=date(2026, 11, 23))
    MembershipFactory(cohort=to_come, role="pilot", starts_on=date(2026, 11, 25))
    MembershipFactory(cohort=CohortFactory(name="Ambassadors only"))
    CohortFactory(name="Suspended", state="suspended")
    for state in ("prospect", "completed"):
        CohortFactory(state=state)
    CohortFactory(retrospective=True)
    assert sorted(names(Cohort.objects.without_pilot(TODAY))) == ["Ambassadors only", "Left", "Suspended", "To come"]


def test_overdue_cohorts_are_agreed_and_past_their_planned_start():
    CohortFactory(name="Late", state="agreed", planned_start=date(2026, 11, 23))
    CohortFactory(name="Today", state="agreed", planned_start=TODAY)
    CohortFactory(name="Prospect", state="prospect", planned_start=date(2026, 1, 5))
    CohortFactory(name="Running", planned_start=date(2026, 1, 5))
    assert names(Cohort.objects.overdue(TODAY)) == ["Late"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("elancourt", ["Élancourt"]),
        ("ÉLAN", ["Élancourt"]),
        ("lycee", ["Metz"]),
        ("moselle", ["Metz"]),
        ("mtz", ["Metz"]),
        ("mt", []),
        ("zzz", []),
    ],
)
def test_the_search_for_cohorts_ignores_accents(text, expected):
    CohortFactory(name="Élancourt", code="ELA")
    CohortFactory(
        name="Metz", code="MTZ", site="Lycée Fabert", authority=AuthorityFactory(name="Département de la Moselle")
    )
    assert names(Cohort.objects.named_like(text)) == expected


def test_cohorts_are_sorted_by_name_as_people_read_them():
    for name in ("Zuydcoote", "Élancourt", "dunkerque", "Metz"):
        CohortFactory(name=name)
    assert names(Cohort.objects.by_name()) == ["dunkerque", "Élancourt", "Metz", "Zuydcoote"]


def test_cohorts_are_sorted_by_actual_or_planned_start():
    CohortFactory(name="Planned", state="agreed", planned_start=date(2026, 6, 1), actual_start=None)
    CohortFactory(name="Late starter", planned_start=date(2026, 1, 5), actual_start=date(2026, 9, 1))
    CohortFactory(name="Unknown", retrospective=True, planned_start=None, planned_end=None, actual_start=None)
    CohortFactory(name="First", actual_start=date(2026, 1, 5))
    assert names(Cohort.objects.by_start()) == ["First", "Planned", "Late starter", "Unknown"]


def test_seats_are_counted_on_the_day():
    cohort = CohortFactory()
    MembershipFactory(cohort=cohort)
    MembershipFactory(cohort=cohort, ends_on=TODAY)
    MembershipFactory(cohort=cohort, ends_on=date(2026, 11, 23))
    MembershipFactory(cohort=cohort, starts_on=date(2026, 11, 25))
    MembershipFactory(cohort=cohort, role="relay")
    empty = CohortFactory()
    rows = Cohort.objects.with_seats_taken(TODAY)
    assert {row.pk: row.seats_taken for row in rows} == {cohort.pk: 2, empty.pk: 0}


def test_the_next_session_is_the_first_that_is_still_to_be_held():
    cohort, empty = CohortFactory(), CohortFactory()
    for state, day in (
        ("held", date(2026, 11, 25)),
        ("cancelled", date(2026, 11, 26)),
        ("postponed", date(2026, 11, 27)),
        ("scheduled", date(2026, 11, 23)),
        ("scheduled", date(2026, 12, 8)),
        ("draft", date(2026, 12, 1)),
    ):
        SessionFactory(cohort=cohort, state=state, date=day)
    rows = Cohort.objects.with_next_session(TODAY)
    assert {row.pk: row.next_session_on for row in rows} == {cohort.pk: date(2026, 12, 1), empty.pk: None}


def test_a_session_of_several_days_is_the_next_one_until_its_last_day():
    cohort = CohortFactory()
    session = SessionFactory(cohort=cohort, state="scheduled", date=TODAY - timedelta(days=1))
    SessionDay.objects.create(session=session, date=TODAY + timedelta(days=1), starts_at=time(9), ends_at=time(17))
    days = [TODAY + timedelta(days=n) for n in (-2, 0, 1, 2)]
    rows = [Cohort.objects.with_next_session(day).with_ongoing_session(day).get() for day in days]
    first, last = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    assert [(row.next_session_on, row.session_until) for row in rows] == [
        (first, None),
        (first, last),
        (first, last),
        (None, None),
    ]


@pytest.mark.parametrize(("state", "is_ongoing"), [("held", False), ("cancelled", False), ("draft", True)])
def test_an_ongoing_session_is_neither_held_nor_cancelled(state: str, is_ongoing: bool):
    session = SessionFactory(cohort=CohortFactory(), state=state, date=TODAY - timedelta(days=1))
    SessionDay.objects.create(session=session, date=TODAY, starts_at=time(9), ends_at=time(17))
    assert Cohort.objects.with_ongoing_session(TODAY).get().session_until == (TODAY if is_ongoing else None)


def test_seats_and_sessions_are_counted_together_without_duplicates():
    cohort = CohortFactory()
    MembershipFactory.create_batch(3, cohort=cohort)
    SessionFactory.create_batch(2, cohort=cohort, state="draft", date=date(2026, 12, 1))
    row = Cohort.objects.with_seats_taken(TODAY).with_next_session(TODAY).get()
    assert (row.seats_taken, row.next_session_on) == (3, date(2026, 12, 1))


def test_members_are_listed_by_role_then_name_and_those_who_left_last():
    cohort = CohortFactory()
    for role, name, ends_on in (
        ("relay", "Zoé", None),
        ("ambassador", "Éric", None),
        ("ambassador", "Dina", None),
        ("ambassador", "Farid", None),
        ("pilot", "Paule", None),
        ("pilot", "Ancien", date(2025, 12, 31)),
    ):
        MembershipFactory(
            cohort=cohort,
            role=role,
            user=UserFactory(full_name=name),
            starts_on=date(2025, 1, 1) if ends_on else date(2026, 1, 5),
            ends_on=ends_on,
        )
    rows = BoundList(MEMBERS, Reader(UserFactory(is_lab_staff=True), TODAY, "", listed(cohort)), QueryDict()).rows
    assert [(row.name, row.is_active_member, row.has_ended) for row in rows] == [
        ("Paule", True, False),
        ("Dina", True, False),
        ("Éric", True, False),
        ("Farid", True, False),
        ("Zoé", True, False),
        ("Ancien", False, True),
    ]


def listed(cohort: Cohort) -> CohortSubject:
    return CohortSubject(cohort, STAFF, decisions(STAFF), TODAY)


def test_active_returns_members_of_that_day_and_ambassadors_can_be_filtered():
    cohort = CohortFactory()
    ambassador = MembershipFactory(cohort=cohort)
    MembershipFactory(cohort=cohort, role="relay")
    MembershipFactory(cohort=cohort, ends_on=date(2026, 2, 1))
    assert list(cohort.memberships.ambassadors().active(TODAY)) == [ambassador]
