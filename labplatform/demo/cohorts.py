"""The life of a cohort in the demonstration: start, sessions, attendance, reports, its innovation team, its costs."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from dateutil.relativedelta import relativedelta

from accounts.models import User
from cohorts.attendance.actions import AttendanceMark, invite_people, record_attendance
from cohorts.attendance.enums import AttendanceStatus
from cohorts.budget.actions import add_agreement, add_budget_line, issue_statement, set_day_rate
from cohorts.budget.enums import BudgetKind
from cohorts.cohort.actions import agree_cohort, change_details, start_cohort
from cohorts.models import Attendance, Cohort, InnovationTeam, Membership, Session, SessionDay, Stakeholder
from cohorts.people.enums import MembershipRole
from cohorts.sessions.actions.sessions import (
    DayPlan,
    describe_session,
    hold_session,
    move_session,
    plan_session,
    report_session,
    schedule_session,
)
from cohorts.sessions.enums import SessionKind, SessionLead
from cohorts.stakeholders.actions import add_stakeholder
from cohorts.teams.actions import decide_team, describe_team, prefigure_team, propose_team
from labplatform.demo.dates import ONE_DAY, Dates, is_open, moment, working_day
from labplatform.demo.stories import CONTENT, CohortStories, Story, StoryData
from programmes.models import Edition
from web.database.created_on import created_on

NOTICE = timedelta(days=21)  # how long before its first day a session is scheduled
SCHEDULING_WINDOW = timedelta(days=75)  # sessions within this time are scheduled, later ones are still drafts
WEEKS_WINDOW = timedelta(days=14)  # the same for on-site weeks, so that the planner has one to place
LONGEST_AGREEMENT = relativedelta(years=3)  # with a funder
REPORT_DELAY = timedelta(days=2)  # how long after a session its report is written
RECENT_WITHOUT_REPORT = timedelta(days=10)  # sessions held within this time have no report yet
AFTERNOON = (time(14), time(17))
AFTERNOON_WEEKDAYS = (1, 2, 3)  # Tuesday to Thursday
DAYS_UNTIL_NEXT_AFTERNOON = 13  # days
# Who leads the sessions of a cohort, in the order of their numbers; some cohorts are a session ahead.
D, B, C = SessionLead.DESIGN_TEAM, SessionLead.BOTH, SessionLead.CIVIL_SERVANTS
LEADS = (D, D, D, B, D, B, B, C, B, C, C, B, C, C, C)

P, S = AttendanceStatus, SessionKind
# Attendance, taken in turn person by person; every session starts at another position of the list.
TURNOUT = (P.PRESENT,) * 5 + (P.EXCUSED,) + (P.PRESENT,) * 4 + (P.PARTIAL,) + (P.PRESENT,) * 3 + (P.ABSENT,)


def start(*, cohort: Cohort, stories: CohortStories, first_day: date, by: User) -> Cohort:
    """Give the cohort the details of its story, record the agreement, and start it on `first_day`; return it started.

    `by` is who does so.
    """
    data = stories.data
    change_details(
        cohort=cohort,
        name=data["name"],
        code=data["code"],
        site=data.get("site", ""),
        theme=data["theme"],
        seats=cohort.seats or 0,
        planned_team_days=Decimal(data["agreed_days"]) if "agreed_days" in data else None,
        by=by,
    )
    agree_cohort(cohort=cohort, at=moment(first_day), by=by)
    return start_cohort(cohort=cohort, actual_start=first_day, by=by, today=first_day)


def play_sessions(*, cohort: Cohort, stories: CohortStories, dates: Dates, by: User) -> None:
    """Give the sessions that the format proposed for the cohort the details of their stories, in the order of their
    numbers.

    Those up to 75 days ahead are scheduled, past ones are held, and reported where they are older than ten days. `by`
    is who does so.
    """
    for session, session_data in zip(_in_order(cohort), stories.sessions, strict=True):
        details = {"number": session.number, "kind": session.kind, "title": session_data["title"]}
        describe_session(session=session, at=moment(dates.edition), by=by, **details)
        days = [DayPlan(day.date, day.starts_at, day.ends_at, stories.data["venue"]) for day in session.days.all()]
        window = WEEKS_WINDOW if session.kind == S.IMMERSION else SCHEDULING_WINDOW
        if days and days[0].date <= dates.today + window:
            announced = moment(min(days[0].date - NOTICE, dates.today - ONE_DAY))
            moved = move_session(session=session, days=days, at=announced, accept_conflicts=True, by=by)
            _play_session(schedule_session(session=moved, at=announced, by=by), session_data, dates, by)


def _in_order(cohort: Cohort) -> list[Session]:
    """Return the sessions of the cohort in the order of their numbers, which must be whole, with their days loaded."""
    return sorted(cohort.sessions.prefetch_related("days"), key=lambda session: int(session.number))


def _play_session(session: Session, session_data: StoryData, dates: Dates, by: User) -> None:
    """Record what happened in a scheduled session before today: attendance on past days, then, if all are past, its
    report.

    The report is written two days later, and only if the story has one and the session is more than ten days old. `by`
    records it.
    """
    past = [day for day in session.days.all() if day.date < dates.today]
    if past:
        _record_attendance(session, past, by)
    if len(past) < session.days.count():
        return
    last = past[-1].date
    hold_session(session=session, today=last, by=by)
    if session_data.get("report") and last < dates.today - RECENT_WITHOUT_REPORT:
        position = int(float(session.number)) + session.cohort_id % 2
        report_session(
            session=session,
            report=session_data["report"],
            prepared_by=LEADS[position - 1],
            led_by=LEADS[position],
            at=moment(working_day(last + REPORT_DELAY)),
            by=by,
        )


def _record_attendance(session: Session, days: Sequence[SessionDay], by: User) -> None:
    """Record the attendance of everyone expected at a session on `days`, which are past.

    The marks follow a fixed sequence, mostly present, from another position for each session; someone has the same mark
    on all its days.
    """
    rows = Attendance.objects.filter(day__in=days).select_related("day", "member__user", "stakeholder").order_by("pk")
    positions: dict[Membership | Stakeholder, int] = {}
    marks = {}
    for row in rows:
        position = positions.setdefault(row.person, len(positions)) + days[0].date.toordinal()
        marks[row.day, row.person] = AttendanceMark(TURNOUT[position % len(TURNOUT)])
    record_attendance(session=session, marks=marks, today=days[-1].date, by=by)


def meet_stakeholders(
    *, cohort: Cohort, stories: CohortStories, dates: Dates, on: Callable[[int], date], by: User
) -> None:
    """Add the cohort's stakeholders, then plan, and where they are past hold, the meetings of the story with them.

    Elected officials are invited too. `on` gives the date of a day in the story; a meeting without a day is on an
    afternoon to come. `by` is who does so.
    """
    stakeholders = [add_stakeholder(cohort=cohort, by=by, **data) for data in stories.stakeholders]
    for data in stories.meetings:
        day = on(data["day"]) if "day" in data else _next_afternoon(dates.today)
        announced = min(day - NOTICE, dates.today - ONE_DAY)
        with created_on(announced):
            session = plan_session(
                cohort=cohort,
                number=data["number"],
                kind=S.STAKEHOLDER_MEETING,
                title=data["title"],
                days=[DayPlan(day, *AFTERNOON, stories.data["venue"])],
                accept_conflicts=True,
                by=by,
            )
        at = moment(announced)
        session = schedule_session(session=session, at=at, by=by)
        invited: list[Membership | Stakeholder] = [
            *stakeholders,
            *cohort.memberships.filter(role=MembershipRole.ELECTED),
        ]
        invite_people(days=list(session.days.all()), people=invited, today=announced, at=at, by=by)
        _play_session(session, data, dates, by)


def _next_afternoon(today: date) -> date:
    """Return the first Tuesday, Wednesday or Thursday from thirteen days after `today` on that is a working day in
    season.

    Out of season are the summer and the end of the year.
    """
    days = (today + timedelta(days=days) for days in count(DAYS_UNTIL_NEXT_AFTERNOON))
    return next(day for day in days if day.weekday() in AFTERNOON_WEEKDAYS and is_open(day))


def shape_team(*, cohort: Cohort, story: Story, on: Callable[[int], date], by: User) -> None:
    """Propose the innovation team of the cohort, take it through the steps of its story, then describe it.

    `on` gives the date of a day in the story; `by` is who does so.
    """
    data = story.data
    steps = dict(_dated_actions(story, on))
    day = steps.pop("envisaged")
    with created_on(day):
        team = propose_team(cohort=cohort, name=data["name"], proposed_on=day, today=day, by=by)
    for action, day in steps.items():
        TEAM_STEPS[action](team, day, by)
    posts = data.get("posts")
    describe_team(
        team=team,
        name=data["name"],
        posts=None if posts is None else Decimal(posts),
        venue=data["venue"],
        notes=data["notes"],
        by=by,
    )


TEAM_STEPS: dict[str, Callable[[InnovationTeam, date, User], object]] = {
    "prefigured": lambda team, day, by: prefigure_team(team=team, happened_on=day, today=day, by=by),
    "decided": lambda team, day, by: decide_team(team=team, happened_on=day, today=day, by=by),
}


def _dated_actions(story: Story, on: Callable[[int], date]) -> Iterator[tuple[str, date]]:
    """Yield the name of each step's action in the story with its date, in order of time.

    `on` gives the date of a day in the story.
    """
    return ((step.action, on(step.day)) for step in story.steps)


def add_costs(*, edition: Edition, cohorts: dict[str, Cohort], dates: Dates, by: User) -> None:
    """Add what `content/costs.toml` has: agreements on the edition and on cohorts, lines, rates, and a statement."""
    content = tomllib.loads((CONTENT / "costs.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    period: dict[str, Any] = {"starts_on": dates.edition, "ends_on": dates.edition + LONGEST_AGREEMENT}
    add_agreement(edition=edition, cohort=None, amount=None, by=by, **period, **content["edition"])
    for story in content["cohorts"]:
        _add_costs_of(cohorts[story["name"]], story, period, dates, by)


def _add_costs_of(cohort: Cohort, story: StoryData, period: dict[str, Any], dates: Dates, by: User) -> None:
    """Add the lines and rates of a cohort, its agreement with its authority and, after `stated_days`, the statement."""
    since = dates.first_days[story["name"]]
    for line in story["lines"]:
        day = dates.on(story["name"], line["day"])
        for values in _amounts(line):
            add_budget_line(cohort=cohort, day=day, category=line["category"], note=line["note"], by=by, **values)
    for group, euros in story["rates"].items():
        set_day_rate(cohort=cohort, group=group, starts_on=since, euros=Decimal(euros), by=by)
    agreement = add_agreement(
        edition=cohort.edition,
        cohort=cohort,
        funder=cohort.authority.name,
        share=story["share"],
        amount=None,
        reference=story["reference"],
        by=by,
        **period,
    )
    if "stated_days" in story:
        last_day = min(since + timedelta(days=story["stated_days"]), dates.today - 2 * ONE_DAY)
        issue_statement(agreement=agreement, first_day=since, last_day=last_day, today=dates.today - ONE_DAY, by=by)


def _amounts(line: StoryData) -> Iterator[dict[str, Any]]:
    """Yield kind, euros and days of the lines that a line of the story stands for: planned, spent, or both."""
    if "days" in line:
        yield {"kind": BudgetKind.SPENT, "euros": None, "days": line["days"]}
    yield from (
        {"kind": kind, "euros": Decimal(line[kind]), "days": None} for kind in BudgetKind.values if kind in line
    )
