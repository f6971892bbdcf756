"""The page of a cohort's innovation team."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cohorts.models import InnovationTeam
from cohorts.teams.actions import close_team, correct_team_days, describe_team
from cohorts.teams.enums import TEAM_DAYS
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import InnovationTeamFactory, MembershipFactory
from tests.pages import texts

DECIDED = date(2026, 10, 1)


def at(name: str, *args: Any) -> str:
    return reverse(f"cohorts:{name}", args=args)


def team(cast: Cast, state: str = "envisaged", **more: Any) -> InnovationTeam:
    """Create a team and take it to a state, each step dated."""
    row = InnovationTeamFactory(cohort=cast.cohort, proposed_on=date(2026, 6, 1), **more)
    for step, field in list(TEAM_DAYS.items())[1:]:
        if row.state == state:
            break
        row.state = step
        setattr(row, field, DECIDED)
        row.save()
    return row


def test_page_without_a_team_explains_what_will_appear(cast: Cast):
    pages = {role: browser(cast[role]).get(at("innovation_team", "rivage")) for role in "AM"}
    assert "No innovation team yet" in page_text(pages["M"])
    assert [page_links(pages[role]) for role in "AM"] == [{at("propose_team", "rivage")}, set()]


def test_former_member_sees_no_team_created_later(cast: Cast):
    gone = MembershipFactory(cohort=cast.cohort, ends_on=date(2026, 9, 30)).user
    team(cast, created_on=date(2026, 10, 1))
    counts = [len(browser(user).get(at("innovation_team", "rivage")).context["teams"]) for user in (gone, cast["M"])]
    assert counts == [0, 1]


def test_page_shows_steps_and_means_of_the_team(cast: Cast):
    row = team(cast, "decided", posts=Decimal("2.5"), budget=Decimal(180_000), venue="Halle")
    page = browser(cast["P"]).get(at("innovation_team", "rivage"))
    (entry,) = page.context["teams"]
    assert [(str(row.label), row.state, row.day) for row in entry["steps"]] == [
        ("Proposed", "went", date(2026, 6, 1)),
        ("Prefigured", "went", DECIDED),
        ("Decided", "went", DECIDED),
        ("Open", "next", None),
    ]
    assert str(entry["next"].label) == "Record the opening"
    assert "posts (full-time) 2.5 yearly budget 180,000 € Halle" in page_text(page)
    acts = ("move_team_on", "edit_team", "correct_team_days")
    assert page_links(page) == {at(act, row.pk) for act in acts}


def test_closed_team_shows_its_end_and_allows_another(cast: Cast):
    team(cast, "closed")
    page = browser(cast["P"]).get(at("innovation_team", "rivage"))
    (entry,) = page.context["teams"]
    assert ([row.state for row in entry["steps"]], entry["next"]) == (["went"] * 5, None)
    assert at("propose_team", "rivage") in page_links(page)


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_queries_for_three(
    count: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    for _ in range(count):
        InnovationTeamFactory(cohort=cast.cohort, retrospective=True)
    client = browser(cast["P"])
    with django_assert_num_queries(7):
        assert len(client.get(at("innovation_team", "rivage")).context["teams"]) == count


def test_a_team_is_proposed_once(cast: Cast):
    client = browser(cast["A"])
    sent = {"name": "Le Labo", "proposed_on": "2026-06-01"}
    assert client.post(at("propose_team", "rivage"), sent).headers["Location"] == at("innovation_team", "rivage")
    again = client.post(at("propose_team", "rivage"), sent)
    assert errors(again) == {
        "__all__": ["The cohort already has an innovation team: continue with that team, or close it first."]
    }
    assert InnovationTeam.objects.get().name == "Le Labo"


@pytest.mark.parametrize("invalid", [{"name": ""}, {"proposed_on": "2026-02-30"}, {"name": "x" * 161}])
def test_invalid_input_proposes_nothing(invalid: dict[str, str], cast: Cast):
    page = browser(cast["A"]).post(at("propose_team", "rivage"), {"name": "Le Labo"} | invalid)
    assert list(errors(page)) == list(invalid)
    assert InnovationTeam.objects.count() == 0


def test_team_takes_its_next_step_with_a_date(cast: Cast):
    row, client = team(cast, "prefigured"), browser(cast["P"])
    assert "Record the decision" in page_text(client.get(at("move_team_on", row.pk)))
    client.post(at("move_team_on", row.pk), {"happened_on": "2026-10-01"})
    row.refresh_from_db()
    assert (row.state, row.decided_on) == ("decided", DECIDED)


def test_prefiguration_needs_a_date(cast: Cast):
    row, client = team(cast), browser(cast["A"])
    assert errors(client.post(at("move_team_on", row.pk))) == {"happened_on": ["This field is required."]}
    client.post(at("move_team_on", row.pk), {"happened_on": "2026-07-01"})
    row.refresh_from_db()
    assert (row.state, row.prefigured_on, row.recorded_on) == ("prefigured", date(2026, 7, 1), date(2026, 11, 24))


def test_day_is_corrected_with_a_reason(cast: Cast):
    row, client = team(cast, "decided"), browser(cast["A"])
    form = client.get(at("correct_team_days", row.pk)).context["form"]
    assert {name: form[name].value() for name in form.fields} == {
        "proposed_on": date(2026, 6, 1),
        "prefigured_on": DECIDED,
        "decided_on": DECIDED,
        "reason": None,
    }
    days = {"proposed_on": "2026-06-01", "prefigured_on": "2026-07-01", "decided_on": "2026-10-05"}
    assert errors(client.post(at("correct_team_days", row.pk), days)) == {"reason": ["This field is required."]}
    client.post(at("correct_team_days", row.pk), days | {"reason": "Read in the minutes"})
    row.refresh_from_db()
    assert [str(getattr(row, day)) for day in days] == list(days.values())


@pytest.mark.parametrize(
    ("invalid", "messages"),
    [
        ({"decided_on": ""}, {"decided_on": ["This field is required."]}),
        ({"decided_on": "3026-10-05"}, {"decided_on": ["Check the year: dates must be between 1990 and 2100."]}),
        (
            {"decided_on": "2026-11-25"},
            {"decided_on": ["This date is in the future. Record it once the day has come."]},
        ),
        (
            {"decided_on": "2026-09-30"},
            {"__all__": ["These dates are out of order: proposed, prefigured, decided, opened, closed."]},
        ),
    ],
    ids=str,
)
def test_invalid_input_corrects_nothing(invalid: dict[str, str], messages: dict[str, list[str]], cast: Cast):
    row = team(cast, "decided")
    days = dict.fromkeys(("proposed_on", "prefigured_on", "decided_on"), "2026-10-01")
    sent = days | {"reason": "A slip"} | invalid
    assert errors(browser(cast["P"]).post(at("correct_team_days", row.pk), sent)) == messages
    row.refresh_from_db()
    assert (row.decided_on, row.proposed_on) == (DECIDED, date(2026, 6, 1))


def test_people_who_may_only_read_cannot_correct(cast: Cast):
    row = team(cast, "decided")
    answers = {role: browser(cast[role]).get(at("correct_team_days", row.pk)).status_code for role in "SPACMRN"}
    assert answers == dict.fromkeys("SPA", 200) | dict.fromkeys("CMR", 403) | {"N": 404}


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        ({}, "This field is required."),
        ({"happened_on": "2026-13-01"}, "Enter a valid date."),
        (
            {"happened_on": "2026-05-31"},
            "These dates are out of order: proposed, prefigured, decided, opened, closed.",
        ),
        ({"happened_on": "2030-01-01"}, "This date is in the future. Record it once the day has come."),
    ],
)
def test_step_without_a_valid_date_is_refused(sent: dict[str, str], reason: str, cast: Cast):
    row = team(cast, "prefigured")
    page = browser(cast["P"]).post(at("move_team_on", row.pk), sent)
    assert errors(page) == {"happened_on": [reason]}
    row.refresh_from_db()
    assert row.state == "prefigured"


def test_closing_takes_a_reason_and_shows_the_consequence(cast: Cast):
    row, client = team(cast, "open"), browser(cast["S"])
    assert "A closed team does not open again" in page_text(client.get(at("move_team_on", row.pk)))
    client.post(at("move_team_on", row.pk), {"happened_on": "2026-11-01", "reason": "Budget"})
    answer = client.get(at("move_team_on", row.pk))
    assert page_messages(answer)[-1] == "This team closed: it has no further step."


def test_posts_budget_and_venue_are_edited(cast: Cast):
    row, client = team(cast), browser(cast["A"])
    assert client.get(at("edit_team", row.pk)).context["form"]["name"].value() == "Le Labo"
    client.post(at("edit_team", row.pk), {"name": "Le Labo", "posts": "2.5", "budget": "180000", "venue": "Halle"})
    row.refresh_from_db()
    assert (row.posts, row.budget, row.venue) == (Decimal("2.5"), Decimal(180_000), "Halle")


@pytest.mark.parametrize(
    ("field", "value", "error_field"),
    [
        ("posts", "-1", "posts"),
        ("posts", "many", "posts"),
        ("posts", "99999", "posts"),
        ("budget", "1e30", "budget"),
        ("budget", "NaN", "budget"),
    ],
)
def test_invalid_figures_show_an_error_next_to_their_field(field: str, value: str, error_field: str, cast: Cast):
    row = team(cast)
    page = browser(cast["A"]).post(at("edit_team", row.pk), {"name": "Le Labo", field: value})
    assert list(errors(page)) == [error_field]
    row.refresh_from_db()
    assert (row.posts, row.budget) == (None, None)


def test_teams_without_a_cohort_cannot_be_edited(cast: Cast):
    row = InnovationTeam.objects.create(authority=cast.cohort.authority, name="Seul")
    assert browser(cast["S"]).get(at("edit_team", row.pk)).status_code == 404


class TestEarlierDays:
    """Corrected days and the reason of a closing stay on the page for every reader."""

    def correct(self, row: InnovationTeam, cast: Cast, reason: str, **days: date | None) -> None:
        correct_team_days(team=row, reason=reason, today=TODAY, by=cast["P"], **days)

    def visible_changes(self, cast: Cast, role: str = "M") -> list[str]:
        page = browser(cast[role]).get(at("innovation_team", "rivage"))
        return [text for text in texts(page, "p") if "ecorded" in text]

    def test_each_correction_shows_the_day_before_it_and_its_reason(self, cast: Cast):
        row = team(cast, "open")
        self.correct(row, cast, "Read in the minutes", decided_on=date(2026, 9, 1), prefigured_on=date(2026, 8, 3))
        self.correct(row, cast, "Read again", decided_on=date(2026, 9, 2))
        assert self.visible_changes(cast) == [
            "Prefigured: corrected on 24 Nov 2026. First recorded: 1 Oct 2026."
            " Decided: corrected on 24 Nov 2026. First recorded: 1 Oct 2026. Reason: Read in the minutes",
            "Decided: corrected on 24 Nov 2026. First recorded: 1 Sep 2026. Reason: Read again",
        ]

    def test_missing_earlier_day_is_shown_as_missing(self, cast: Cast):
        row = team(cast, "decided")
        InnovationTeam.objects.filter(pk=row.pk).update(proposed_on=None)
        self.correct(row, cast, "Found", proposed_on=date(2026, 6, 2))
        assert self.visible_changes(cast) == [
            "Proposed: corrected on 24 Nov 2026. First recorded without a day. Reason: Found"
        ]

    def test_closing_shows_its_reason(self, cast: Cast):
        close_team(team=team(cast, "open"), happened_on=TODAY, reason="No posts", today=TODAY, by=cast["P"])
        assert self.visible_changes(cast) == ["Closed, recorded on 24 Nov 2026. Reason: No posts"]

    def test_other_changes_and_empty_corrections_are_not_shown(self, cast: Cast):
        row = team(cast, "open")
        self.correct(row, cast, "Same", decided_on=DECIDED)
        describe_team(team=row, name="Halle", by=cast["P"])
        assert self.visible_changes(cast) == []
