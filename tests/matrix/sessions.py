"""Routes of sessions, attendance, stakeholders and innovation teams."""

from datetime import date
from typing import Any

from cohorts.models import InnovationTeam
from tests.factories.cast import Cast
from tests.factories.cohorts import AttendanceFactory, InnovationTeamFactory, SessionFactory, StakeholderFactory
from tests.matrix import Arguments, Row

COHORT = "SCDPMRA"
PLAN = "SCDP"
KEEP = "SPA"


def session(state: str, day: date = date(2026, 10, 6)) -> Arguments:
    def args(cast: Cast) -> list[Any]:
        return [SessionFactory(cohort=cast.cohort, state=state, date=day).pk]

    return args


def slug(cast: Cast) -> list[Any]:
    return [cast.cohort.slug]


def stakeholder(cast: Cast) -> list[Any]:
    return [StakeholderFactory(cohort=cast.cohort).pk]


def met_stakeholder(cast: Cast) -> list[Any]:
    """On the list of a session, so that nobody's POST removes it before the next person tries."""
    row = StakeholderFactory(cohort=cast.cohort)
    day = SessionFactory(cohort=cast.cohort).days.get()
    AttendanceFactory(day=day, member=None, stakeholder=row)
    return [row.pk]


def team(cast: Cast) -> list[Any]:
    """A cohort has one."""
    found = InnovationTeam.objects.filter(cohort=cast.cohort).first()
    return [(found or InnovationTeamFactory(cohort=cast.cohort)).pk]


ROUTES = {
    "cohorts:sessions": Row(),
    "cohorts:session": Row(see=COHORT, args=session("scheduled")),
    "cohorts:edit_session": Row(see=COHORT, act=PLAN, post=True, args=session("draft")),
    "cohorts:move_session": Row(see=COHORT, act=PLAN, post=True, args=session("scheduled")),
    "cohorts:schedule_session": Row(see=COHORT, act=PLAN, get=False, post=True, args=session("draft")),
    "cohorts:postpone_session": Row(see=COHORT, act=PLAN, post=True, args=session("scheduled")),
    "cohorts:cancel_session": Row(see=COHORT, act=PLAN, post=True, args=session("scheduled")),
    "cohorts:hold_session": Row(see=COHORT, act=PLAN, get=False, post=True, args=session("scheduled")),
    "cohorts:report_session": Row(see=COHORT, act=PLAN, post=True, args=session("held")),
    "cohorts:record_attendance": Row(see=COHORT, act=PLAN, post=True, args=session("scheduled")),
    "cohorts:invite_to_session": Row(see=COHORT, act=PLAN, post=True, args=session("scheduled")),
    "cohorts:answer_session": Row(
        see=COHORT,
        get=False,
        post=True,
        past=False,
        args=session("scheduled", date(2026, 12, 1)),
        form={"answer": "coming"},
    ),
    "cohorts:cohort_sessions": Row(see=COHORT, args=slug),
    "cohorts:plan_session": Row(see=COHORT, act=PLAN, post=True, args=slug),
    "cohorts:stakeholders": Row(see=COHORT, args=slug),
    "cohorts:add_stakeholder": Row(see=COHORT, act=PLAN, post=True, args=slug),
    "cohorts:edit_stakeholder": Row(see=COHORT, act=PLAN, post=True, args=stakeholder),
    "cohorts:remove_stakeholder": Row(see=COHORT, act=PLAN, post=True, args=met_stakeholder),
    "cohorts:innovation_teams": Row(),
    "cohorts:innovation_team": Row(see=COHORT, args=slug),
    "cohorts:propose_team": Row(see=COHORT, act=KEEP, post=True, args=slug),
    "cohorts:edit_team": Row(see=COHORT, act=KEEP, post=True, args=team),
    "cohorts:correct_team_days": Row(see=COHORT, act=KEEP, post=True, args=team),
    "cohorts:move_team_on": Row(see=COHORT, act=KEEP, post=True, args=team),
}
