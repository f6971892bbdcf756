"""Actions on the innovation team that stays in an authority; `today` is the authority's local date."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort, InnovationTeam, TeamFollowUp
from cohorts.teams.enums import TEAM_DAYS, TeamState
from cohorts.teams.follow_ups import due_months, latest_answers
from cohorts.teams.reminders import sync_follow_up_reminders
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version

NO_QUESTIONS_YET = _("Nobody is asked about this team yet. The first questions come six months after it opened.")


@action(_("Team proposed"))
def propose_team(
    *, cohort: Cohort, name: str, proposed_on: date | None = None, today: date, by: User
) -> InnovationTeam:
    """Record that an innovation team is envisaged in the cohort's authority, since `proposed_on` (None: not known);
    return it.

    Raises DomainError for a day after `today`, and while the cohort has a team that is not closed. `by` is who acts.
    """
    _refuse_future_day(proposed_on, today, "proposed_on")
    return InnovationTeam.objects.create(
        cohort=cohort, authority_id=cohort.authority_id, name=name, proposed_on=proposed_on, recorded_on=today
    )


@action(_("Team details changed"))
def describe_team(
    *,
    team: InnovationTeam,
    name: str,
    posts: Decimal | None = None,
    budget: Decimal | None = None,
    venue: str = "",
    notes: str = "",
    by: User,
) -> InnovationTeam:
    """Change an innovation team's name, posts (full-time equivalents), yearly budget in euros, venue and notes; return
    it.

    Raises DomainError for imported published facts and for negative numbers. `by` is who acts.
    """
    team = _lock_editable_team(team)
    team.name, team.posts, team.budget, team.venue, team.notes = name, posts, budget, venue, notes
    team.save(update_fields=["name", "posts", "budget", "venue", "notes"])
    return team


@action(_("Team prefigured"))
def prefigure_team(*, team: InnovationTeam, happened_on: date, today: date, by: User) -> InnovationTeam:
    """Record the day `happened_on`, not later than `today`, from which someone works on setting up the innovation team.

    Returns the team. Raises DomainError unless it is envisaged, and for a later day or one before the earlier step.
    `by` is who acts.
    """
    return _record_step(team, TeamState.PREFIGURED, happened_on, today)


@action(_("Decision on the team recorded"))
def decide_team(*, team: InnovationTeam, happened_on: date, today: date, by: User) -> InnovationTeam:
    """Record the day `happened_on`, not later than `today`, on which the authority decided to create the innovation
    team.

    Returns the team. Raises DomainError unless it is prefigured, and for a later day or one before an earlier step.
    `by` is who acts.
    """
    return _record_step(team, TeamState.DECIDED, happened_on, today)


@action(_("Team opened"))
def open_team(*, team: InnovationTeam, happened_on: date, today: date, by: User) -> InnovationTeam:
    """Record the day `happened_on`, not later than `today`, on which the innovation team began to work.

    Returns the team. Raises DomainError unless its creation is decided, and for a later day or one before an earlier
    step. `by` is who acts.
    """
    team = _record_step(team, TeamState.OPEN, happened_on, today)
    sync_follow_up_reminders(team, today=today, by=by)
    return team


@action(_("Team closed"))
def close_team(*, team: InnovationTeam, happened_on: date, reason: str = "", today: date, by: User) -> InnovationTeam:
    """Record the day `happened_on`, not later than `today`, on which the innovation team ended; the history stores the
    reason.

    Returns the team. Raises DomainError unless it is open, and for a later day or one before an earlier step. `by` is
    who acts.
    """
    team = _record_step(team, TeamState.CLOSED, happened_on, today)
    sync_follow_up_reminders(team, today=today, by=by)
    return team


@action(_("Dates of the team corrected"))
def correct_team_days(
    *, team: InnovationTeam, reason: str, today: date, by: User, **days: date | None
) -> InnovationTeam:
    """Correct the days of steps that an innovation team has taken; the history keeps the earlier days and the reason.

    `days` holds the new days by the names of their columns. Returns the team. Raises DomainError for a step that the
    team has not taken, a day after `today`, days out of order, and imported published facts. `by` is who acts.
    """
    team = _lock_editable_team(team)
    if not set(days) <= set(reached_day_fields(team)):
        raise DomainError(
            _("The team has not reached this step yet. Record the step first; you can correct it afterwards.")
        )
    for column, day in days.items():
        _refuse_future_day(day, today, column)
        setattr(team, column, day)
    team.recorded_on = today
    team.save(update_fields=[*days, "recorded_on"])
    sync_follow_up_reminders(team, today=today, by=by)
    return team


@action(_("Innovation team followed up"))
def record_team_follow_up(
    *,
    team: InnovationTeam,
    posts: Decimal | None,
    budget: Decimal | None,
    projects: int | None,
    commissions: int | None,
    words: str = "",
    version_token: str | None = None,
    today: date,
    by: User,
) -> TeamFollowUp:
    """Record what has become of an open innovation team, for the latest question that is due `today`; return the
    answer.

    The same answer as before returns the earlier one; another is appended and counts from now on. `version_token` is
    the hash of the answers with which the form was opened. Raises EditConflict when someone else has answered since,
    DomainError for a team that is not open or that nobody is asked about yet, and without any answer.
    """
    team = _lock_editable_team(team)
    months = due_months(team, today)
    if months is None:
        raise DomainError(NO_QUESTIONS_YET)
    answers = {"posts": posts, "budget": budget, "projects": projects, "commissions": commissions, "words": words}
    row = TeamFollowUp(team=team, months=months, noted_on=today, by=by, **answers)
    latest = latest_answers([team]).get((team.pk, months))
    if latest and latest.form_values() == row.form_values():
        return latest
    check_version(version_token, current=(latest or TeamFollowUp()).form_values(), submitted=row.form_values())
    row.save()
    return row


def reached_day_fields(team: InnovationTeam) -> list[str]:
    """Return the names of the columns that hold the days of the steps an innovation team has taken, from proposed to
    closed.
    """
    columns = list(TEAM_DAYS.values())
    return columns[: list(TEAM_DAYS).index(TeamState(team.state)) + 1]


def _lock_editable_team(team: InnovationTeam) -> InnovationTeam:
    """Return the team as the database has it now, locked until the action ends; raise DomainError for imported
    published facts.
    """
    team = InnovationTeam.objects.select_for_update().get(pk=team.pk)
    if team.retrospective:
        raise DomainError(_("This team is one of the published facts: it cannot be changed."))
    return team


def _refuse_future_day(day: date | None, today: date, field: str) -> None:
    """Raise DomainError, attached to the form field named `field`, when `day` is after `today`; None is accepted."""
    if day and day > today:
        raise DomainError(_("This date is in the future. Record it once the day has come."), field=field)


def _record_step(team: InnovationTeam, state: TeamState, happened_on: date, today: date) -> InnovationTeam:
    """Move the team to the state `state`, which it reached on the day `happened_on`, and return it.

    Raises DomainError for a day after `today`, and when the team's present state has another next step.
    """
    _refuse_future_day(happened_on, today, "happened_on")
    team = _lock_editable_team(team)
    team.state, team.recorded_on = state, today
    setattr(team, TEAM_DAYS[state], happened_on)
    team.save(update_fields=["state", TEAM_DAYS[state], "recorded_on"])
    return team
