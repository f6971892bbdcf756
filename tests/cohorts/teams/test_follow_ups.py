"""Open innovation teams are asked about after 6, 12 and 24 months: questions, answers, e-mails, notice."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from cohorts.models import InnovationTeam, TeamFollowUp
from cohorts.teams.actions import (
    close_team,
    correct_team_days,
    decide_team,
    open_team,
    prefigure_team,
    record_team_follow_up,
)
from cohorts.teams.emails import KIND, render
from cohorts.teams.follow_ups import answer_text, latest_due
from notifications.models import Reminder
from tests.factories.cast import NOW, TODAY, Cast, create_cast
from tests.factories.cohorts import InnovationTeamFactory, TeamFollowUpFactory, opened
from tests.factories.programmes import format_with_schedules
from tests.pages import row_heads, rows, texts
from tests.prototypes.pages import errors, page, send, signed_in
from tests.sql import delete, refused_by, update
from web.errors import DomainError
from web.forms.edit_conflicts import EditConflict

pytestmark = pytest.mark.django_db
OPENED = date(2026, 3, 2)
NUMBERS: dict[str, Any] = {"posts": Decimal("2.5"), "budget": Decimal(60_000), "projects": 4, "commissions": 1}


@pytest.fixture
def team(cast: Cast) -> InnovationTeam:
    return opened(InnovationTeamFactory(cohort=cast.cohort), OPENED)


@pytest.mark.parametrize(
    ("day", "months"),
    [
        (date(2026, 9, 1), None),
        (date(2026, 9, 2), 6),
        (date(2027, 3, 1), 6),
        (date(2027, 3, 2), 12),
        (date(2028, 3, 1), 12),
        (date(2028, 3, 2), 24),
    ],
)
def test_the_latest_question_that_is_due_is_asked(day: date, months: int | None, team: InnovationTeam, cast: Cast):
    assert latest_due(OPENED, day) == months
    if months is None:
        with pytest.raises(DomainError, match="six months after it opened"):
            record_team_follow_up(team=team, **NUMBERS, today=day, by=cast["P"])
    else:
        assert record_team_follow_up(team=team, **NUMBERS, today=day, by=cast["P"]).months == months


def test_answers_are_appended_and_the_same_answer_is_recorded_once(team: InnovationTeam, cast: Cast):
    first = record_team_follow_up(team=team, **NUMBERS, today=TODAY, by=cast["P"])
    assert record_team_follow_up(team=team, **NUMBERS, today=TODAY, by=cast["A"]) == first
    with pytest.raises(EditConflict):
        record_team_follow_up(team=team, **NUMBERS | {"posts": 3}, version_token="", today=TODAY, by=cast["A"])
    record_team_follow_up(team=team, **NUMBERS | {"posts": 3}, today=TODAY, by=cast["A"])
    assert list(TeamFollowUp.objects.values_list("months", "posts")) == [(6, Decimal("2.5")), (6, Decimal(3))]
    assert answer_text(first) == (
        "After 6 months: 2.5 full-time equivalents, 60,000 € a year, 4 projects, 1 commission from another department"
    )
    nothing = dict.fromkeys(NUMBERS)
    with pytest.raises(DomainError, match="Give at least one number"):
        record_team_follow_up(team=team, **nothing, today=TODAY, by=cast["A"])


def test_answers_are_kept_as_they_are_and_never_come_too_early(team: InnovationTeam):
    row = TeamFollowUpFactory(team=team)
    with refused_by("team_follow_up_append_only"):
        update(row, posts=4)
    with refused_by("team_follow_up_append_only"):
        delete(row)
    with refused_by("team_follow_up_due"):
        TeamFollowUpFactory(team=team, noted_on=date(2026, 9, 1))
    with refused_by("team_follow_up_due"):
        TeamFollowUpFactory(team=InnovationTeamFactory())
    for values, rule in (
        ({"months": 7}, "team_follow_up_months"),
        ({"posts": None, "projects": None}, "team_follow_up_answered"),
        ({"budget": -1}, "team_follow_up_figures"),
    ):
        with refused_by(rule):
            TeamFollowUpFactory(team=team, **values)


def reminders(team: InnovationTeam) -> list[tuple[str, str, int]]:
    rows = Reminder.objects.filter(kind="innovation_team", object_id=team.pk).order_by("pk")
    return [(row.step, row.state, row.version) for row in rows]


@pytest.mark.usefixtures("db", "today")
def test_the_same_schedule_asks_by_e_mail_until_the_team_closes():
    cast = create_cast(format_with_schedules("innovation_team"))
    row, who = InnovationTeamFactory(cohort=cast.cohort), {"today": TODAY, "by": cast["P"]}
    for step in (prefigure_team, decide_team, open_team):
        row = step(team=row, happened_on=date(2026, 10, 6), **who)
    steps = [f"after_{months}_months" for months in (6, 12, 24)]
    assert reminders(row) == [(step, "planned", 1) for step in steps]
    correct_team_days(team=row, reason="Wrong", opened_on=date(2026, 10, 7), **who)
    assert [each for each in reminders(row) if each[2] == 2] == [(step, "planned", 2) for step in steps]
    reminder = Reminder.objects.filter(version=2).earliest("pk")
    assert {each.user for each in KIND.recipients(reminder, NOW)} == {cast["P"], cast["A"]}
    part = render(reminder, KIND.find(reminder), cast["P"], "en")
    assert part.subject == "Le Labo: what has become of it?"
    assert part.button == ("Answer for the team", f"/innovation-teams/{row.pk}/follow-up/")
    close_team(team=row, happened_on=TODAY, **who)
    assert {state for _step, state, _version in reminders(row)} == {"cancelled"}
    assert KIND.recipients(reminder, NOW) == []


def test_the_answer_is_asked_on_home_and_shown_on_the_page_of_the_team(team: InnovationTeam, cast: Cast):
    form = f"/innovation-teams/{team.pk}/follow-up/"
    homes = {role: page(cast[role], "/") for role in "PAMS"}
    question = "opened more than 6 months ago. Say what has become of it."
    assert [role for role, home in homes.items() if question in home] == ["P", "A"]
    assert list(errors(send(cast["P"], form, posts="-1"))) == ["posts"]
    assert list(errors(send(cast["P"], form))) == ["__all__"]
    assert send(cast["P"], form, posts="2.5", projects="4", words="A room")["Location"].endswith("/innovation-team/")
    answered = signed_in(cast["R"]).get("/cohorts/rivage/innovation-team/")
    assert texts(answered, "caption") == ["What has become of the team"]
    assert row_heads(answered) == ["6"]
    assert rows(answered) == [["2.5", "—not known", "4", "—not known", "24 Nov 2026A room"]]
    assert "Say what has become of it" not in page(cast["P"], "/")
    with time_machine.travel(datetime(2026, 4, 1, tzinfo=UTC), tick=False):
        assert "Nobody is asked about this team at present." in signed_in(cast["P"]).get(form).content.decode()
