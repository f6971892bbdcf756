"""The solver of sessions: ten cohorts that share people, and today's proposals measured by the same criteria."""

import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from cohorts.calendars.planning import BusyDays, SessionToPlace, propose_between
from cohorts.calendars.proposals import PEOPLE_WEIGHT
from cohorts.models import Cohort
from planning.editions.sessions.inputs import PlannedSession, SessionInputs, SharedPerson, cost_of, edition_sessions
from planning.models import SessionPlan
from planning.solver.session_model import solve_sessions
from planning.solver.sessions import Days
from programmes.enums import ProgrammeFamily
from programmes.models import Authority, Edition, Format, Programme
from programmes.workdays import is_working_day

START, MONTHS = date(2027, 1, 5), 18
END = START + timedelta(days=30 * MONTHS)
LENGTH = 2  # days of a session


def inputs_of(count: int, sessions: int, seed: int = 1) -> SessionInputs:
    """Return an edition of `count` cohorts with as many draft sessions each, spread over its time; nothing is saved.

    Each cohort shares someone with the next three.
    """
    draw = random.Random(seed)
    programme = Programme(pk=1, family=ProgrammeFamily.TRANSFO)
    edition = Edition(pk=1, starts_on=START, ends_on=END, format=Format(days_per_session=LENGTH), programme=programme)
    cohorts = {f"c{number:02}": _cohort(number, edition, draw) for number in range(count)}
    rows: list[PlannedSession] = []
    for cohort in cohorts.values():
        for number in range(sessions):
            days = _days(START + (END - START) * (number + draw.random() * 0.8) / sessions, cohort)
            own = (cohort.slug, cohort.name, str(number + 1), "group", "draft", 0, False, days)
            rows.append(PlannedSession(len(rows) + 1, *own))
    keys = list(cohorts)
    pairs = {tuple(sorted((key, keys[(at + step) % count]))) for at, key in enumerate(keys) for step in (1, 2, 3)}
    return SessionInputs(
        plan=SessionPlan(edition=edition),
        today=START - timedelta(days=1),
        cohorts=cohorts,
        sessions=tuple(sorted(rows, key=lambda row: (row.days[0], row.pk))),
        people={(a, b): (SharedPerson("Sam", date.min, date.max),) for a, b in sorted(pairs) if a != b},
        periods=(),
        days_taken=frozenset(),
    )


def _cohort(number: int, edition: Edition, draw: random.Random) -> Cohort:
    authority = Authority(pk=number + 1, name=f"Authority {number}", school_zone=draw.choice("ABC"))
    dates = {"planned_start": START, "planned_end": END}
    return Cohort(pk=number + 1, slug=f"c{number:02}", edition=edition, authority=authority, **dates)


def _days(first: date, cohort: Cohort) -> Days:
    """Return the working days of a session from a day on."""
    found = []
    while len(found) < LENGTH:
        if is_working_day(first, cohort.authority.calendar):
            found.append(first)
        first += timedelta(days=1)
    return tuple(found)


def proposals_of_today(inputs: SessionInputs) -> Mapping[int, Days]:
    """Return the days that are proposed for the drafts of one cohort after the other, as “Propose new days” does.

    A proposal avoids the days of cohorts that share people: those proposed already, and the present ones of the others.
    """
    days = {row.pk: row.days for row in inputs.sessions}
    for slug, cohort in inputs.cohorts.items():
        own = [row for row in inputs.sessions if row.cohort == slug]
        others = {each for pair in inputs.people if slug in pair for each in pair} - {slug}
        busy = {day for row in inputs.sessions if row.cohort in others for day in days[row.pk]}
        proposals = propose_between(
            [SessionToPlace(days[row.pk]) for row in own],
            START,
            END,
            cohort.authority.calendar,
            usual_days=LENGTH,
            periods=(),
            busy=BusyDays(avoided=dict.fromkeys(busy, ("shared_people", PEOPLE_WEIGHT))),
        )
        days |= {row.pk: proposal.days for row, proposal in zip(own, proposals, strict=True)}
    return days


def double_days(inputs: SessionInputs, days: Mapping[int, Days]) -> int:
    """Return on how many days two cohorts that share someone both meet."""
    meeting = defaultdict(set)
    for row in inputs.sessions:
        for day in days[row.pk]:
            meeting[day].add(row.cohort)
    return sum({first, second} <= cohorts for cohorts in meeting.values() for first, second in inputs.people)


def total_cost(inputs: SessionInputs, days: Mapping[int, Days]) -> int:
    """Return the days that sessions move, and what unsuitable days cost, as the solver counts them."""
    return sum(
        cost_of(days[row.pk], row.days, inputs.cohorts[row.cohort].authority.calendar)
        for row in inputs.sessions
        if days[row.pk] != row.days
    )


def measure(count: int, sessions: int, rounds: int) -> Callable[[Any], list[Any]]:
    seconds, inputs = [], inputs_of(count, sessions)
    for _ in range(rounds):
        begun = time.perf_counter()
        result = solve_sessions(edition_sessions(inputs), lambda _step: None)
        seconds.append(time.perf_counter() - begun)
    planned = {int(key): days for key, days in result.plans[0].chosen.items()}
    proposed = proposals_of_today(inputs)
    ordered = sorted(inputs.sessions, key=lambda row: (row.cohort, planned[row.pk]))
    assert all(planned[b.pk][0] > planned[a.pk][-1] for a, b in pairwise(ordered) if a.cohort == b.cohort)
    before, limit = double_days(inputs, {row.pk: row.days for row in inputs.sessions}), total_cost(inputs, proposed)

    def figures(figure: Any) -> list[Any]:
        what = f"{count} cohorts that share people, {len(inputs.sessions)} sessions, 3 plans"
        return [
            figure(what, seconds, 30.0, 10.0, False, "s"),
            figure("days on which someone is expected twice, before", [before]),
            figure("the same, today's proposals", [double_days(inputs, proposed)]),
            figure("the same, the best plan", [double_days(inputs, planned)], 0, 0, False),
            figure("days that sessions move, today's proposals", [limit]),
            figure("the same, the best plan", [total_cost(inputs, planned)], limit, limit, False),
        ]

    return figures
