"""The innovation teams of all authorities: who sees which, how far each is, and what an address can ask."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.models import InnovationTeam
from cohorts.teams.enums import TEAM_DAYS
from cohorts.teams.steps import milestones
from figures.editions.queries import comparable_editions
from tests.cohorts.pages import browser, doors, main
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import CohortFactory, InnovationTeamFactory
from tests.pages import errors

PAGE = reverse("cohorts:innovation_teams")
NOT_OFFERED = "This choice is not offered here. Choose one from the list."
LONG_BEFORE = date(2020, 1, 1)


def taken(team: InnovationTeam) -> list[str]:
    return [str(step.label) for step in milestones(team, date(2026, 11, 24)) if step.taken]


def listed(response) -> list[str]:
    return [team.name for team, _steps in response.context["teams"]]


def walked(team: InnovationTeam, *steps: str) -> None:
    """Taken through its states on 1 October 2026."""
    for step in steps:
        team.state = step
        setattr(team, TEAM_DAYS[step], date(2026, 10, 1))
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
        "Le Labo Ville de Rivage decided proposed 1 Jun 2026 prefigured 1 Oct 2026 decided 1 Oct 2026 2.5 180,000 €"
        " Halle Rivage La Transfo 2026–2028" in main(page)
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
    assert taken(InnovationTeam(state=state)) == steps


def test_of_published_teams_only_what_was_told(cast: Cast):
    team = InnovationTeam(state="closed", retrospective=True, decided_on=date(2018, 12, 1))
    assert taken(team) == ["decided", "closed"]


# A team of days that lie before and after the one it is looked at.
OPENS = {"proposed_on": date(2026, 6, 1), "decided_on": date(2026, 7, 1), "opened_on": date(2027, 1, 1)}


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2026-05-31", None),
        ("2026-06-01", "envisaged"),
        ("2026-06-30", "envisaged"),
        ("2026-07-01", "decided"),
        ("2026-12-31", "decided"),
        ("2027-01-01", "open"),
    ],
)
def test_how_far_a_team_was_on_a_day(day: str, state: str | None, cast: Cast):
    born = InnovationTeamFactory(cohort=cast.cohort, **OPENS)
    InnovationTeam.objects.filter(pk=born.pk).update(prefigured_on=date(2026, 7, 1))
    for step in ("prefigured", "decided", "open"):
        InnovationTeam.objects.filter(pk=born.pk).update(state=step)
    found = InnovationTeam.objects.as_of(date.fromisoformat(day))
    assert [team.then for team in found] == ([state] if state else [])


def test_teams_told_without_a_day_and_published_ones_are_as_last_told(cast: Cast):
    InnovationTeamFactory(cohort=cast.cohort)
    InnovationTeamFactory(cohort=cast.other, retrospective=True, state="closed", **OPENS)
    before, between = (InnovationTeam.objects.as_of(day).order_by("pk") for day in (LONG_BEFORE, date(2026, 7, 15)))
    assert ([team.then for team in before], [team.then for team in between]) == (["envisaged"], ["envisaged", "closed"])


def test_the_list_the_network_and_the_comparison_read_a_state_as_of_today(cast: Cast):
    """A day to come was once taken: such a team is not open yet, wherever it is counted."""
    born = InnovationTeamFactory(cohort=cast.cohort, prefigured_on=date(2026, 7, 1), **OPENS)
    for step in ("prefigured", "decided", "open"):
        InnovationTeam.objects.filter(pk=born.pk).update(state=step)
    client = browser(cast["S"])
    assert "Ville de Rivage decided proposed 1 Jun 2026 prefigured 1 Jul 2026 decided 1 Jul 2026 — not" in main(
        client.get(PAGE)
    )
    assert [listed(client.get(PAGE, {"state": state})) for state in ("open", "decided")] == [[], ["Le Labo"]]
    assert "Innovation teams open 0" in main(client.get("/network/"))
    compared = comparable_editions(date(2026, 11, 24)).get(pk=cast.edition.pk)
    assert (compared.teams, compared.teams_open) == (1, 0)


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


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"state": "asleep"}, NOT_OFFERED),
        ({"edition": "nothing of the kind"}, NOT_OFFERED),
        ({"edition": "a\0b"}, "Null characters are not allowed."),
    ],
    ids=str,
)
def test_nonsense_is_refused_beside_its_field(asked: dict[str, str], reason: str, cast: Cast):
    page = browser(cast["S"]).get(PAGE, asked)
    assert (page.status_code, errors(page)) == (200, [reason])


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
