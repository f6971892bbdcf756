"""The steps of a cohort's life: each page says what will happen, asks what it needs, and does it once."""

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.cohort.enums import COHORT_TRANSITIONS, CohortState
from cohorts.cohort.views.life_cycle import ACTS, Act, acts_for
from cohorts.models import Cohort
from cohorts.permissions import TABLE, decisions
from tests.cohorts.pages import browser, doors, errors, main, said
from tests.factories.cohorts import CohortFactory

ANSWERS = {"actual_start": "2026-11-23", "actual_end": "2026-11-23", "reason": "Elections"}


@pytest.fixture
def staff(cast) -> Client:
    return browser(cast["S"])


def page_of(act: Act, cohort: Cohort) -> str:
    return reverse(f"cohorts:{act.url_name}", args=[cohort.slug])


def test_every_transition_has_its_step_and_every_step_a_right():
    covered = {(state, act.to) for act in ACTS for state in act.leaves}
    assert covered == {(before, after) for before, targets in COHORT_TRANSITIONS.items() for after in targets}
    assert {act.right for act in ACTS} <= set(TABLE)


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("prospect", ["agree_cohort", "withdraw_cohort"]),
        ("agreed", ["start_cohort", "withdraw_cohort"]),
        ("running", ["suspend_cohort", "complete_cohort", "withdraw_cohort"]),
        ("suspended", ["resume_cohort", "withdraw_cohort"]),
        ("completed", ["become_alumni"]),
        ("alumni", []),
        ("withdrawn", []),
    ],
)
def test_the_steps_offered_follow_the_state(state, steps):
    assert [act.url_name for act in acts_for(Cohort(state=state), decisions(frozenset("S")))] == steps


def test_a_pilot_is_offered_what_leads_take():
    offered = acts_for(Cohort(state="running"), decisions(frozenset("P")))
    assert [act.url_name for act in offered] == ["suspend_cohort", "complete_cohort"]
    assert acts_for(Cohort(state="running"), decisions(frozenset("M"))) == []


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.url_name)
def test_each_step_says_what_will_happen_and_a_look_changes_nothing(staff, act):
    cohort = CohortFactory(state=min(act.leaves), reason="Because")
    text = main(staff.get(page_of(act, cohort)))
    assert "What will happen" in text
    assert all(str(consequence) in text for consequence in act.consequences)
    cohort.refresh_from_db()
    assert cohort.state == min(act.leaves)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.url_name)
def test_each_step_is_taken_once_it_is_confirmed(staff, act):
    cohort = CohortFactory(name="Vallée", state=min(act.leaves), reason="Because")
    answer = staff.post(page_of(act, cohort), ANSWERS)
    cohort.refresh_from_db()
    assert (cohort.state, answer.headers["Location"]) == (act.to, cohort.get_absolute_url())
    assert said(answer) == [f"Vallée is now “{CohortState(act.to).label}”."]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.url_name)
def test_a_step_sent_twice_is_taken_once_and_the_second_time_explained(staff, act):
    cohort = CohortFactory(state=min(act.leaves), reason="Because")
    staff.post(page_of(act, cohort), ANSWERS)
    lines = cohort.events.count()
    page = staff.post(page_of(act, cohort), ANSWERS)
    assert "this step is not possible from that state." in main(page)
    assert cohort.events.count() == lines


def test_a_step_that_does_not_begin_there_leads_back(staff, cast):
    page = staff.get("/cohorts/rivage/start/")
    assert "The cohort is “running”: this step is not possible from that state." in main(page)
    assert "/cohorts/rivage/" in doors(page)
    assert b"<textarea" not in page.content


@pytest.mark.parametrize(
    ("state", "step", "given", "field"),
    [
        ("agreed", "start", {"actual_start": ""}, "actual_start"),
        ("agreed", "start", {"actual_start": "2026-02-30"}, "actual_start"),
        ("agreed", "start", {"actual_start": "2026-11-25"}, "actual_start"),
        ("running", "complete", {"actual_end": "2025-01-01"}, "actual_end"),
        ("running", "complete", {"actual_end": "2026-11-25"}, "actual_end"),
        ("running", "suspend", {"reason": " "}, "reason"),
        ("running", "withdraw", {"reason": ""}, "reason"),
    ],
)
def test_nonsense_is_refused_beside_its_field_and_kept(staff, state, step, given, field):
    cohort = CohortFactory(slug="other", state=state)
    page = staff.post(f"/cohorts/other/{step}/", given)
    assert set(errors(page)) == {field}
    cohort.refresh_from_db()
    assert cohort.state == state


def test_the_day_is_suggested(staff):
    CohortFactory(slug="other", state="agreed")
    assert b'value="2026-11-24"' in staff.get("/cohorts/other/start/").content


def test_today_is_the_authoritys_own(staff):
    """When it is 10:00 on the 24th in Paris, it is still the 23rd in Papeete."""
    cohort = CohortFactory(slug="other", state="agreed")
    cohort.authority.time_zone = "Pacific/Tahiti"
    cohort.authority.save()
    assert b'value="2026-11-23"' in staff.get("/cohorts/other/start/").content
    assert set(errors(staff.post("/cohorts/other/start/", {"actual_start": "2026-11-24"}))) == {"actual_start"}


@pytest.mark.parametrize("letter", "MDRA")
def test_others_are_told_why_not(cast, letter):
    answer = browser(cast[letter]).post("/cohorts/rivage/suspend/", {"reason": "Mine"})
    assert answer.status_code == 403
    assert "Only the lab, the cohort’s coordinator and its pilot can do this." in answer.content.decode()
    cast.cohort.refresh_from_db()
    assert cast.cohort.state == "running"
