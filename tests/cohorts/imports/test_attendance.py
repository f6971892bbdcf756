"""The import of attendance: by session or date, by address or name, for members and stakeholders."""

from datetime import date

import pytest

from cohorts.models import Attendance
from imports import actions
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import AttendanceFactory, MembershipFactory, SessionFactory, StakeholderFactory
from tests.factories.imports import checked, imported, plans, undone

pytestmark = pytest.mark.django_db
HELD = date(2026, 11, 3)


@pytest.fixture
def people(cast: Cast) -> Cast:
    SessionFactory(cohort=cast.cohort, number="9", state="held", date=HELD)
    SessionFactory(cohort=cast.cohort, number="10", state="scheduled", date=date(2026, 12, 8))
    StakeholderFactory(cohort=cast.cohort, name="Les voisins")
    return cast


def recorded() -> list[tuple[str, str, int]]:
    return [(row.person.name, row.status, row.half_days) for row in Attendance.objects.with_people().order_by("pk")]


def test_attendance_is_recorded_changed_and_set_back(people: Cast):
    member, relay = (people.cohort.memberships.get(user=people[role]) for role in "MR")
    day = people.cohort.sessions.get(number="9").days.get()
    AttendanceFactory(day=day, member=member, status="present", half_days=2, recorded_on=HELD)
    text = f"""Courriel;Séance;Présence;Demi-journées
{people["M"].email};9;partiel;
{relay.name};9;x;2
Les voisins;9;excusé;
"""
    [first, *others] = plans(checked("attendance", "rivage", text, people["P"]))
    assert (first, others) == (("update", [["status", "present", "partial"]]), [("create", [])] * 2)
    batch = imported("attendance", "rivage", text, people["P"])
    after = [(member.name, "partial", 1), (relay.name, "present", 2), ("Les voisins", "excused", 0)]
    assert recorded() == after
    assert plans(checked("attendance", "rivage", text, people["P"])) == [("unchanged", [])] * 3
    undone(batch)
    assert recorded() == [
        (member.name, "present", 2),
        (relay.name, "unknown", 0),
        ("Les voisins", "unknown", 0),
    ]


def test_undo_takes_people_whom_the_import_added_off_the_list_of_a_coming_day(people: Cast):
    batch = imported("attendance", "rivage", f"Courriel;Séance;Présence\n{people['R'].email};10;excusé", people["P"])
    assert [(name, status) for name, status, _half_days in recorded()] == [(people["R"].full_name, "excused")]
    undone(batch)
    assert recorded() == []


def test_what_cannot_be_recorded_is_refused(people: Cast):
    MembershipFactory(cohort=people.cohort, user=UserFactory(full_name="Jo Essai"), role="relay")
    MembershipFactory(cohort=people.cohort, user=UserFactory(full_name="Jo Essai"), role="relay")
    late = MembershipFactory(cohort=people.cohort, role="relay", starts_on=date(2026, 11, 20))
    name = people.cohort.memberships.get(user=people["M"]).name
    text = f"""Nom;Séance;Date;Présence;Demi-journées
Inconnue;9;;x;
Jo Essai;9;;x;
{late.name};9;;x;
{name};99;;x;
{name};;3/11/2025;x;
{name};;;x;
{name};10;;x;
{name};9;;absent;1
{name};9;;peut-être;
{people["R"].full_name};10;;excusé;
"""
    found = plans(checked("attendance", "rivage", text, people["P"]))
    assert [refusal[0] if refusal else outcome for outcome, refusal in found] == [
        *("person", "person", "person", "session", "day", "day", "session", "half_days", "status"),
        "create",
    ]  # fmt: skip


def test_one_person_named_in_two_ways_is_recorded_once(people: Cast):
    member = people.cohort.memberships.get(user=people["M"])
    text = f"Nom;Séance;Présence\n{member.name};9;x\n{people['M'].email};9;absent\n"
    first, (outcome, (_column, reason)) = plans(checked("attendance", "rivage", text, people["P"]))
    assert (first, outcome) == (("create", []), "refused")
    assert reason.startswith("Row 2 names the same person or thing.")


def test_attendance_that_was_changed_since_stops_the_undo(people: Cast):
    batch = imported("attendance", "rivage", f"Courriel;Date;Présence\n{people['M'].email};3/11/2026;x", people["P"])
    Attendance.objects.update(status="absent", half_days=0)
    [sentence] = actions.undo_refusals(batch, people["P"], NOW)
    assert sentence.startswith("These were changed after the import: ")


@pytest.mark.parametrize("number", [1, 3])
def test_the_statements_do_not_grow_with_the_rows(people: Cast, number: int, django_assert_num_queries):
    members = list(people.cohort.memberships.select_related("user")[:number])
    text = "Courriel;Séance;Présence\n" + "".join(f"{row.user.email};9;x\n" for row in members)
    with django_assert_num_queries(22):
        checked("attendance", "rivage", text, people["P"])
