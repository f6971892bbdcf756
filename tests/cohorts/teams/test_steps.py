"""How far an innovation team was on a day, and which steps of its road are told with which days."""

from datetime import date
from itertools import product

import pytest
from django.utils import translation

from cohorts.models import InnovationTeam
from cohorts.teams.actions import dated
from cohorts.teams.enums import TEAM_DAYS, TeamState
from cohorts.teams.forms import CloseForm, DaysForm, StepForm
from cohorts.teams.steps import NEXT, milestones, road_of
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, InnovationTeamFactory

JUNE, JULY, OCTOBER, JANUARY = date(2026, 6, 1), date(2026, 7, 1), date(2026, 10, 1), date(2027, 1, 1)
STATES = [str(state) for state in TeamState]


def steps(team: InnovationTeam, as_of: date) -> list[tuple[str, date | None]]:
    return [(str(step.label), step.day) for step in milestones(team, as_of) if step.taken]


def team(state: str = "open", **more: object) -> InnovationTeam:
    """Proposed in June, prefigured in July, decided in October, opened in January; not saved."""
    days = {"proposed_on": JUNE, "prefigured_on": JULY, "decided_on": OCTOBER, "opened_on": JANUARY}
    return InnovationTeam(state=state, **days | more)


def then(state: str | None, row: InnovationTeam) -> InnovationTeam:
    """The team as if asked for on a day on which it was in a state."""
    row.state_then = state  # type: ignore[attr-defined] # what `as_of` adds
    return row


# What keeps the days


def test_every_state_keeps_its_day_in_the_order_of_the_road():
    assert list(TEAM_DAYS) == list(TeamState)
    columns = {field.name for field in InnovationTeam._meta.get_fields()}
    assert {*TEAM_DAYS.values(), *(day.replace("_on", "_precision") for day in TEAM_DAYS.values())} <= columns


@pytest.mark.parametrize(("place", "state"), list(enumerate(STATES)))
def test_only_the_days_of_steps_taken_can_be_corrected(place: int, state: str):
    asked = list(DaysForm(team=InnovationTeam(state=state)).fields)
    assert dated(InnovationTeam(state=state)) == list(TEAM_DAYS.values())[: place + 1]
    assert asked == [*list(TEAM_DAYS.values())[: place + 1], "reason"]


def test_a_day_that_is_known_stays_known_and_one_that_is_not_may_be_found():
    form = DaysForm(team=team("decided", prefigured_on=None))
    assert {name: field.required for name, field in form.fields.items()} == {
        "proposed_on": True,
        "prefigured_on": False,
        "decided_on": True,
        "reason": True,
    }


def test_a_correction_asks_for_days_in_the_readers_words():
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
def test_a_correction_without_a_reason_somebody_can_read_is_none(reason: str):
    form = DaysForm({"proposed_on": "2026-06-02", "reason": reason}, team=InnovationTeam(proposed_on=JUNE))
    assert list(form.errors) == ["reason"]


def test_every_step_but_the_last_has_one_after_it_and_each_asks_for_its_day():
    assert list(NEXT) == STATES[:-1]
    assert [step.form for step in NEXT.values()] == [StepForm, StepForm, StepForm, CloseForm]


# What is told


def test_a_step_is_told_once_it_was_taken_and_its_day_once_it_came():
    told = {
        day: steps(then(state, team()), day)
        for day, state in [
            (JUNE, "envisaged"),
            (JULY, "prefigured"),
            (date(2026, 12, 31), "decided"),
            (JANUARY, "open"),
        ]
    }
    whole = [("proposed", JUNE), ("prefigured", JULY), ("decided", OCTOBER), ("opened", JANUARY)]
    assert told == {JUNE: whole[:1], JULY: whole[:2], date(2026, 12, 31): whole[:3], JANUARY: whole}


def test_a_team_prefigured_before_that_day_was_asked_for_is_told_as_such_undated():
    assert steps(team(prefigured_on=None), JANUARY)[1] == ("prefigured", None)
    assert steps(then("envisaged", team(prefigured_on=None)), JULY) == [("proposed", JUNE)]


def test_a_publication_that_names_no_prefiguration_does_not_tell_of_one():
    fact = team(prefigured_on=None, retrospective=True)
    assert steps(fact, JANUARY) == [("proposed", JUNE), ("decided", OCTOBER), ("opened", JANUARY)]
    assert steps(team(retrospective=True), JANUARY)[1] == ("prefigured", JULY)


def test_a_step_is_as_precise_as_it_is_known():
    row = team(prefigured_precision="month", opened_precision="year")
    assert [step.precision for step in milestones(row, JANUARY)] == ["day", "month", "day", "year", "day"]


@pytest.mark.parametrize(("place", "state"), list(enumerate(STATES)))
def test_the_road_says_what_went_what_comes_next_and_what_later(place: int, state: str):
    rungs = road_of(InnovationTeam(state=state))
    whole = ["went"] * (place + 1) + ["next", *["later"] * 4]
    assert [rung.state for rung in rungs] == whole[: 5 if state == "closed" else 4]


# How far it was, against the same said in Python


def expected(row: InnovationTeam, day: date) -> str | None:
    """As the pages' words say it: nothing before the first day, as last told when all of it lies behind."""
    days = {state: getattr(row, column) for state, column in TEAM_DAYS.items() if getattr(row, column)}
    if days and min(days.values()) > day:
        return None
    if row.retrospective or not days or max(days.values()) <= day:
        return str(row.state)
    return str([state for state, on in days.items() if on <= day][-1])


@pytest.mark.django_db
def test_how_far_teams_were_agrees_with_the_same_in_python():
    """Whatever days are known of published teams, and of those at work; on days between, on and around them."""
    authority = CohortFactory().authority
    known = (JUNE, JULY, OCTOBER, JANUARY)
    for given in product((True, False), repeat=4):
        days = {
            column: day if told else None for column, day, told in zip(TEAM_DAYS.values(), known, given, strict=False)
        }
        for retrospective in (True, False):
            InnovationTeamFactory(cohort=None, authority=authority, retrospective=retrospective, **days)
    rows = list(InnovationTeam.objects.all())
    for day in (date(2026, 5, 31), *known, date(2026, 12, 31), date(2030, 1, 1)):
        found = {row.pk: str(row.then) for row in InnovationTeam.objects.as_of(day)}
        assert found == {row.pk: state for row in rows if (state := expected(row, day))}


def test_open_teams_of_a_day_are_those_open_that_day(cast: Cast):
    born = InnovationTeamFactory(cohort=cast.cohort, proposed_on=JUNE, prefigured_on=JUNE, decided_on=JULY)
    InnovationTeam.objects.filter(pk=born.pk).update(opened_on=OCTOBER, closed_on=JANUARY)
    for state in STATES[1:]:
        InnovationTeam.objects.filter(pk=born.pk).update(state=state)
    days = (JULY, date(2026, 9, 30), OCTOBER, date(2026, 12, 31), JANUARY)
    assert [InnovationTeam.objects.open_on(day).count() for day in days] == [0, 0, 1, 1, 0]


def test_the_furthest_come_first_as_they_were_that_day(cast: Cast):
    for name, cohort, opened in (("Tôt", cast.cohort, JULY), ("Tard", cast.other, JANUARY)):
        row = InnovationTeamFactory(cohort=cohort, name=name, proposed_on=JUNE, prefigured_on=JUNE, decided_on=JUNE)
        InnovationTeam.objects.filter(pk=row.pk).update(opened_on=opened)
        for state in STATES[1:4]:
            InnovationTeam.objects.filter(pk=row.pk).update(state=state)
    told = InnovationTeam.objects.as_of(OCTOBER).furthest_first()
    assert [(row.name, str(row.then)) for row in told] == [("Tôt", "open"), ("Tard", "decided")]
