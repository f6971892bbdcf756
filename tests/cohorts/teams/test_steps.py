"""The state of an innovation team on a day, and the steps shown with their days."""

from datetime import date
from itertools import product

import pytest
from django.utils import translation

from cohorts.models import InnovationTeam
from cohorts.teams.actions import reached_day_fields
from cohorts.teams.enums import TEAM_DAYS, TeamState
from cohorts.teams.forms import CloseForm, DaysForm, TeamStepForm
from cohorts.teams.steps import NEXT_STEPS, milestones, page_steps_of
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, InnovationTeamFactory

JUNE, JULY, OCTOBER, JANUARY = date(2026, 6, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)
STATES = [str(state) for state in TeamState]


def steps(team: InnovationTeam, as_of: date) -> list[tuple[str, date | None]]:
    return [(str(step.label), step.day) for step in milestones(team, as_of) if step.taken]


def team(state: str = "open", **more: object) -> InnovationTeam:
    """Build an unsaved team: proposed in June, prefigured in July, decided in October, opened in January."""
    days = {"proposed_on": JUNE, "prefigured_on": JULY, "decided_on": OCTOBER, "opened_on": JANUARY}
    return InnovationTeam(state=state, **days | more)


def team_with_state(state: str | None, row: InnovationTeam) -> InnovationTeam:
    """Return the team as `as_of` gives it for a day on which it was in a state."""
    row.state_on_day = state  # type: ignore[attr-defined] # what `as_of` adds
    return row


# What keeps the days


def test_every_state_has_a_day_field_in_order():
    assert list(TEAM_DAYS) == list(TeamState)
    columns = {field.name for field in InnovationTeam._meta.get_fields()}
    assert {*TEAM_DAYS.values(), *(day.replace("_on", "_precision") for day in TEAM_DAYS.values())} <= columns


@pytest.mark.parametrize(("position", "state"), list(enumerate(STATES)))
def test_only_the_days_of_steps_taken_can_be_corrected(position: int, state: str):
    fields = list(DaysForm(team=InnovationTeam(state=state)).fields)
    assert reached_day_fields(InnovationTeam(state=state)) == list(TEAM_DAYS.values())[: position + 1]
    assert fields == [*list(TEAM_DAYS.values())[: position + 1], "reason"]


def test_recorded_day_stays_required_and_missing_day_is_optional():
    form = DaysForm(team=team("decided", prefigured_on=None))
    assert {name: field.required for name, field in form.fields.items()} == {
        "proposed_on": True,
        "prefigured_on": False,
        "decided_on": True,
        "reason": True,
    }


def test_correction_form_labels_days_in_the_readers_language():
    with translation.override("en"):
        fields = DaysForm(team=team("open")).fields
        assert [str(field.label) for field in fields.values()] == [
            "Proposed on",
            "Prefigured on",
            "Decided on",
            "Opened on",
            "Reason",
        ]


@pytest.mark.parametrize("reason", ["", " ", "\u200b", "x" * 2001])
def test_correction_needs_a_readable_reason(reason: str):
    form = DaysForm({"proposed_on": "2026-06-02", "reason": reason}, team=InnovationTeam(proposed_on=JUNE))
    assert list(form.errors) == ["reason"]


def test_every_state_but_the_last_has_a_next_step_with_a_day():
    assert list(NEXT_STEPS) == STATES[:-1]
    assert [step.form for step in NEXT_STEPS.values()] == [TeamStepForm, TeamStepForm, TeamStepForm, CloseForm]


# Steps shown


def test_step_shows_once_taken_and_its_day_once_reached():
    page_steps = {
        day: steps(team_with_state(state, team()), day)
        for day, state in [
            (JUNE, "envisaged"),
            (JULY, "prefigured"),
            (date(2026, 12, 31), "decided"),
            (JANUARY, "open"),
        ]
    }
    all_steps = [("proposed", JUNE), ("prefigured", JULY), ("decided", OCTOBER), ("opened", JANUARY)]
    assert page_steps == {
        JUNE: all_steps[:1],
        JULY: all_steps[:2],
        date(2026, 12, 31): all_steps[:3],
        JANUARY: all_steps,
    }


def test_team_prefigured_without_a_day_shows_the_step_undated():
    assert steps(team(prefigured_on=None), JANUARY)[1] == ("prefigured", None)
    assert steps(team_with_state("envisaged", team(prefigured_on=None)), JULY) == [("proposed", JUNE)]


def test_published_team_without_prefiguration_shows_none():
    fact = team(prefigured_on=None, retrospective=True)
    assert steps(fact, JANUARY) == [("proposed", JUNE), ("decided", OCTOBER), ("opened", JANUARY)]
    assert steps(team(retrospective=True), JANUARY)[1] == ("prefigured", JULY)


def test_step_has_the_precision_of_its_day():
    row = team(prefigured_precision="month", opened_precision="year")
    assert [step.precision for step in milestones(row, JANUARY)] == ["day", "month", "day", "year", "day"]


@pytest.mark.parametrize(("position", "state"), list(enumerate(STATES)))
def test_page_steps_show_past_next_and_later_states(position: int, state: str):
    steps = page_steps_of(InnovationTeam(state=state))
    all_steps = ["went"] * (position + 1) + ["next", *["later"] * 4]
    assert [step.state for step in steps] == all_steps[: 5 if state == "closed" else 4]


# State on a day, compared with the same rule in Python


def expected(row: InnovationTeam, day: date) -> str | None:
    """Return the state on a day: none before the first day, the current state once every step is past."""
    days = {state: getattr(row, column) for state, column in TEAM_DAYS.items() if getattr(row, column)}
    if days and min(days.values()) > day:
        return None
    if row.retrospective or not days or max(days.values()) <= day:
        return str(row.state)
    return str([state for state, on in days.items() if on <= day][-1])


@pytest.mark.django_db
def test_state_on_a_day_agrees_with_the_same_rule_in_python():
    """Compares published and active teams with any set of known days, on, between and around these days."""
    authority = CohortFactory().authority
    known = (JUNE, JULY, OCTOBER, JANUARY)
    for given in product((True, False), repeat=4):
        days = {
            column: day if is_given else None
            for column, day, is_given in zip(TEAM_DAYS.values(), known, given, strict=False)
        }
        for retrospective in (True, False):
            InnovationTeamFactory(cohort=None, authority=authority, retrospective=retrospective, **days)
    rows = list(InnovationTeam.objects.all())
    for day in (date(2026, 5, 31), *known, date(2026, 12, 31), date(2030, 1, 1)):
        found = {row.pk: str(row.state_at_date) for row in InnovationTeam.objects.as_of(day)}
        assert found == {row.pk: state for row in rows if (state := expected(row, day))}


def test_furthest_teams_of_that_day_come_first(cast: Cast):
    for name, cohort, opened in (("Tôt", cast.cohort, JULY), ("Tard", cast.other_cohort, JANUARY)):
        row = InnovationTeamFactory(cohort=cohort, name=name, proposed_on=JUNE, prefigured_on=JUNE, decided_on=JUNE)
        InnovationTeam.objects.filter(pk=row.pk).update(opened_on=opened)
        for state in STATES[1:4]:
            InnovationTeam.objects.filter(pk=row.pk).update(state=state)
    teams = InnovationTeam.objects.as_of(OCTOBER).furthest_first()
    assert [(row.name, str(row.state_at_date)) for row in teams] == [("Tôt", "open"), ("Tard", "decided")]
