"""Builds the context of the exchange page in as few statements as possible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from accounts.models import User
from cohorts.cohort.enums import CohortState
from exchanges import permissions
from exchanges.calendar import Window
from exchanges.distances import kilometres
from exchanges.exchange.enums import (
    ANSWERABLE,
    COHORT_STATES_TAKING_PART,
    ESCALATION_PERIOD,
    PAST,
    UNABLE_TO_HOST,
    UNANNOUNCED,
    UPCOMING_STATES,
    ExchangeState,
)
from exchanges.lifecycle.views import STEPS, LifecycleStep
from exchanges.models import Exchange
from exchanges.permissions import EditionRoles
from exchanges.planning import reason_texts
from exchanges.planning.planning_context import (
    PlanningContext,
    candidates_of,
    distance_travelled,
    expected_cohorts,
    load_planning_context,
    seat_of,
)
from exchanges.planning.reassignment import PASSED, next_in_line
from exchanges.planning.stored_reasons import read_reason
from exchanges.registration.answer_counts import answer_counts, answers_by_cohort
from exchanges.registration.enums import EXPECTED
from exchanges.registration.seats import answer_periods, guests_of, is_full, seats_left
from exchanges.reminders import event_of
from exchanges.rotation import HostChoice, with_travel
from notifications.reminders.step_status import reminder_steps_of
from web.decisions import Decision
from web.maps.france import france
from web.maps.seats import MapLocation, SeatMap, draw


@dataclass(frozen=True, slots=True)
class WindowRow:
    """The present dates of an exchange, or dates it could move to, with texts for and against them."""

    first: date
    last: date
    distance: str
    in_favour: str
    against: str
    estimated: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class ExchangeCohortRow:
    """A cohort that comes: its turns as host, its people, and the distances they travel.

    `distance_to_host` is in km. The other distances are km times people, one way: of its people to this exchange, of
    its people to the exchanges held before, and of all participants if this cohort hosts. None if a seat is not known.
    """

    pk: int
    name: str
    hosted: int
    to_host: int
    people: int
    registered: int
    is_host: bool
    distance_to_host: int | None = None
    distance_to_exchange: int | None = None
    distance_travelled: int | None = None
    distance_if_it_hosts: int | None = None


def exchange_page_context(exchange: Exchange, user: User, at: datetime, today: date) -> dict[str, Any]:
    """Return the template context of the page of an exchange for this person.

    Its keys, besides `exchange`:

    - dates and host: `windows`, `why_host`, `next_in_line` (to host), `no_host_left`, `is_host_late`, `is_host_unable`,
      `is_host_prospect`
    - people: `cohorts`, `total_distance`, `map`, `answers` (numbers), `guests`, `seats_taken`, `full`
    - state: `is_unannounced`, `is_open` (registration), `is_answerable` (people can answer or release seats), `is_over`
    - buttons: `permissions` (see `exchange_decisions`), `next_step`
    - `reminder_steps`: its e-mails

    `exchange` must be read with `with_own_answer`, and with `with_guest_count` of `registration.seats`. `today` is the
    date of the moment `at` where the exchange takes place.
    """
    roles = EditionRoles(user, exchange.edition, today)
    is_planning = roles.staff and exchange.state in UNANNOUNCED and not exchange.retrospective
    is_unannounced = exchange.state in UNANNOUNCED and not exchange.retrospective
    planning = load_planning_context(exchange.edition, today) if is_unannounced else None
    cohorts = (
        []
        if exchange.retrospective
        else planning.cohorts
        if planning
        else expected_cohorts(exchange.edition, today, COHORT_STATES_TAKING_PART)
    )
    names = {cohort.slug: cohort.name for cohort in cohorts}
    answers = answers_by_cohort(exchange)
    counts, guests = answer_counts(answers), guests_of(exchange)
    rows = cohort_rows(exchange, cohorts, answers)
    next_host = (
        next_in_line(planning, exchange)
        if is_planning and planning and exchange.state == ExchangeState.PROPOSED
        else None
    )
    return {
        "exchange": exchange,
        "windows": windows(exchange, planning, names, others=is_planning),
        "why_host": host_reason_text(exchange, names, rows, next_host),
        "next_in_line": next_host,
        "no_host_left": is_planning and next_host is None and no_host_left(exchange, today),
        "is_host_late": next_host is not None and is_late(exchange, today),
        "is_host_unable": roles.staff
        and exchange.state in UPCOMING_STATES
        and exchange.host
        and exchange.host.state in UNABLE_TO_HOST,
        "is_host_prospect": is_planning and exchange.host and exchange.host.state == CohortState.PROSPECT,
        "cohorts": rows,
        "total_distance": sum(row.distance_to_exchange or 0 for row in rows),
        "map": travel_map(exchange, cohorts, rows),
        "answers": counts,
        "full": is_full(seats_left(exchange.capacity, counts["registered"], guests), counts["waiting"]),
        "guests": guests,
        "seats_taken": counts["registered"] + guests,
        "reminder_steps": []
        if exchange.retrospective
        else reminder_steps_of(event_of(exchange), at, for_staff=roles.staff),
        "permissions": exchange_decisions(roles, exchange),
        "next_step": next_step(exchange, roles, today),
        **answer_periods(exchange, at),
        "is_unannounced": exchange.state in UNANNOUNCED,
    }


def exchange_decisions(roles: EditionRoles, exchange: Exchange) -> dict[str, Decision | bool]:
    """Return whether the person gets each button of the exchange page now, by name of the button.

    The names are those of the table of permissions, and "give_back" (the turn to host). "plan_exchanges" is for
    moving, swapping and cancelling.
    """
    upcoming = exchange.state in UPCOMING_STATES and not exchange.retrospective
    return {
        "plan_exchanges": roles.plans and upcoming,
        "confirm_host": permissions.can_confirm_host(roles, exchange),
        "give_back": exchange.state in UNANNOUNCED
        and not (exchange.retrospective or roles.staff)
        and permissions.can_give_turn_back(roles, exchange),
        "answer_invitation": permissions.can_answer_invitation(roles),
        "register_others": upcoming and permissions.can_register_others(roles),
        "see_participants": permissions.can_see_participants(roles, exchange),
    }


def next_step(exchange: Exchange, roles: EditionRoles, today: date) -> LifecycleStep | None:
    """Return the step that the main button of the exchange page offers, such as announcing it; None if there is none
    now.

    It is the first step out of the present state whose time has come on `today`, the date where the exchange takes
    place, and that this person may take.
    """
    if exchange.retrospective:
        return None
    steps = (step for step in STEPS if step.state == exchange.state and step.is_time(exchange, today))
    return next((step for step in steps if step.permission(roles, exchange)), None)


def windows(
    exchange: Exchange, planning: PlanningContext | None, names: Mapping[str, str], *, others: bool
) -> list[WindowRow]:
    """Return the present dates of the exchange and, with `others`, the three best other dates around its target.

    `planning` is None once the exchange is announced; the reasons are then the stored ones. `names` are the names of
    cohorts by slug. The list is empty while the dates are not known, and for imported published facts.
    """
    if exchange.first_day is None or exchange.last_day is None or exchange.retrospective:
        return []
    current = _current_window_row(exchange, planning, names)
    if not others or planning is None or exchange.host is None or exchange.days is None:
        return [current]
    target = exchange.target or exchange.first_day
    proposed = planning.windows(target, exchange.days, exchange.host, taken=planning.taken(excluding=exchange))
    return [current, *(_window_row(window, names) for window in proposed if window.start != exchange.first_day)]


def _window_row(window: Window, names: Mapping[str, str]) -> WindowRow:
    """Return possible dates of an exchange for its page, with the reasons for and against them in words.

    `names` are the names of cohorts by slug.
    """
    return WindowRow(
        first=window.start,
        last=window.days[-1],
        distance=reason_texts.distance_text(window.distance),
        in_favour=reason_texts.in_favour_text(window.in_favour),
        against=reason_texts.against_text(window.against, names),
        estimated=window.estimated,
        is_current=False,
    )


def _current_window_row(exchange: Exchange, planning: PlanningContext | None, names: Mapping[str, str]) -> WindowRow:
    """Return the present dates of the exchange for its page, with the reasons for and against them in words.

    With `planning`, until the exchange is announced, the reasons are those of today; with None, those stored at the
    proposal. `names` are the names of cohorts by slug.
    """
    window = planning.window(exchange) if planning else None
    if window:
        return replace(_window_row(window, names), distance=_distance(exchange), is_current=True)
    window_reasons = exchange.why.get("window", {})
    first, last = exchange.first_day or date.max, exchange.last_day or date.max
    return WindowRow(
        first=first,
        last=last,
        distance=_distance(exchange),
        in_favour=reason_texts.in_favour_text(read_reason(reason) for reason in window_reasons.get("for", [])),
        against=reason_texts.against_text((read_reason(reason) for reason in window_reasons.get("against", [])), names),
        estimated=bool(window_reasons.get("estimated")),
        is_current=True,
    )


def _distance(exchange: Exchange) -> str:
    """Return how far the first day of the exchange is from its target date, in words such as “3 days after the target”.

    Empty while one of the two is not known.
    """
    first, target = exchange.first_day, exchange.target
    return reason_texts.distance_text((first - target).days if first and target else None)


def is_late(exchange: Exchange, today: date) -> bool:
    """Return whether `today` is at most 18 weeks before the first day, or after it.

    A host that has not confirmed by then should be replaced by the next in line. False while the first day is not
    known.
    """
    return exchange.first_day is not None and exchange.first_day - ESCALATION_PERIOD <= today


def no_host_left(exchange: Exchange, today: date) -> bool:
    """Return whether no other cohort can be asked to host the exchange, so that lab staff must choose.

    That is so when at least one cohort asked could not host it, and the present host could not either or has not
    confirmed 18 weeks before the first day. `today` is the date at the host.
    """
    passed = exchange.why.get(PASSED, [])
    return bool(passed) and (exchange.host_id in passed or is_late(exchange, today))


def host_reason_text(
    exchange: Exchange, names: Mapping[str, str], rows: Sequence[ExchangeCohortRow], next_host: HostChoice | None = None
) -> str:
    """Return why this cohort hosts the exchange, in words, with its number of turns, the reason of a swap and the next
    in line.

    `names` are the names of cohorts by slug, `rows` those of `cohort_rows`. `next_host` is the next in line as of
    today; with None it is the one stored with the exchange.
    """
    host_reason = exchange.why.get("host", {})
    turn = getattr(exchange, "turn", None)
    has_swap_reason = host_reason.get("reason") in reason_texts.PASSED_ON_REASONS or host_reason.get("out_of_turn")
    swap_reason = turn.swap_reason if turn and has_swap_reason else ""
    host_reason = {**host_reason, "runner_up": next_host.key} if next_host else host_reason
    host = next((row for row in rows if row.is_host), None)
    hosted, to_host = (host.hosted, host.to_host) if host else (0, 0)
    return reason_texts.host_reason_text(host_reason, names, swap_reason, hosted=hosted, to_host=to_host)


def cohort_rows(
    exchange: Exchange, cohorts: Sequence[Any], answers: Mapping[tuple[int | None, str], int]
) -> list[ExchangeCohortRow]:
    """Return a row for the exchange page on each cohort: its turns as host, its people, and the distances they travel.

    `cohorts` come from `expected_cohorts`, and `answers` are the numbers of `answers_by_cohort`.
    """
    answered = exchange.state in {*ANSWERABLE, *PAST}
    hosting = {candidate.key: candidate.travel for candidate in with_travel(candidates_of(cohorts))}
    return [
        _cohort_row(exchange, cohort, answers, answered=answered, distance_if_it_hosts=hosting[cohort.slug])
        for cohort in cohorts
    ]


def _cohort_row(
    exchange: Exchange,
    cohort: Any,
    answers: Mapping[tuple[int | None, str], int],
    *,
    answered: bool,
    distance_if_it_hosts: int | None,
) -> ExchangeCohortRow:
    """Return the row of the exchange page on one cohort, read with `expected_cohorts`.

    `answers` are the numbers of `answers_by_cohort`. With `answered`, once registration has opened, distances count
    registered people, before that all members. `distance_if_it_hosts` is in km times people.
    """
    registered = sum(answers.get((cohort.pk, state), 0) for state in EXPECTED)
    distance_to_host = _distance_to_host(exchange, cohort)
    return ExchangeCohortRow(
        pk=cohort.pk,
        name=cohort.name,
        hosted=cohort.held,
        to_host=cohort.turns - cohort.held,
        people=cohort.people,
        registered=registered,
        is_host=cohort.pk == exchange.host_id,
        distance_to_host=distance_to_host,
        distance_to_exchange=None
        if distance_to_host is None
        else distance_to_host * (registered if answered else cohort.people),
        distance_travelled=distance_travelled(cohort),
        distance_if_it_hosts=distance_if_it_hosts,
    )


def _distance_to_host(exchange: Exchange, cohort: Any) -> int | None:
    """Return the kilometres as the crow flies from the cohort's authority to that of the host; None if a seat is not
    known.

    A seat is where an authority has its address, by latitude and longitude.
    """
    start, end = seat_of(cohort.authority), seat_of(exchange.host.authority) if exchange.host else None
    return kilometres(start, end) if start and end else None


def travel_map(exchange: Exchange, cohorts: Sequence[Any], rows: Sequence[ExchangeCohortRow]) -> SeatMap | None:
    """Return the map of where participants come from; None if fewer than two cohorts have a known seat (their
    authority's location).

    `rows` are those of `cohort_rows`, in the order of `cohorts`. The map counts registered people once registration has
    opened, before that all members.
    """
    answered = exchange.state in {*ANSWERABLE, *PAST}
    locations = [
        MapLocation(
            name=cohort.name,
            latitude=cohort.authority.latitude,
            longitude=cohort.authority.longitude,
            people=row.registered if answered else row.people,
            is_host=row.is_host,
        )
        for cohort, row in zip(cohorts, rows, strict=True)
        if cohort.authority.latitude is not None and cohort.authority.longitude is not None
    ]
    return draw(locations, france()) if len(locations) > 1 else None
