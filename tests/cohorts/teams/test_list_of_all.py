"""The list of all innovation teams: visibility, states and filters."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.models import InnovationTeam
from cohorts.teams.enums import TEAM_DAYS
from cohorts.teams.steps import milestones
from tests.cohorts.pages import browser, page_links, page_text
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import CohortFactory, InnovationTeamFactory
from tests.pages import errors

PAGE = reverse("cohorts:innovation_teams")
NOT_OFFERED = "This choice is not offered here. Choose one from the list."
LONG_BEFORE = date(2020, 1, 1)


def steps_taken(team: InnovationTeam) -> list[str]:
    return [str(step.label) for step in milestones(team, date(2026, 11, 24)) if step.taken]


def listed_names(response) -> list[str]:
    return [team.name for team, _steps in response.context["teams"]]


def take_steps(team: InnovationTeam, *steps: str) -> None:
    """Take the team through these states on 1 October 2026."""
    for step in steps:
        team.state = step
        setattr(team, TEAM_DAYS[step], date(2026, 10, 1))
        team.save()


def test_each_person_sees_visible_teams_and_published_ones(cast: Cast):
    InnovationTeamFactory(cohort=cast.cohort, name="Rivage")
    InnovationTeamFactory(cohort=cast.other_cohort, name="Montagne")
    InnovationTeamFactory(cohort=None, authority=CohortFactory().authority, name="Ailleurs")
    InnovationTeamFactory(cohort=CohortFactory(retrospective=True), name="Publié", retrospective=True, state="open")
    seen = {role: sorted(listed_names(browser(cast[role]).get(PAGE))) for role in EVERYONE}
    within = {role: ["Publié", "Rivage"] for role in "CDPMRA"}
    assert seen == within | {
        "S": ["Ailleurs", "Montagne", "Publié", "Rivage"],
        "N": ["Montagne", "Publié"],
        "X": ["Publié"],
    }


def test_row_shows_state_posts_budget_and_venue(cast: Cast):
    team = InnovationTeamFactory(
        cohort=cast.cohort, proposed_on=date(2026, 6, 1), posts=Decimal("2.5"), budget=Decimal(180_000), venue="Halle"
    )
    take_steps(team, "prefigured", "decided")
    page = browser(cast["S"]).get(PAGE)
    assert (
        "Le Labo Ville de Rivage decided proposed 1 Jun 2026 prefigured 1 Oct 2026 decided 1 Oct 2026 2.5 180,000 €"
        " Halle Rivage La Transfo 2026–2028" in page_text(page)
    )
    ways = {reverse("cohorts:innovation_team", args=["rivage"]), cast.cohort.get_absolute_url()}
    assert ways | {cast.cohort.authority.get_absolute_url()} <= page_links(page)


def test_published_teams_are_marked_and_shown_with_known_precision(cast: Cast):
    InnovationTeamFactory(
        cohort=None,
        authority=cast.cohort.authority,
        state="open",
        state_label="officially born",
        opened_on=date(2014, 2, 1),
        opened_precision="month",
        retrospective=True,
    )
    text = page_text(browser(cast["X"]).get(PAGE))
    assert "open officially born published facts opened February 2014 — not known — not known — not known" in text


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("envisaged", ["proposed"]),
        ("decided", ["proposed", "prefigured", "decided"]),
        ("closed", ["proposed", "prefigured", "decided", "opened", "closed"]),
    ],
)
def test_steps_taken_are_shown_even_without_a_date(state: str, steps: list[str]):
    assert steps_taken(InnovationTeam(state=state)) == steps


def test_published_teams_show_only_published_steps(cast: Cast):
    team = InnovationTeam(state="closed", retrospective=True, decided_on=date(2018, 12, 1))
    assert steps_taken(team) == ["decided", "closed"]


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
def test_state_of_a_team_on_a_day(day: str, state: str | None, cast: Cast):
    team = InnovationTeamFactory(cohort=cast.cohort, **OPENS)
    InnovationTeam.objects.filter(pk=team.pk).update(prefigured_on=date(2026, 7, 1))
    for step in ("prefigured", "decided", "open"):
        InnovationTeam.objects.filter(pk=team.pk).update(state=step)
    found = InnovationTeam.objects.as_of(date.fromisoformat(day))
    assert [team.state_at_date for team in found] == ([state] if state else [])


def test_undated_and_published_teams_keep_their_current_state(cast: Cast):
    InnovationTeamFactory(cohort=cast.cohort)
    InnovationTeamFactory(cohort=cast.other_cohort, retrospective=True, state="closed", **OPENS)
    before, between = (InnovationTeam.objects.as_of(day).order_by("pk") for day in (LONG_BEFORE, date(2026, 7, 15)))
    assert ([team.state_at_date for team in before], [team.state_at_date for team in between]) == (
        ["envisaged"],
        ["envisaged", "closed"],
    )


def test_list_and_network_show_the_state_as_of_today(cast: Cast):
    """A team whose opening lies in the future is not counted as open on any page."""
    team = InnovationTeamFactory(cohort=cast.cohort, prefigured_on=date(2026, 7, 1), **OPENS)
    for step in ("prefigured", "decided", "open"):
        InnovationTeam.objects.filter(pk=team.pk).update(state=step)
    client = browser(cast["S"])
    assert "Ville de Rivage decided proposed 1 Jun 2026 prefigured 1 Jul 2026 decided 1 Jul 2026 — not" in page_text(
        client.get(PAGE)
    )
    assert [listed_names(client.get(PAGE, {"state": state})) for state in ("open", "decided")] == [[], ["Le Labo"]]
    assert "Innovation teams open 0" in page_text(client.get("/network/"))


def test_open_teams_come_first_and_closed_ones_last(cast: Cast):
    for name, state in (("C", "closed"), ("E", "envisaged"), ("O", "open"), ("P", "prefigured")):
        InnovationTeamFactory(cohort=None, authority=cast.cohort.authority, name=name, state=state, retrospective=True)
    assert listed_names(browser(cast["X"]).get(PAGE)) == ["O", "P", "E", "C"]


def test_teams_are_filtered_by_state_and_edition(cast: Cast):
    elsewhere = CohortFactory()
    InnovationTeamFactory(cohort=cast.cohort, name="Rivage")
    InnovationTeamFactory(cohort=elsewhere, name="Ailleurs")
    take_steps(InnovationTeamFactory(cohort=cast.other_cohort, name="Montagne"), "prefigured")
    queries = [
        {"state": "envisaged"},
        {"edition": cast.edition.slug},
        {"state": "envisaged", "edition": cast.edition.slug},
    ]
    found = [sorted(listed_names(browser(cast["S"]).get(PAGE, query))) for query in queries]
    assert found == [["Ailleurs", "Rivage"], ["Montagne", "Rivage"], ["Rivage"]]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"state": "asleep"}, NOT_OFFERED),
        ({"edition": "nothing of the kind"}, NOT_OFFERED),
        ({"edition": "a\0b"}, "Null characters are not allowed."),
    ],
    ids=str,
)
def test_invalid_input_shows_an_error_next_to_its_field(query: dict[str, str], reason: str, cast: Cast):
    page = browser(cast["S"]).get(PAGE, query)
    assert (page.status_code, errors(page)) == (200, [reason])


def test_empty_list_explains_what_will_appear(cast: Cast):
    pages = [page_text(browser(cast["S"]).get(PAGE, query)) for query in ({}, {"state": "open"})]
    assert ["No innovation team yet" in pages[0], "No team matches." in pages[1]] == [True, True]


@pytest.mark.parametrize("teams", [1, 3])
def test_list_takes_five_queries(teams: int, cast: Cast, django_assert_num_queries):
    """Session, person, editions to choose from, count, teams."""
    for _ in range(teams):
        InnovationTeamFactory(cohort__authority=cast.cohort.authority)
    client = Client()
    client.force_login(cast["S"])
    with django_assert_num_queries(5):
        assert len(listed_names(client.get(PAGE))) == teams


def test_authority_page_links_to_its_team(cast: Cast):
    assert PAGE in page_links(browser(cast["A"]).get(cast.cohort.authority.get_absolute_url()))


def test_a_page_lists_twenty_teams(cast: Cast):
    for _number in range(21):
        InnovationTeamFactory()
    staff = browser(cast["S"])
    assert [len(listed_names(staff.get(PAGE, {"page": number}))) for number in (1, 2)] == [20, 1]


def test_list_shows_the_steps_taken_with_their_days(cast: Cast):
    take_steps(InnovationTeamFactory(proposed_on=date(2026, 9, 1)), "prefigured")
    [(_team, steps)] = browser(cast["S"]).get(PAGE).context["teams"]
    assert steps == (
        '<li>proposed <span class="fig">1 Sep 2026</span></li><li>prefigured <span class="fig">1 Oct 2026</span></li>'
    )
