"""The life of a cohort of the demonstration: it starts, meets, is attended and reported, and its team takes shape."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import count
from typing import cast

from accounts.models import User
from cohorts.attendance.actions import Mark, invite_people, record_attendance
from cohorts.attendance.enums import AttendanceStatus
from cohorts.cohort.actions import Budget, agree_cohort, change_budget, change_details, start_cohort
from cohorts.models import Attendance, Cohort, InnovationTeam, Membership, Session, SessionDay, Stakeholder
from cohorts.people.enums import Role
from cohorts.sessions.actions.sessions import (
    DayPlan,
    describe_session,
    hold_session,
    move_session,
    plan_session,
    report_session,
    schedule_session,
)
from cohorts.sessions.enums import SessionKind
from cohorts.stakeholders.actions import add_stakeholder
from cohorts.teams.actions import decide_team, describe_team, prefigure_team, propose_team
from labplatform.demo.dates import ONE_DAY, Dates, is_open, moment, working_day
from labplatform.demo.stories import Run, Story, Told
from web.database.created_on import born_on

ANNOUNCED = timedelta(days=21)  # before its first day a session is scheduled
AHEAD = timedelta(days=75)  # sessions nearer than this are scheduled, later ones are still drafts
WRITTEN = timedelta(days=2)  # after it, its report
UNREPORTED = timedelta(days=10)  # a session held later than this has no report yet
AFTERNOON = (time(14), time(17))
AFTERNOONS_ON = (1, 2, 3)  # Tuesday to Thursday
IN_A_FORTNIGHT = 13  # days

P, S = AttendanceStatus, SessionKind
# Who came: read by turning through it, person after person, from another place at every session.
TURNOUT = (P.PRESENT,) * 5 + (P.EXCUSED,) + (P.PRESENT,) * 4 + (P.PARTIAL,) + (P.PRESENT,) * 3 + (P.ABSENT,)


def start(*, cohort: Cohort, run: Run, first_day: date, by: User) -> Cohort:
    """Give the cohort the name of its story; its authority signs a month before, work begins on its first day."""
    told = run.told
    change_details(
        cohort=cohort,
        name=told["name"],
        code=told["code"],
        site=told.get("site", ""),
        theme=told["theme"],
        seats=cohort.seats or 0,
        by=by,
    )
    if "budget" in told:
        change_budget(cohort=cohort, by=by, **_budget(told["budget"]))
    agree_cohort(cohort=cohort, at=moment(first_day), by=by)
    return start_cohort(cohort=cohort, actual_start=first_day, by=by, today=first_day)


def _budget(told: Told) -> Budget:
    """Planned, and actual so far; what the story does not tell is not noted."""
    names = ("planned_contribution", "actual_contribution", "planned_team_days", "actual_team_days")
    return cast("Budget", {name: Decimal(told[name]) if name in told else None for name in names})


def meet(*, cohort: Cohort, run: Run, dates: Dates, by: User) -> None:
    """Name and place the proposed sessions; schedule, hold and report those that are near or past."""
    for session, told in zip(_in_order(cohort), run.sessions, strict=True):
        called = {"number": session.number, "kind": session.kind, "title": told["title"]}
        describe_session(session=session, at=moment(dates.edition), by=by, **called)
        days = [DayPlan(day.date, day.starts_at, day.ends_at, run.told["place"]) for day in session.days.all()]
        if days and days[0].date <= dates.today + AHEAD:
            announced = moment(min(days[0].date - ANNOUNCED, dates.today - ONE_DAY))
            placed = move_session(session=session, days=days, at=announced, accept_conflicts=True, by=by)
            _live(schedule_session(session=placed, at=announced, by=by), told, dates, by)


def _in_order(cohort: Cohort) -> list[Session]:
    return sorted(cohort.sessions.prefetch_related("days"), key=lambda session: int(session.number))


def _live(session: Session, told: Told, dates: Dates, by: User) -> None:
    """What happened of a scheduled session by now: who came on the days that are past, then its report."""
    past = [day for day in session.days.all() if day.date < dates.today]
    if past:
        _attend(session, past, by)
    if len(past) < session.days.count():
        return
    last = past[-1].date
    hold_session(session=session, today=last, by=by)
    if told.get("report") and last < dates.today - UNREPORTED:
        report_session(session=session, report=told["report"], at=moment(working_day(last + WRITTEN)), by=by)


def _attend(session: Session, days: Sequence[SessionDay], by: User) -> None:
    """Someone who is away is away on all days of the session."""
    rows = Attendance.objects.filter(day__in=days).select_related("day", "member__user", "stakeholder").order_by("pk")
    places: dict[Membership | Stakeholder, int] = {}
    marks = {}
    for row in rows:
        place = places.setdefault(row.person, len(places)) + days[0].date.toordinal()
        marks[row.day, row.person] = Mark(TURNOUT[place % len(TURNOUT)])
    record_attendance(session=session, marks=marks, today=days[-1].date, by=by)


def meet_stakeholders(*, cohort: Cohort, run: Run, dates: Dates, on: Callable[[int], date], by: User) -> None:
    """Note the stakeholders, and meet them on the afternoons of the story, elected officials invited."""
    known = [add_stakeholder(cohort=cohort, by=by, **told) for told in run.stakeholders]
    for told in run.meetings:
        day = on(told["day"]) if "day" in told else _afternoon_to_come(dates.today)
        announced = min(day - ANNOUNCED, dates.today - ONE_DAY)
        with born_on(announced):
            session = plan_session(
                cohort=cohort,
                number=told["number"],
                kind=S.STAKEHOLDER_MEETING,
                title=told["title"],
                days=[DayPlan(day, *AFTERNOON, run.told["place"])],
                accept_conflicts=True,
                by=by,
            )
        at = moment(announced)
        session = schedule_session(session=session, at=at, by=by)
        invited: list[Membership | Stakeholder] = [*known, *cohort.memberships.filter(role=Role.ELECTED)]
        invite_people(days=list(session.days.all()), people=invited, today=announced, at=at, by=by)
        _live(session, told, dates, by)


def _afternoon_to_come(today: date) -> date:
    """In a fortnight, or as soon after it as people are at work."""
    days = (today + timedelta(days=days) for days in count(IN_A_FORTNIGHT))
    return next(day for day in days if day.weekday() in AFTERNOONS_ON and is_open(day))


def shape_team(*, cohort: Cohort, story: Story, on: Callable[[int], date], by: User) -> None:
    """Walk the innovation team along its story."""
    told = story.told
    steps = dict(_dated(story, on))
    day = steps.pop("envisaged")
    with born_on(day):
        team = propose_team(cohort=cohort, name=told["name"], proposed_on=day, today=day, by=by)
    for act, day in steps.items():
        TEAM_STEPS[act](team, day, by)
    posts = told.get("posts")
    describe_team(
        team=team,
        name=told["name"],
        posts=None if posts is None else Decimal(posts),
        place=told["place"],
        notes=told["notes"],
        by=by,
    )


TEAM_STEPS: dict[str, Callable[[InnovationTeam, date, User], object]] = {
    "prefigured": lambda team, day, by: prefigure_team(team=team, happened_on=day, today=day, by=by),
    "decided": lambda team, day, by: decide_team(team=team, happened_on=day, today=day, by=by),
}


def _dated(story: Story, on: Callable[[int], date]) -> Iterator[tuple[str, date]]:
    return ((step.act, on(step.day)) for step in story.steps)
