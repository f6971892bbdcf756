"""The sessions of cohorts that share people, planned together from the page of their edition."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import Cohort, Membership, Session, SessionDay
from notifications.models import Delivery
from planning.editions.actions import calculation
from planning.editions.actions.sessions import session_plan_token, use_session_plan
from planning.editions.calculation import calculate_due_edition_plans
from planning.editions.sessions.inputs import edition_sessions, read_sessions
from planning.editions.sessions.results import as_json, from_json
from planning.editions.shared_people import shared_days
from planning.models import SessionPlan
from planning.solver.session_model import solve_sessions
from programmes.models import Edition
from tests.cohorts.pages import browser, page_links, page_messages, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from tests.factories.planning import edition_sharing_sam
from tests.planning.locks import locks_sessions_first
from web.errors import DomainError

AT = datetime(2027, 1, 6, 9, tzinfo=UTC)
ADDRESS = "/editions/transfo-2027/session-plans/"
CLASH = date(2027, 3, 9)  # a Tuesday


@pytest.fixture(autouse=True)
def january():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def staff(db: None):
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def edition(staff: Any) -> Edition:
    return edition_sharing_sam(state="scheduled")


def session(slug: str, number: str = "1") -> Session:
    return Session.objects.get(cohort__slug=slug, number=number)


def days_of(slug: str, number: str = "1") -> list[date]:
    return list(session(slug, number).days.values_list("date", flat=True))


def calculate(edition: Edition) -> SessionPlan:
    calculation.request_edition_plans(model=SessionPlan, edition=edition, at=AT, by=None)
    assert calculate_due_edition_plans(lambda: AT) == 1
    return calculation.plans_of_edition(SessionPlan, edition)


def moves(edition: Edition, number: int = 1) -> dict[str, str]:
    """Return the new day of each session that a plan moves, by cohort and number."""
    plan = calculation.plans_of_edition(SessionPlan, edition)
    chosen = from_json(plan.result).plans[number - 1].chosen
    rows = {str(row.pk): row for row in Session.objects.filter(pk__in=chosen)}
    return {
        f"{rows[key].cohort.slug} {rows[key].number}": str(days[0])
        for key, days in chosen.items()
        if days[0] != rows[key].first_day
    }


def test_a_plan_moves_the_draft_and_is_used_and_undone(edition: Edition, staff: Any):
    client = browser(staff)
    assert ADDRESS in client.get(edition.get_absolute_url()).content.decode()
    answer = client.get(ADDRESS)
    assert "Also expected in Nantes, session 1 on 9 March 2027: Sam Double." in page_text(answer)
    assert "/history/" not in answer.content.decode()  # nothing is stored yet
    client.post(ADDRESS)
    assert 'hx-trigger="every 2s"' in client.get(ADDRESS, headers={"HX-Request": "true"}).content.decode()
    assert calculate_due_edition_plans(lambda: AT) == 1
    assert client.get(ADDRESS, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "/history/session-plan/transfo-2027/" in client.get(ADDRESS).content.decode()
    assert [moves(edition, number) for number in (1, 2)] == [{"metz 1": "2027-03-10"}, {"metz 1": "2027-03-15"}]
    assert "Why it moves: on 9 March 2027 Sam Double would also be in Nantes" in page_text(client.get(ADDRESS))
    preview = client.get(f"{ADDRESS}use/1/")
    assert "Metz, session 1: Tue 9 March 2027 → Wed 10 March 2027" in page_text(preview)
    assert "Nobody receives an e-mail" in page_text(preview)
    answer = client.post(f"{ADDRESS}use/1/", {"version_token": preview.context["form"].initial["version_token"]})
    assert page_messages(answer) == ["Metz: the drafts have the days of the plan."]
    assert (days_of("metz"), days_of("nantes"), Delivery.objects.count()) == ([date(2027, 3, 10)], [CLASH], 0)
    assert "/cohorts/metz/new-days/undo/" in page_links(client.get(ADDRESS))
    client.post("/cohorts/metz/new-days/undo/")
    assert days_of("metz") == [CLASH]
    assert "Plan used none added: A" in page_text(client.get("/history/session-plan/transfo-2027/"))


def test_a_locked_session_stays_and_the_page_names_what_would_have_to_change(edition: Edition, staff: Any):
    client, metz = browser(staff), session("metz")
    client.post(f"{ADDRESS}lock/{metz.pk}/")
    calculate(edition)
    text = page_text(client.get(ADDRESS))
    assert "Sam Double cannot be in Metz and Nantes on the same day." in text
    assert "Metz, session 1 is locked." in text
    assert "Unlock Metz, session 1." in text
    assert "Accept that Sam Double will miss a session of Metz or Nantes." in text
    client.post(f"{ADDRESS}unlock/{metz.pk}/")
    assert calculation.plans_of_edition(SessionPlan, edition).locked == []
    client.post(ADDRESS)
    client.post(f"{ADDRESS}cancel/")
    assert calculation.plans_of_edition(SessionPlan, edition).state == "done"


def test_a_plan_is_not_used_when_something_has_changed(edition: Edition, staff: Any):
    plan = calculate(edition)
    token = session_plan_token(read_sessions(plan, AT.date()), 1)
    client = browser(staff)
    assert client.get(f"{ADDRESS}use/4/").status_code == 404
    assert session_plan_token(read_sessions(plan, date(2027, 3, 10)), 1) == ""  # the day of the plan has come
    sam = Membership.objects.get(cohort__slug="nantes", user__full_name="Sam Double")
    AttendanceFactory(day=session("nantes", "2").days.get(), member=sam, status="expected", half_days=0)
    assert "Something has changed" in page_text(client.get(f"{ADDRESS}use/1/"))
    with pytest.raises(DomainError, match="Something has changed"):
        use_session_plan(edition=edition, number=1, version_token=token, at=AT, by=staff)
    calculate(edition)
    session("metz").days.update(date=date(2027, 3, 16))
    calculate(edition)
    token = session_plan_token(read_sessions(calculation.plans_of_edition(SessionPlan, edition), AT.date()), 1)
    assert "No draft has to move." in page_text(client.get(ADDRESS))
    with CaptureQueriesContext(connection) as run, pytest.raises(DomainError, match="Nothing changes"):
        use_session_plan(edition=edition, number=1, version_token=token, at=AT, by=staff)
    assert locks_sessions_first(run)


def test_sessions_move_within_their_cohort_and_calendar(edition: Edition):
    """Between its neighbours that stay, on successive working days, not on days of the edition or of holidays."""
    metz = Cohort.objects.get(slug="metz")
    SessionFactory(cohort=metz, number="0", state="scheduled", date=date(2027, 3, 2))
    SessionFactory(cohort=metz, number="3", state="scheduled", date=date(2027, 3, 18))
    SessionDay.objects.create(session=session("metz"), date=date(2027, 3, 10))
    plan = calculation.plans_of_edition(SessionPlan, edition)
    inputs = read_sessions(plan, AT.date())
    problem = edition_sessions(inputs)
    options = {each.key: [option.days[0] for option in each.options] for each in problem.sessions}
    assert sorted(options) == sorted(str(session(*key).pk) for key in (("metz", "1"), ("nantes", "2")))
    first = options[str(session("metz").pk)]
    assert (min(first), max(first), date(2027, 3, 6) in first) == (date(2027, 3, 3), date(2027, 3, 16), False)
    result = solve_sessions(problem, lambda _step: None)
    assert from_json(as_json(result)) == result
    assert read_sessions(plan, AT.date()).fingerprint == inputs.fingerprint


def test_page_has_a_fixed_number_of_statements(edition: Edition, staff: Any, django_assert_num_queries):
    calculate(edition)
    client = browser(staff)
    client.get(ADDRESS)
    with django_assert_num_queries(10):
        client.get(ADDRESS)
    for number in ("7", "8"):
        SessionFactory(cohort=Cohort.objects.get(slug="metz"), number=number, state="draft", date=CLASH)
    with django_assert_num_queries(10):
        client.get(ADDRESS)


def test_page_names_three_sessions_in_conflict_and_counts_the_others(edition: Edition, staff: Any):
    nantes = Cohort.objects.get(slug="nantes")
    for number in range(3, 7):
        SessionFactory(cohort=nantes, number=str(number), state="scheduled", date=CLASH)
    row = next(iter(browser(staff).get(ADDRESS).context["page"]))
    assert [text.partition(" on ")[0] for text in row.reasons] == [
        "Also expected in Nantes, session 1",
        "Also expected in Nantes, session 3",
        "Also expected in Nantes, session 4",
        "2 more sessions are in conflict with it.",
    ]


def test_days_of_people_in_two_cohorts_have_pages(edition: Edition, staff: Any):
    """Each session counts once for each person; a day has the sessions of both cohorts, in the order of their names."""
    for number in range(12):
        for slug in ("metz", "nantes"):
            cohort, day = Cohort.objects.get(slug=slug), date(2027, 4, 1) + timedelta(days=number)
            SessionFactory(cohort=cohort, number=f"d{number}", state="scheduled", date=day)
    client = browser(staff)
    first = client.get(ADDRESS).context["shared_days"]
    assert (len(first.days), first.previous, first.next) == (12, None, 2)
    assert (first.days[0].day, first.days[0].people) == (CLASH, ("Sam Double",))
    assert [row.cohort.slug for row in first.days[0].sessions] == ["metz", "nantes"]
    answer = client.get(ADDRESS, {"days": "2"})
    second = answer.context["shared_days"]
    assert ([each.day for each in second.days], second.previous, second.next) == ([date(2027, 4, 12)], 1, None)
    assert "?days=1#shared" in answer.content.decode()
    assert client.get(ADDRESS, {"days": "7"}).context["shared_days"] == first


def test_days_of_people_in_two_cohorts_of_other_editions_are_not_shown(edition: Edition):
    """One of the two cohorts belongs to the edition; two sessions of one cohort do not count."""
    Session.objects.filter(cohort__slug="metz").update(state="cancelled", reason="No room")
    nantes = Cohort.objects.get(slug="nantes")
    SessionFactory(cohort=nantes, number="3", state="scheduled", date=CLASH)  # the same cohort twice on one day
    for _number in range(2):
        other = CohortFactory()
        sam = Membership.objects.get(cohort=nantes, user__full_name="Sam Double").user
        MembershipFactory(cohort=other, user=sam, role="resident", starts_on=date(2027, 1, 5))
        SessionFactory(cohort=other, number="1", state="scheduled", date=date(2027, 5, 4))
    assert shared_days(edition, AT.date(), None).days == ()
