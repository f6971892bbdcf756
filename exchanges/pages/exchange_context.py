"""Everything the page of one exchange shows, read in as few statements as it takes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from accounts.models import User
from exchanges import permissions
from exchanges.calendar import Window
from exchanges.distances import kilometres
from exchanges.exchange.enums import ANSWERABLE, COMING, ESCALATES, GONE, PAST, UNANNOUNCED, ExchangeState
from exchanges.lifecycle.views import STEPS, Step
from exchanges.models import Exchange
from exchanges.pages.travel_map import Place, TravelMap, draw
from exchanges.permissions import Standing
from exchanges.planning import reason_texts
from exchanges.planning.planning_context import Outlook, candidates_of, expected_cohorts, outlook, seat_of, travelled
from exchanges.planning.reassignment import PASSED, next_in_line
from exchanges.planning.stored_reasons import read_reason
from exchanges.registration.enums import EXPECTED, RegistrationState
from exchanges.registration.seats import guests_of, is_full, is_over, places_left
from exchanges.reminders import event_of
from exchanges.rotation import Choice, with_travel
from notifications.reminders.step_status import ladder_of
from web.decisions import Decision
from web.text.names import shown_name


@dataclass(frozen=True, slots=True)
class WindowRow:
    """Dates the exchange has or could take, with what speaks for and against them."""

    first: date
    last: date
    distance: str
    for_: str
    against: str
    estimated: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort that comes: how often it has hosted and is to host, how many people it brings, and from how far.

    `away` is the way to the host in km; the others are km times people, one way: `way` that of its people to this
    exchange, `travelled` to those held before, `if_it_hosts` everybody's to it. None where a seat is not known.
    """

    pk: int
    name: str
    hosted: int
    to_host: int
    people: int
    registered: int
    is_host: bool
    away: int | None = None
    way: int | None = None
    travelled: int | None = None
    if_it_hosts: int | None = None


def sheet(exchange: Exchange, user: User, at: datetime, today: date) -> dict[str, Any]:
    """The context of the page. `exchange` carries `own_answer`, and what `places.with_line` adds."""
    standing = Standing(user, exchange.edition, today)
    planning = standing.staff and exchange.state in UNANNOUNCED and not exchange.retrospective
    open_still = exchange.state in UNANNOUNCED and not exchange.retrospective
    view = outlook(exchange.edition, today) if open_still else None
    cohorts = [] if exchange.retrospective else view.cohorts if view else expected_cohorts(exchange.edition, today)
    names = {cohort.slug: cohort.name for cohort in cohorts}
    answers = answers_by_cohort(exchange)
    counts, guests = figures(answers), guests_of(exchange)
    rows = cohort_rows(exchange, cohorts, answers)
    answerable, over = exchange.state in ANSWERABLE, is_over(exchange, at)
    following = next_in_line(view, exchange) if planning and view and exchange.state == ExchangeState.PROPOSED else None
    return {
        "exchange": exchange,
        "windows": windows(exchange, view, names, others=planning),
        "why_host": why_host(exchange, names, rows, following),
        "next_in_line": following,
        "nobody_left": planning and following is None and nobody_left(exchange, today),
        "host_late": following is not None and is_late(exchange, today),
        "host_gone": standing.staff and exchange.state in COMING and exchange.host and exchange.host.state in GONE,
        "cohorts": rows,
        "all_travel": sum(row.way or 0 for row in rows),
        "map": travel_map(exchange, cohorts, rows),
        "answers": counts,
        "full": is_full(places_left(exchange.capacity, counts["registered"], guests), counts["waiting"]),
        "guests": guests,
        "places_taken": counts["registered"] + guests,
        "line": line_shown(exchange, standing),
        "ladder": [] if exchange.retrospective else ladder_of(event_of(exchange), at, for_staff=standing.staff),
        "can": decisions(exchange, standing),
        "next_step": next_step(exchange, standing, today),
        "answerable": answerable and not over,
        "over": answerable and over,
        "open": exchange.state == ExchangeState.REGISTRATION_OPEN and not over,
        "unannounced": exchange.state in UNANNOUNCED,
    }


def line_shown(exchange: Any, standing: Standing) -> list[dict[str, Any]]:
    """Those who wait whom the person sees by name, each with their `number`; the exchange comes from `with_line`."""
    cohorts = permissions.line_of(standing, exchange)
    numbered = [
        {**row, "name": shown_name(row["name"]), "number": number} for number, row in enumerate(exchange.line, 1)
    ]
    return [row for row in numbered if cohorts is None or row["cohort_id"] in cohorts]


def decisions(exchange: Exchange, standing: Standing) -> dict[str, Decision | bool]:
    """What the person may do here and now."""
    coming = exchange.state in COMING and not exchange.retrospective
    return {
        "plan": standing.staff and coming,
        "confirm": permissions.may_confirm_host(standing, exchange),
        "give_back": exchange.state in UNANNOUNCED
        and not (exchange.retrospective or standing.staff)
        and permissions.may_confirm_host(standing, exchange),
        "answer": permissions.may_answer(standing),
        "register_others": coming and permissions.may_register_others(standing),
        "see_needs": permissions.may_see_needs(standing, exchange),
        "keep_guests": permissions.may_keep_guests(standing, exchange),
    }


def next_step(exchange: Exchange, standing: Standing, today: date) -> Step | None:
    """The step of the main button, None where there is nothing to do for this person."""
    if exchange.retrospective:
        return None
    steps = (step for step in STEPS if step.state == exchange.state and step.is_time(exchange, today))
    return next((step for step in steps if step.may(standing, exchange)), None)


def windows(exchange: Exchange, view: Outlook | None, names: Mapping[str, str], *, others: bool) -> list[WindowRow]:
    """The dates it has, then, for those who plan it, the best others around its target."""
    if exchange.first_day is None or exchange.last_day is None or exchange.retrospective:
        return []
    chosen = _chosen(exchange, view, names)
    if not others or view is None or exchange.host is None or exchange.days is None:
        return [chosen]
    around = exchange.target or exchange.first_day
    found = view.windows(around, exchange.days, exchange.host, taken=view.taken(but=exchange))
    return [chosen, *(_row(window, names) for window in found if window.start != exchange.first_day)]


def _row(window: Window, names: Mapping[str, str]) -> WindowRow:
    return WindowRow(
        first=window.start,
        last=window.days[-1],
        distance=reason_texts.distance(window.distance),
        for_=reason_texts.in_favour(window.for_),
        against=reason_texts.against(window.against, names),
        estimated=window.estimated,
        chosen=False,
    )


def _chosen(exchange: Exchange, view: Outlook | None, names: Mapping[str, str]) -> WindowRow:
    """The present dates, read by everybody alike: as of today until everyone is told, as they were kept afterwards."""
    window = view.window(exchange) if view else None
    if window:
        return replace(_row(window, names), distance=_distance(exchange), chosen=True)
    kept = exchange.why.get("window", {})
    first, last = exchange.first_day or date.max, exchange.last_day or date.max
    return WindowRow(
        first=first,
        last=last,
        distance=_distance(exchange),
        for_=reason_texts.in_favour(read_reason(reason) for reason in kept.get("for", [])),
        against=reason_texts.against((read_reason(reason) for reason in kept.get("against", [])), names),
        estimated=bool(kept.get("estimated")),
        chosen=True,
    )


def _distance(exchange: Exchange) -> str:
    first, target = exchange.first_day, exchange.target
    return reason_texts.distance((first - target).days if first and target else None)


def is_late(exchange: Exchange, today: date) -> bool:
    """Whether it is time to ask the next in line."""
    return exchange.first_day is not None and exchange.first_day - ESCALATES <= today


def nobody_left(exchange: Exchange, today: date) -> bool:
    """Whether the last one asked for a turn that others passed has passed it too, or does not answer in time."""
    passed = exchange.why.get(PASSED, [])
    return bool(passed) and (exchange.host_id in passed or is_late(exchange, today))


def why_host(
    exchange: Exchange, names: Mapping[str, str], rows: Sequence[CohortRow], following: Choice | None = None
) -> str:
    """The reason of the host, with its turns; a swap's own words are on the turn. `following` is next as of today."""
    kept = exchange.why.get("host", {})
    turn = getattr(exchange, "turn", None)
    told = kept.get("reason") in reason_texts.PASSED_ON or kept.get("out_of_turn")
    swap_reason = turn.swap_reason if turn and told else ""
    kept = {**kept, "runner_up": following.key} if following else kept
    host = next((row for row in rows if row.is_host), None)
    hosted, to_host = (host.hosted, host.to_host) if host else (0, 0)
    return reason_texts.why_host(kept, names, swap_reason, hosted=hosted, to_host=to_host)


def answers_by_cohort(exchange: Exchange) -> dict[tuple[int | None, str], int]:
    """How many people of each cohort gave each answer (one statement, none before anybody is invited)."""
    if exchange.state in {*UNANNOUNCED, ExchangeState.ANNOUNCED} or exchange.retrospective:
        return {}
    rows = exchange.registrations.order_by().values_list("cohort", "state").annotate(people=Count("pk"))
    return {(cohort, state): people for cohort, state, people in rows}


def figures(answers: Mapping[tuple[int | None, str], int]) -> dict[str, int]:
    """Invited, registered, waiting, declined (or given back), still silent, came."""
    by_state: Counter[str] = Counter()
    for (_cohort, state), people in answers.items():
        by_state[state] += people
    refused = by_state[RegistrationState.DECLINED] + by_state[RegistrationState.CANCELLED]
    return {
        "asked": sum(by_state.values()),
        "registered": sum(by_state[state] for state in EXPECTED),
        "waiting": by_state[RegistrationState.WAITLISTED],
        "declined": refused,
        "silent": by_state[RegistrationState.INVITED],
        "came": by_state[RegistrationState.ATTENDED],
    }


def cohort_rows(
    exchange: Exchange, cohorts: Sequence[Any], answers: Mapping[tuple[int | None, str], int]
) -> list[CohortRow]:
    answered = exchange.state in {*ANSWERABLE, *PAST}
    hosting = {candidate.key: candidate.travel for candidate in with_travel(candidates_of(cohorts))}
    return [
        _cohort_row(exchange, cohort, answers, answered=answered, if_it_hosts=hosting[cohort.slug])
        for cohort in cohorts
    ]


def _cohort_row(
    exchange: Exchange,
    cohort: Any,
    answers: Mapping[tuple[int | None, str], int],
    *,
    answered: bool,
    if_it_hosts: int | None,
) -> CohortRow:
    registered = sum(answers.get((cohort.pk, state), 0) for state in EXPECTED)
    away = _away(exchange, cohort)
    return CohortRow(
        pk=cohort.pk,
        name=cohort.name,
        hosted=cohort.held,
        to_host=cohort.turns - cohort.held,
        people=cohort.people,
        registered=registered,
        is_host=cohort.pk == exchange.host_id,
        away=away,
        way=None if away is None else away * (registered if answered else cohort.people),
        travelled=travelled(cohort),
        if_it_hosts=if_it_hosts,
    )


def _away(exchange: Exchange, cohort: Any) -> int | None:
    """Kilometres from the cohort to the host; None where either seat is not known."""
    start, end = seat_of(cohort.authority), seat_of(exchange.host.authority) if exchange.host else None
    return kilometres(start, end) if start and end else None


def travel_map(exchange: Exchange, cohorts: Sequence[Any], rows: Sequence[CohortRow]) -> TravelMap | None:
    """Who travels: those registered once people answer, all members before. None without two places to draw."""
    answered = exchange.state in {*ANSWERABLE, *PAST}
    places = [
        Place(
            name=cohort.name,
            latitude=cohort.authority.latitude,
            longitude=cohort.authority.longitude,
            people=row.registered if answered else row.people,
            is_host=row.is_host,
        )
        for cohort, row in zip(cohorts, rows, strict=True)
        if cohort.authority.latitude is not None and cohort.authority.longitude is not None
    ]
    return draw(places) if len(places) > 1 else None
