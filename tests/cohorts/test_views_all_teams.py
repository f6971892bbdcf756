"""The innovation teams of all authorities: who sees which, how far each is, and what an address can ask."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.models import InnovationTeam
from cohorts.team_steps import milestones, state_on
from tests.cohorts.pages import browser, doors, main
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import CohortFactory, InnovationTeamFactory
from tests.pages import errors

PAGE = reverse("cohorts:innovation_teams")


def listed(response) -> list[str]:
    return [team.name for team, _steps in response.context["teams"]]


def walked(team: InnovationTeam, *steps: str) -> None:
    """Taken through its states, decided on 1 October 2026."""
    for step in steps:
        team.state = step
        team.decided_on = date(2026, 10, 1) if step == "decided" else None
        team.save()


def test_everyone_sees_the_teams_within_their_reach_and_published_ones(cast: Cast):
    InnovationTeamFactory(cohort=cast.cohort, name="Rivage")
    InnovationTeamFactory(cohort=cast.other, name="Montagne")
    InnovationTeamFactory(cohort=None, authority=CohortFactory().authority, name="Ailleurs")
    InnovationTeamFactory(cohort=CohortFactory(retrospective=True), name="Publié", retrospective=True, state="open")
    seen = {letter: sorted(listed(browser(cast[letter]).get(PAGE))) for letter in EVERYONE}
    within = {letter: ["Publié", "Rivage"] for letter in "CDPMRA"}
    assert seen == within | {
        "S": ["Ailleurs", "Montagne", "Publié", "Rivage"],
        "N": ["Montagne", "Publié"],
        "X": ["Publié"],
    }


def test_a_line_says_how_far_a_team_is_and_what_it_has(cast: Cast):
    team = InnovationTeamFactory(
        cohort=cast.cohort, proposed_on=date(2026, 6, 1), posts=Decimal("2.5"), budget=Decimal(180_000), place="Halle"
    )
    walked(team, "prefigured", "decided")
    page = browser(cast["S"]).get(PAGE)
    assert (
        "Le Labo Ville de Rivage decided proposed 1 Jun 2026 prefigured decided 1 Oct 2026 2.5 180,000 € Halle"
        " Rivage La Transfo 2026–2028" in main(page)
    )
    ways = {reverse("cohorts:innovation_team", args=["rivage"]), cast.cohort.get_absolute_url()}
    assert ways | {cast.cohort.authority.get_absolute_url()} <= doors(page)


def test_published_teams_are_marked_and_dated_no_further_than_known(cast: Cast):
    InnovationTeamFactory(
        cohort=None,
        authority=cast.cohort.authority,
        state="open",
        state_label="officially born",
        opened_on=date(2014, 2, 1),
        opened_precision="month",
        retrospective=True,
    )
    told = main(browser(cast["X"]).get(PAGE))
    assert "open officially born published facts opened February 2014 — not known — not known — not known" in told


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("envisaged", ["proposed"]),
        ("decided", ["proposed", "prefigured", "decided"]),
        ("closed", ["proposed", "prefigured", "decided", "opened", "closed"]),
    ],
)
def test_steps_that_were_taken_are_told_even_undated(state: str, steps: list[str]):
    assert [str(step.label) for step in milestones(InnovationTeam(state=state))] == steps


def test_of_published_teams_only_what_was_told(cast: Cast):
    team = InnovationTeam(state="closed", retrospective=True, decided_on=date(2018, 12, 1))
    assert [str(step.label) for step in milestones(team)] == ["decided", "closed"]


@pytest.mark.parametrize(
    ("day", "state", "steps"),
    [
        (date(2026, 5, 31), None, []),
        (date(2026, 6, 1), "envisaged", ["proposed 1"]),
        (date(2026, 10, 1), "decided", ["proposed 1", "prefigured", "decided 1"]),
        (date(2026, 11, 1), "decided", ["proposed 1", "prefigured", "decided 1"]),
        (date(2026, 11, 2), "open", ["proposed 1", "prefigured", "decided 1", "opened 2"]),
    ],
)
def test_by_a_day_only_what_had_happened(day: date, state: str | None, steps: list[str]):
    """A prefiguration has no day: what was decided had one before it."""
    team = InnovationTeam(
        state="open", proposed_on=date(2026, 6, 1), decided_on=date(2026, 10, 1), opened_on=date(2026, 11, 2)
    )
    told = [f"{step.label} {step.day.day if step.day else ''}".strip() for step in milestones(team, as_of=day)]
    assert (state_on(team, day), told) == (state, steps)


def test_by_a_day_published_steps_of_later_have_no_day_yet():
    team = InnovationTeam(state="open", retrospective=True, decided_on=date(2013, 1, 1), opened_on=date(2014, 2, 1))
    told = [(str(step.label), step.day) for step in milestones(team, as_of=date(2013, 6, 1))]
    assert told == [("decided", date(2013, 1, 1)), ("opened", None)]
    assert milestones(team, as_of=date(2012, 12, 31)) == []


@pytest.mark.parametrize("state", ["envisaged", "prefigured", "decided", "open", "closed"])
@pytest.mark.parametrize("retrospective", [True, False])
def test_by_today_they_are_those_of_no_day(state: str, retrospective: bool):
    days = {
        f"{step}_on": date(2026, 6, place) for place, step in enumerate(("proposed", "decided", "opened", "closed"), 1)
    }
    team = InnovationTeam(state=state, retrospective=retrospective, **days)
    assert milestones(team, as_of=date(2026, 11, 24)) == milestones(team)


def test_open_teams_come_first_and_closed_ones_last(cast: Cast):
    for name, state in (("C", "closed"), ("E", "envisaged"), ("O", "open"), ("P", "prefigured")):
        InnovationTeamFactory(cohort=None, authority=cast.cohort.authority, name=name, state=state, retrospective=True)
    assert listed(browser(cast["X"]).get(PAGE)) == ["O", "P", "E", "C"]


def test_teams_are_narrowed_by_state_and_edition(cast: Cast):
    elsewhere = CohortFactory()
    InnovationTeamFactory(cohort=cast.cohort, name="Rivage")
    InnovationTeamFactory(cohort=elsewhere, name="Ailleurs")
    walked(InnovationTeamFactory(cohort=cast.other, name="Montagne"), "prefigured")
    asked = [
        {"state": "envisaged"},
        {"edition": cast.edition.slug},
        {"state": "envisaged", "edition": cast.edition.slug},
    ]
    found = [sorted(listed(browser(cast["S"]).get(PAGE, query))) for query in asked]
    assert found == [["Ailleurs", "Rivage"], ["Montagne", "Rivage"], ["Rivage"]]


@pytest.mark.parametrize("asked", [{"state": "asleep"}, {"edition": "nothing of the kind"}, {"edition": "a\0b"}])
def test_nonsense_is_refused_beside_its_field(asked: dict[str, str], cast: Cast):
    page = browser(cast["S"]).get(PAGE, asked)
    assert (page.status_code, len(errors(page))) == (200, 1)


def test_without_a_team_the_page_says_what_goes_there(cast: Cast):
    told = [main(browser(cast["S"]).get(PAGE, asked)) for asked in ({}, {"state": "open"})]
    assert ["No innovation team yet" in told[0], "No team matches." in told[1]] == [True, True]


@pytest.mark.parametrize("teams", [1, 3])
def test_the_list_takes_five_statements(teams: int, cast: Cast, django_assert_num_queries):
    """Session, person, editions to choose from, count, teams."""
    for _ in range(teams):
        InnovationTeamFactory(cohort__authority=cast.cohort.authority)
    client = Client()
    client.force_login(cast["S"], backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_num_queries(5):
        assert len(listed(client.get(PAGE))) == teams


def test_an_authority_leads_there(cast: Cast):
    assert PAGE in doors(browser(cast["A"]).get(cast.cohort.authority.get_absolute_url()))
