"""Tests of the actions on a cohort's state: each page explains the action, asks what it needs, and does it once."""

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.cohort.enums import COHORT_TRANSITIONS, CohortState
from cohorts.cohort.views.life_cycle import LIFE_CYCLE_ACTIONS, LifeCycleAction, available_actions
from cohorts.models import Cohort
from cohorts.permissions import TABLE, decisions
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.cohorts import CohortFactory

ANSWERS = {"actual_start": "2026-11-23", "actual_end": "2026-11-23", "reason": "Elections"}


@pytest.fixture
def staff(cast) -> Client:
    return browser(cast["S"])


def page_of(action: LifeCycleAction, cohort: Cohort) -> str:
    return reverse(f"cohorts:{action.url_name}", args=[cohort.slug])


def test_every_transition_has_an_action_with_a_permission():
    covered = {(state, action.to_state) for action in LIFE_CYCLE_ACTIONS for state in action.from_states}
    assert covered == {(before, after) for before, targets in COHORT_TRANSITIONS.items() for after in targets}
    assert {action.permission for action in LIFE_CYCLE_ACTIONS} <= set(TABLE)


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
def test_the_offered_actions_follow_the_state(state, steps):
    assert [action.url_name for action in available_actions(Cohort(state=state), decisions(frozenset("S")))] == steps


def test_a_pilot_is_offered_the_actions_of_leads():
    offered = available_actions(Cohort(state="running"), decisions(frozenset("P")))
    assert [action.url_name for action in offered] == ["suspend_cohort", "complete_cohort"]
    assert available_actions(Cohort(state="running"), decisions(frozenset("M"))) == []


@pytest.mark.parametrize("action", LIFE_CYCLE_ACTIONS, ids=lambda action: action.url_name)
def test_each_page_says_what_will_happen_and_a_get_changes_nothing(staff, action):
    cohort = CohortFactory(state=min(action.from_states), reason="Because")
    text = page_text(staff.get(page_of(action, cohort)))
    assert "What will happen" in text
    assert all(str(consequence) in text for consequence in action.consequences)
    cohort.refresh_from_db()
    assert cohort.state == min(action.from_states)


@pytest.mark.parametrize("action", LIFE_CYCLE_ACTIONS, ids=lambda action: action.url_name)
def test_each_action_is_done_once_it_is_confirmed(staff, action):
    cohort = CohortFactory(name="Vallée", state=min(action.from_states), reason="Because")
    answer = staff.post(page_of(action, cohort), ANSWERS)
    cohort.refresh_from_db()
    assert (cohort.state, answer.headers["Location"]) == (action.to_state, cohort.get_absolute_url())
    assert page_messages(answer) == [f"Vallée is now “{CohortState(action.to_state).label}”."]


@pytest.mark.parametrize("action", LIFE_CYCLE_ACTIONS, ids=lambda action: action.url_name)
def test_an_action_sent_twice_is_done_once_and_then_refused_with_a_reason(staff, action):
    cohort = CohortFactory(state=min(action.from_states), reason="Because")
    staff.post(page_of(action, cohort), ANSWERS)
    lines = cohort.events.count()
    page = staff.post(page_of(action, cohort), ANSWERS)
    assert "this step is not possible from that state." in page_text(page)
    assert cohort.events.count() == lines


def test_an_action_not_possible_from_the_state_links_back(staff, cast):
    page = staff.get("/cohorts/rivage/start/")
    assert "The cohort is “running”: this step is not possible from that state." in page_text(page)
    assert "/cohorts/rivage/" in page_links(page)
    assert b"<textarea" not in page.content


@pytest.mark.parametrize(
    ("state", "step", "data", "field"),
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
def test_invalid_input_is_refused_next_to_its_field_and_stays_in_the_form(staff, state, step, data, field):
    cohort = CohortFactory(slug="other", state=state)
    page = staff.post(f"/cohorts/other/{step}/", data)
    assert set(errors(page)) == {field}
    cohort.refresh_from_db()
    assert cohort.state == state


def test_today_is_the_suggested_day(staff):
    CohortFactory(slug="other", state="agreed")
    assert b'value="2026-11-24"' in staff.get("/cohorts/other/start/").content


def test_today_is_in_the_time_zone_of_the_authority(staff):
    """When it is 10:00 on the 24th in Paris, it is still the 23rd in Papeete."""
    cohort = CohortFactory(slug="other", state="agreed")
    cohort.authority.time_zone = "Pacific/Tahiti"
    cohort.authority.save()
    assert b'value="2026-11-23"' in staff.get("/cohorts/other/start/").content
    assert set(errors(staff.post("/cohorts/other/start/", {"actual_start": "2026-11-24"}))) == {"actual_start"}


@pytest.mark.parametrize("role", "MDRA")
def test_other_people_get_the_reason_why_they_may_not(cast, role):
    answer = browser(cast[role]).post("/cohorts/rivage/suspend/", {"reason": "Mine"})
    assert answer.status_code == 403
    assert "Only the lab, the cohort’s coordinator and its pilot can do this." in answer.content.decode()
    cast.cohort.refresh_from_db()
    assert cast.cohort.state == "running"
