"""A residency planned from its page: absences, plans with reasons, a locked week, an exception, use and undo."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import Cohort, Session, SessionDay
from notifications.models import Delivery
from planning import actions
from planning.board import PlanBoard
from planning.calculation import calculate_due_plans
from planning.models import Absence, LockedWeek, PlanException, ResidencyPlan
from planning.reading import read_input
from planning.results import as_json, from_json
from tests.cohorts.pages import browser, page_messages, page_text
from tests.concurrency import result_of
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import (
    AttendanceFactory,
    CohortFactory,
    MembershipFactory,
    SessionFactory,
    StakeholderFactory,
)
from tests.factories.fieldwork import NoteFactory
from tests.factories.planning import residency_cohort
from tests.factories.programmes import AuthorityFactory
from tests.factories.prototypes import ChallengeFactory
from tests.matrix.stage import rolled_back
from tests.planning.locks import locks_sessions_first
from tests.sql import update
from web.errors import DomainError

pytestmark = pytest.mark.django_db
AT = datetime(2027, 1, 5, 9, tzinfo=UTC)
TODAY = AT.date()
MONDAYS = [date(2027, 1, 4) + timedelta(weeks=number) for number in range(26)]
ZONE_B = {MONDAYS[number] for number in (7, 8, 15, 16)}  # school holidays: 20 February–7 March, 17 April–2 May


@pytest.fixture(autouse=True)
def january():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def staff():
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def cohort() -> Cohort:
    """A residency with a designer and a sociologist, and a draft of its first on-site week."""
    row = residency_cohort(name="Embruns", slug="embruns", authority=AuthorityFactory(school_zone="B"))
    for name, discipline in (("Dana Design", "Design"), ("Sam Sociologie", "sociologie")):
        person = UserFactory(full_name=name)
        MembershipFactory(cohort=row, user=person, role="resident", discipline=discipline, starts_on=row.planned_start)
    week(row, "1", MONDAYS[1], state="draft")
    return row


def week(cohort: Cohort, number: str, monday: date, state: str) -> Session:
    session = SessionFactory(cohort=cohort, number=number, kind="immersion", state="draft", date=None)
    for day in range(5):
        SessionDay.objects.create(session=session, date=monday + timedelta(days=day), venue="Lycée")
    if state != "draft":
        session.state = state
        session.save()
    session.refresh_from_db()
    return session


def calculate(cohort: Cohort, weeks_apart: int = 4) -> ResidencyPlan:
    actions.request_plans(cohort=cohort, weeks_apart=weeks_apart, at=AT, by=None)
    assert calculate_due_plans(lambda: AT) == 1
    return actions.plan_of(cohort)


def use(cohort: Cohort, staff: Any, token: str = "") -> ResidencyPlan:
    token = token or seen(cohort)
    return actions.use_plan(cohort=cohort, number=1, version_token=token, at=AT, by=staff)


def seen(cohort: Cohort) -> str:
    """Return the token of the best plan as a person sees it now."""
    return actions.plan_token(read_input(actions.plan_of(cohort), TODAY), 1)


def plans(cohort: Cohort) -> list[tuple[date, ...]]:
    return [plan.mondays for plan in from_json(actions.plan_of(cohort).result).plans]


def first_days(cohort: Cohort) -> list[date | None]:
    return list(cohort.sessions.order_by("first_day").values_list("first_day", flat=True))


def host_away(cohort: Cohort, first: date, last: date, staff: Any, certainty: str = "away") -> Absence:
    return actions.add_absence(
        cohort=cohort, member=None, host="Proviseur", first_day=first, last_day=last, certainty=certainty, by=staff
    )


def test_absent_member_keeps_their_role(cohort, staff):
    sam = cohort.memberships.get(discipline="sociologie")
    days = {"first_day": MONDAYS[9], "last_day": MONDAYS[10]}
    actions.add_absence(cohort=cohort, member=sam, host="", certainty="away", by=staff, **days)
    (absence,) = read_input(actions.plan_of(cohort), TODAY).absences
    assert absence.member is not None
    assert (str(absence), absence.member.role, absence.member.user.is_active) == (str(sam), "resident", True)


def test_plans_avoid_holidays_absences_and_other_residencies(cohort, staff):
    sam = cohort.memberships.get(discipline="sociologie")
    other = CohortFactory(code="ME", planned_start=date(2027, 1, 4))
    MembershipFactory(cohort=other, user=sam.user, role="resident", starts_on=date(2027, 1, 4))
    week(other, "1", MONDAYS[4], state="draft")
    host_away(cohort, MONDAYS[9], MONDAYS[10] + timedelta(days=2), staff)
    residency = read_input(actions.plan_of(cohort) if calculate(cohort) else ResidencyPlan(), TODAY).residency
    out = {monday for monday, rules in residency.ruled_out.items() if rules}
    assert {
        MONDAYS[7],
        MONDAYS[8],
        MONDAYS[9],
        MONDAYS[10],
        MONDAYS[15],
        MONDAYS[16],
    } <= out  # zone B: 20 Feb–7 Mar, 17 Apr–2 May
    assert residency.is_elsewhere(str(sam.user_id), MONDAYS[4])
    MembershipFactory(cohort=cohort, user=(pilot := UserFactory()), role="pilot", starts_on=cohort.planned_start)
    pages = [page_text(browser(reader).get("/cohorts/embruns/weeks/")) for reader in (staff, pilot)]
    assert [("with ME" in text, "… with another cohort" in text) for text in pages] == [(True, False), (False, True)]
    found = plans(cohort)
    assert len(found) == 3
    assert not {*out, MONDAYS[4], MONDAYS[0]} & {monday for plan in found for monday in plan}
    assert all(later - earlier >= timedelta(weeks=4) for plan in found for earlier, later in pairwise(plan))


def test_a_locked_week_an_exception_and_another_calculation(cohort, staff):
    calculate(cohort)
    client = browser(staff)
    client.post("/cohorts/embruns/weeks/lock/", {"monday": MONDAYS[7].isoformat()})
    assert "Something has changed since these plans were calculated." in page_text(
        client.get("/cohorts/embruns/weeks/")
    )
    calculate(cohort)
    text = page_text(client.get("/cohorts/embruns/weeks/"))
    assert "No plan is possible yet" in text
    assert (
        "The week of 22–26 February 2027 is locked." in text,
        "Unlock the week of 22–26 February 2027." in text,
    ) == (True, True)
    address = f"/cohorts/embruns/weeks/exception/?rule=school_holidays&monday={MONDAYS[7]}"
    assert "school holidays · 22–26 February 2027" in page_text(client.get(address))
    values = {"rule": "school_holidays", "subject": "", "monday": MONDAYS[7].isoformat()}
    assert "This field is required." in page_text(client.post(address, values))
    client.post(address, {**values, "reason": "The boarding house stays open."})
    calculate(cohort)
    assert all(MONDAYS[7] in plan for plan in plans(cohort))
    text = page_text(client.get("/cohorts/embruns/weeks/?plan=2"))
    assert ("Why plan B" in text, "Reason: The boarding house stays open." in text) == (True, True)
    client.post(f"/cohorts/embruns/weeks/exception/{PlanException.objects.get().pk}/withdraw/")
    client.post("/cohorts/embruns/weeks/unlock/", {"monday": MONDAYS[7].isoformat()})
    assert (PlanException.objects.count(), LockedWeek.objects.count()) == (0, 0)


def test_a_plan_is_used_and_undone(cohort, staff):
    before = first_days(cohort)
    calculate(cohort)
    best, client = plans(cohort)[0], browser(staff)
    preview = page_text(client.get("/cohorts/embruns/weeks/use/1/"))
    assert ("Session 1: Mon 11 – Fri 15 January 2027 →" in preview, "Nobody receives an e-mail" in preview) == (
        True,
        True,
    )
    assert client.get(f"/cohorts/embruns/weeks/use/{len(plans(cohort)) + 1}/").status_code == 404
    stale = client.post("/cohorts/embruns/weeks/use/1/", {"version_token": "0" * 16})
    assert "Something has changed since this plan was calculated." in page_text(stale)
    client.post("/cohorts/embruns/weeks/use/1/", {"version_token": seen(cohort)})
    assert first_days(cohort) == list(best)
    assert [len(session.days.all()) for session in cohort.sessions.all()] == [5, 5, 5]
    assert Delivery.objects.count() == 0
    client.post("/cohorts/embruns/weeks/undo/")
    assert first_days(cohort) == before
    assert "No plan is in use." in page_text(client.get("/cohorts/embruns/weeks/undo/"))


def test_a_plan_used_twice_can_still_be_undone(cohort, staff):
    before = first_days(cohort)
    calculate(cohort)
    client = browser(staff)
    assert "Use plan A" in page_text(client.get("/cohorts/embruns/weeks/"))
    use(cohort, staff)
    used = first_days(cohort)
    assert "Use plan A" not in page_text(client.get("/cohorts/embruns/weeks/"))
    use(cohort, staff)
    assert first_days(cohort) == used
    actions.undo_plan(cohort=cohort, at=AT, by=staff)
    assert first_days(cohort) == before


def test_a_plan_whose_drafts_changed_cannot_be_undone(cohort, staff):
    calculate(cohort)
    use(cohort, staff)
    Session.objects.filter(number="1").update(version=9)
    with pytest.raises(DomainError, match="Sessions changed since the drafts were moved: 1"):
        actions.undo_plan(cohort=cohort, at=AT, by=staff)


def test_a_plan_is_not_used_when_a_draft_changed_since_it_was_shown(cohort, staff):
    calculate(cohort)
    token = seen(cohort)
    Session.objects.filter(number="1").update(version=2)
    with pytest.raises(DomainError, match="Something has changed"):
        use(cohort, staff, token)
    SessionDay.objects.filter(session__number="1").delete()
    assert seen(cohort) != token


def test_undo_deletes_nothing_that_people_added_since(cohort, staff):
    calculate(cohort)
    use(cohort, staff)
    planned = cohort.sessions.count()
    for number, change in product("12", ["list", "title", "challenge", "note"]):
        with rolled_back():
            add(change, cohort.sessions.get(number=number))
            answer = result_of(lambda: actions.undo_plan(cohort=cohort, at=AT, by=staff))
            stays = number == "1" and change != "list"  # the draft was there before
            refusal = f"Sessions changed since the drafts were moved: {number}. "
            assert (number, change, answer.startswith("done" if stays else refusal)) == (number, change, True)
            assert len(cohort.sessions.all()) == (1 if stays else planned), (number, change)


def add(change: str, session: Session) -> None:
    """Add what people add to a session."""
    if change == "list":
        guest = StakeholderFactory(cohort=session.cohort)
        AttendanceFactory(day=session.days.first(), member=None, stakeholder=guest, status="expected", half_days=0)
    elif change == "title":
        Session.objects.filter(pk=session.pk).update(title="Le marché")
    elif change == "challenge":
        ChallengeFactory(cohort=session.cohort).sessions.add(session)
    else:
        NoteFactory(cohort=session.cohort, session=session)


def test_the_move_of_a_plan_in_use_is_undone_with_the_plan_only(cohort, staff):
    calculate(cohort)
    plan, client = use(cohort, staff), browser(staff)
    address = "/cohorts/embruns/new-days/undo/"
    assert address not in client.get("/cohorts/embruns/").content.decode()
    assert "A plan moved the drafts." in page_text(client.get(address))
    assert "A plan moved the drafts." in page_text(client.post(address))
    assert first_days(cohort) == list(plans(cohort)[0])
    update(plan.applied, undone_at=AT)  # by an earlier version of the platform
    text = page_text(client.get("/cohorts/embruns/weeks/undo/"))
    assert "Remove the drafts that the plan added one by one." in text
    with pytest.raises(DomainError, match="Remove the drafts that the plan added"):
        actions.undo_plan(cohort=cohort, at=AT, by=staff)


def test_confirmed_weeks_stay_and_days_are_counted(cohort, staff):
    Cohort.objects.filter(pk=cohort.pk).update(planned_team_days=30)
    cohort.refresh_from_db()
    confirmed = week(cohort, "2", MONDAYS[3], state="scheduled")
    member = cohort.memberships.get(discipline="sociologie")
    AttendanceFactory(day=confirmed.days.first(), member=member, status="expected", half_days=0)
    held = SessionFactory(cohort=cohort, number="9", kind="debrief", state="held", date=TODAY)
    AttendanceFactory(day=held.days.get(), member=member, half_days=1, recorded_on=TODAY)
    planning = read_input(calculate(cohort), TODAY)
    assert (planning.days_agreed, planning.days_spent, planning.days_confirmed) == (30, 0.5, 1)
    assert (planning.residency.confirmed_weeks, planning.residency.days_left) == ((MONDAYS[3],), 28)
    assert all(MONDAYS[3] in plan for plan in plans(cohort))
    text = page_text(browser(staff).get("/cohorts/embruns/weeks/"))
    assert "Days agreed 30 Days used 0.5 Days in confirmed weeks 1 Days in this plan 20 Days left 8.5" in text


def test_confirmed_weeks_name_who_is_expected(cohort, staff):
    confirmed = [week(cohort, str(number), MONDAYS[3 * number], state="scheduled") for number in (2, 3)]
    sociologist, designer = (cohort.memberships.get(discipline=name) for name in ("sociologie", "Design"))
    AttendanceFactory(day=confirmed[0].days.first(), member=sociologist, status="expected", half_days=0)
    for session in confirmed:
        AttendanceFactory(day=session.days.first(), member=designer, status="excused", half_days=0)
    board = PlanBoard(read_input(calculate(cohort), TODAY))
    found = {each.monday: each.people for each in board.weeks if each.is_confirmed}
    assert found == {MONDAYS[6]: ("Sam Sociologie",), MONDAYS[9]: ()}
    on_site = {row.name: [cell.monday for cell in row.cells if cell.kind == "on"] for row in board.people}
    assert [MONDAYS[6] in on_site[name] for name in ("Sam Sociologie", "Dana Design")] == [True, False]
    text = page_text(browser(staff).get("/cohorts/embruns/weeks/"))
    assert text.count("No resident is expected or came this week.") == 1


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
def test_nobody_is_expected_in_a_week_that_does_not_take_place(cohort, state: str):
    session = week(cohort, "2", MONDAYS[6], state="scheduled")
    resident = cohort.memberships.get(discipline="sociologie")
    AttendanceFactory(day=session.days.first(), member=resident, status="expected", half_days=0)
    plan = calculate(cohort)
    before = read_input(plan, TODAY)
    assert ((str(resident.user_id), MONDAYS[6]) in before.on_site, before.days_confirmed) == (True, 1)
    Session.objects.filter(pk=session.pk).update(state=state, reason="No room" if state == "cancelled" else "")
    after = read_input(plan, TODAY)
    assert (after.on_site, after.days_confirmed) == (frozenset(), 0)


def test_page_of_plans_has_a_fixed_number_of_statements(cohort, staff, django_assert_num_queries):
    calculate(cohort)
    client = browser(staff)
    client.get("/cohorts/embruns/weeks/")
    with django_assert_num_queries(10):
        client.get("/cohorts/embruns/weeks/")
    for number in range(2):
        host_away(cohort, MONDAYS[3 + number], MONDAYS[3 + number], staff, certainty="to_confirm")
        actions.lock_week(cohort=cohort, monday=MONDAYS[11 + 5 * number], by=staff)
    with django_assert_num_queries(10):
        text = page_text(client.get("/cohorts/embruns/weeks/"))
    assert text.count("Proviseur") >= 3


def test_several_plans_are_locked_in_the_order_of_their_keys(cohort, staff):
    other = residency_cohort(name="Phare", slug="phare")
    actions.request_plans_together(cohorts=[other, cohort], at=AT, by=staff)
    plans = actions.start_calculation(by=None, at=AT)
    for run in (
        lambda: actions.record_step(plans=plans, step=1, by=None, at=AT),
        lambda: actions.fail_calculation(plans=plans, by=None),
        lambda: actions.request_plans_together(cohorts=[other, cohort], at=AT, by=staff),
    ):
        with CaptureQueriesContext(connection) as captured:
            run()
        of_plans = [each["sql"] for each in captured if '"planning_residencyplan"' in each["sql"]]
        locks = [sql for sql in of_plans if "FOR UPDATE" in sql]
        assert [('ORDER BY "planning_residencyplan"."id" ASC' in sql, " IN (" in sql) for sql in locks] == [
            (True, True)
        ]
        changes = [sql for sql in of_plans if 'UPDATE "planning_residencyplan"' in sql]
        assert of_plans.index(locks[0]) < of_plans.index(changes[0])


def test_page_shows_progress_while_a_worker_calculates(cohort, staff):
    client = browser(staff)
    assert "No plan yet" in page_text(client.get("/cohorts/embruns/weeks/"))
    refused = client.post("/cohorts/embruns/weeks/", {"weeks_apart": "1"})
    assert "greater than or equal to 2" in page_text(refused)
    client.post("/cohorts/embruns/weeks/", {"weeks_apart": "5"})
    plans = actions.start_calculation(by=None, at=AT)
    actions.record_step(plans=plans, step=2, by=None, at=AT)
    answer = client.get("/cohorts/embruns/weeks/", headers={"HX-Request": "true"})
    assert (
        'hx-trigger="every 2s"' in answer.content.decode(),
        "You can leave this page" in answer.content.decode(),
    ) == (True, True)
    assert actions.start_calculation(by=None, at=AT) == []
    later = AT + timedelta(minutes=6)
    client.post("/cohorts/embruns/weeks/", {"weeks_apart": "6"})
    second = actions.start_calculation(by=None, at=later)  # the first worker has not reported for six minutes
    assert second == plans
    actions.fail_calculation(plans=plans, by=None)
    assert actions.plan_of(cohort).state == "running"
    actions.fail_calculation(plans=second, by=None)
    assert (actions.plan_of(cohort).state, actions.plan_of(cohort).weeks_apart) == ("failed", 6)
    calculate(cohort, weeks_apart=5)
    assert (actions.plan_of(cohort).state, actions.plan_of(cohort).weeks_apart) == ("done", 5)


def test_a_failure_is_recorded_and_the_next_plans_are_calculated(cohort, caplog):
    broken = residency_cohort(name="Broken")
    for row in (broken, cohort):
        actions.request_plans(cohort=row, weeks_apart=4, at=AT, by=None)
    Cohort.objects.filter(pk=broken.pk).update(
        planned_start=date(2027, 1, 4), planned_end=date(2027, 1, 5), actual_start=None
    )
    calculate_due_plans(lambda: AT)
    assert actions.plan_of(cohort).state == "done"
    assert actions.plan_of(broken).state in {"done", "failed"}


@pytest.fixture
def neighbour(cohort) -> Cohort:
    """Another residency of the edition with the same sociologist, and a draft of its first week in the same week."""
    dates = {"planned_start": cohort.planned_start, "planned_end": cohort.planned_end, "actual_start": TODAY}
    row = CohortFactory(edition=cohort.edition, name="Falaises", slug="falaises", code="FA", **dates)
    sam = cohort.memberships.get(discipline="sociologie").user
    MembershipFactory(cohort=row, user=sam, role="resident", discipline="Sociologie", starts_on=row.planned_start)
    designer = UserFactory(full_name="Alix Design")
    MembershipFactory(cohort=row, user=designer, role="resident", discipline="design", starts_on=row.planned_start)
    week(row, "1", MONDAYS[1], state="draft")
    return row


def calculate_together(*cohorts: Cohort, by: Any) -> int:
    actions.request_plans_together(cohorts=cohorts, at=AT, by=by)
    return calculate_due_plans(lambda: AT)


def test_residencies_are_planned_used_and_undone_together(cohort, neighbour, staff):
    client, address = browser(staff), f"/editions/{cohort.edition.slug}/weeks/"
    assert address in client.get(cohort.edition.get_absolute_url()).content.decode()
    text = page_text(client.get(address))
    assert ("No plan yet" in text, "These plans were not calculated together." in text) == (True, True)
    client.post(address)
    assert 'hx-trigger="every 2s"' in client.get(address).content.decode()
    assert calculate_due_plans(lambda: AT) == 2
    first, second = ({*plans(row)[0]} for row in (cohort, neighbour))
    assert not first & second  # the sociologist is needed in each week of both
    text = page_text(client.get(address))
    assert ("Sam Sociologie" in text, "with FA" in text, "Dana Design" in text) == (True, True, False)
    alone = page_text(client.get("/cohorts/embruns/weeks/"))
    assert ("calculated together" in alone, "Use plan A" in alone) == (True, False)
    assert "This plan fits those of other residencies." in page_text(client.get("/cohorts/embruns/weeks/use/1/"))
    with pytest.raises(DomainError, match="fits those of other residencies"):
        use(cohort, staff)
    preview = client.get(f"{address}use/")
    client.post(f"{address}use/", {"version_token": preview.context["form"].initial["version_token"]})
    assert [set(first_days(row)) for row in (cohort, neighbour)] == [first, second]
    assert Delivery.objects.count() == 0
    client.post("/cohorts/falaises/weeks/undo/")
    assert (set(first_days(cohort)), first_days(neighbour)) == (first, [MONDAYS[1]])


def test_plans_of_several_residencies_are_not_used_when_one_has_changed(cohort, neighbour, staff):
    calculate_together(cohort, neighbour, by=staff)
    client, address = browser(staff), f"/editions/{cohort.edition.slug}/weeks/use/"
    token = client.get(address).context["form"].initial["version_token"]
    host_away(neighbour, MONDAYS[20], MONDAYS[20], staff)
    assert "Something has changed" in page_text(client.post(address, {"version_token": token}))
    assert "Something has changed" in page_text(client.get(address))
    with CaptureQueriesContext(connection) as run, pytest.raises(DomainError, match="Something has changed"):
        actions.use_plans_together(cohorts=[cohort, neighbour], version_token=token, at=AT, by=staff)
    assert locks_sessions_first(run)
    calculate(neighbour)
    assert client.get(address).status_code == 404
    assert "These plans were not calculated together." in page_text(client.get(address.removesuffix("use/")))


def test_a_residency_without_a_plan_keeps_its_drafts(cohort, neighbour, staff):
    Cohort.objects.filter(pk=neighbour.pk).update(planned_end=date(2027, 1, 22))
    calculate_together(cohort, neighbour, by=staff)
    client, address = browser(staff), f"/editions/{cohort.edition.slug}/weeks/"
    assert "No plan is possible yet" in page_text(client.get(address))
    token = client.get(f"{address}use/").context["form"].initial["version_token"]
    client.post(f"{address}use/", {"version_token": token})
    assert (set(first_days(cohort)), first_days(neighbour)) == ({*plans(cohort)[0]}, [MONDAYS[1]])


def test_page_of_residencies_has_a_fixed_number_of_statements(cohort, staff, django_assert_num_queries, request):
    client, address = browser(staff), f"/editions/{cohort.edition.slug}/weeks/"
    calculate_together(cohort, by=staff)
    client.get(address)
    with django_assert_num_queries(6):
        client.get(address)
    calculate_together(cohort, request.getfixturevalue("neighbour"), by=staff)
    with django_assert_num_queries(7):  # the people who are in two of them, and sessions on one day
        client.get(address)


def test_absences_are_typed_for_a_person_or_a_host(cohort, staff):
    client = browser(staff)
    days = {"first_day": "2027-03-10", "last_day": "2027-03-08", "certainty": "away"}
    text = page_text(client.post("/cohorts/embruns/weeks/absence/", days))
    expected = ("Choose a person of the team, or write the name of a host.", "The last day is before the first.")
    assert [sentence in text for sentence in expected] == [True, True]
    member = cohort.memberships.get(discipline="Design")
    answer = client.post("/cohorts/embruns/weeks/absence/", {**days, "member": member.pk, "last_day": "2027-03-12"})
    assert page_messages(answer) == ["The absence is recorded. Calculate the plans again."]
    row = Absence.objects.get()
    assert (row.member, row.host, row.first_day) == (member, "", date(2027, 3, 10))
    client.post(f"/cohorts/embruns/weeks/absence/{row.pk}/remove/")
    assert Absence.objects.count() == 0


def test_cohorts_that_are_no_residency_have_no_plans(staff):
    other = CohortFactory(slug="transfo")
    assert browser(staff).get(f"/cohorts/{other.slug}/weeks/").status_code == 404


def test_results_are_stored_as_they_were_found(cohort):
    calculate(cohort)
    stored = actions.plan_of(cohort).result
    assert as_json(from_json(stored)) == stored
