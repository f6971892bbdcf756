"""The people of a cohort and of a session to whom its leads may write."""

from datetime import date

import pytest

from accounts.models import User
from cohorts.models import Cohort
from cohorts.permissions import role_of_each
from notifications.group_emails.circles import email_circles
from tests.factories.cast import EVERYONE, NOW, Cast, create_cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory

pytestmark = pytest.mark.django_db


def people(cast: Cast, circle: str, pk: int, audience: str) -> str:
    rows = User.objects.filter(email_circles[circle].people(pk, audience, NOW))
    return "".join(role for role in EVERYONE if rows.filter(pk=cast[role].pk).exists())


def who_may_write(cast: Cast, circle: str, pk: int) -> dict[str, str]:
    found = {role: email_circles[circle].find(cast[role], pk) for role in EVERYONE}
    return {
        "may": "".join(role for role, access in found.items() if access and access.can_write),
        "see": "".join(role for role, access in found.items() if access),
    }


def test_leads_write_to_their_cohort_by_role():
    cast = create_cast()
    MembershipFactory(cohort=cast.cohort, user=cast["X"], role="relay", starts_on="2026-01-01", ends_on="2026-11-20")
    assert who_may_write(cast, "cohort", cast.cohort.pk) == {"may": "SCP", "see": "SCDPMRAX"}
    audiences = [*email_circles["cohort"].audiences, "lab"]
    assert {audience: people(cast, "cohort", cast.cohort.pk, audience) for audience in audiences} == {
        "everyone": "CDPMR",
        "ambassador": "M",
        "resident": "D",
        "pilot": "P",
        "coordinator": "C",
        "relay": "R",
        "elected": "",
        "direction": "",
        "admins": "A",
        "lab": "",
    }


def test_leads_write_to_the_people_of_a_session():
    cast = create_cast()
    session = SessionFactory(cohort=cast.cohort, state="scheduled", date=date(2026, 12, 8))
    day = session.days.get()
    for role, fields in (("M", {}), ("D", {"answered_on": "2026-11-20"}), ("R", {"status": "excused"})):
        member = cast.cohort.memberships.get(user=cast[role])
        AttendanceFactory(day=day, member=member, **{"status": "expected", "half_days": 0, **fields})
    assert who_may_write(cast, "session", session.pk) == {"may": "SCP", "see": "SCDPMRA"}
    audiences = [*email_circles["session"].audiences, "informed"]
    assert {audience: people(cast, "session", session.pk, audience) for audience in audiences} == {
        "expected": "DM",
        "unanswered": "M",
        "attendees": "DM",
        "informed": "",
    }


def test_each_person_has_one_role():
    cast = create_cast()
    MembershipFactory(cohort=cast.cohort, user=cast["A"], role="elected")
    users = [cast[role].pk for role in EVERYONE]
    roles = role_of_each(users, Cohort.objects.filter(pk=cast.cohort.pk), NOW.date())
    assert {role: roles.get(cast[role].pk) for role in EVERYONE} == {
        **{role: role for role in "SCDPMR"},
        "A": "R",
        "N": None,
        "X": None,
    }
