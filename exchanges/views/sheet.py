"""Everything the page of one exchange shows, read in as few statements as it takes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count

from accounts.models import User
from exchanges import permissions, wording
from exchanges.actions.reminders import event_of
from exchanges.calendar import Window
from exchanges.enums import ANSWERABLE, COMING, EXPECTED, PAST, UNANNOUNCED, ExchangeState, RegistrationState
from exchanges.models import Exchange, HostTurn
from exchanges.outlook import Outlook, expected_cohorts, outlook
from exchanges.permissions import Standing
from exchanges.reasons import read_reason
from exchanges.travel_map import Place, TravelMap, draw
from exchanges.views.steps import STEPS, Step
from notifications.rungs import ladder_of
from web.decisions import Decision


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
    """A cohort that comes: how often it has hosted and is to host, and how many people it brings."""

    name: str
    hosted: int
    to_host: int
    people: int
    registered: int
    is_host: bool


def sheet(exchange: Exchange, user: User, at: datetime, today: date) -> dict[str, Any]:
    """The context of the page. `exchange` carries `own_answer`."""
    standing = Standing(user, exchange.edition, today)
    planning = standing.staff and exchange.state in UNANNOUNCED and not exchange.retrospective
    view = outlook(exchange.edition, today) if planning else None
    cohorts = [] if exchange.retrospective else view.cohorts if view else expected_cohorts(exchange.edition, today)
    names = {cohort.slug: cohort.name for cohort in cohorts}
    answers = answers_by_cohort(exchange)
    rows = cohort_rows(exchange, cohorts, answers)
    return {
        "exchange": exchange,
        "windows": windows(exchange, view, names),
        "why_host": why_host(exchange, names, rows),
        "cohorts": rows,
        "map": travel_map(exchange, cohorts, rows),
        "answers": figures(answers),
        "ladder": [] if exchange.retrospective else ladder_of(event_of(exchange), at, for_staff=standing.staff),
        "can": decisions(exchange, standing),
        "next_step": next_step(exchange, standing, today),
        "answerable": exchange.state in ANSWERABLE,
        "open": exchange.state == ExchangeState.REGISTRATION_OPEN,
        "unannounced": exchange.state in UNANNOUNCED,
    }


def decisions(exchange: Exchange, standing: Standing) -> dict[str, Decision | bool]:
    """What the person may do here and now."""
    coming = exchange.state in COMING and not exchange.retrospective
    return {
        "plan": standing.staff and coming,
        "confirm": permissions.may_confirm_host(standing, exchange),
        "answer": permissions.may_answer(standing),
        "register_others": coming and permissions.may_register_others(standing),
    }


def next_step(exchange: Exchange, standing: Standing, today: date) -> Step | None:
    """The step of the main button, None where there is nothing to do for this person."""
    if exchange.retrospective:
        return None
    steps = (step for step in STEPS if step.state == exchange.state and step.is_time(exchange, today))
    return next((step for step in steps if step.may(standing, exchange)), None)


def windows(exchange: Exchange, view: Outlook | None, names: Mapping[str, str]) -> list[WindowRow]:
    """The dates it has, then, while it is being planned, the best others around its target."""
    if exchange.first_day is None or exchange.last_day is None or exchange.retrospective:
        return []
    chosen = _chosen(exchange, view, names)
    if view is None or exchange.host is None or exchange.days is None:
        return [chosen]
    around = exchange.target or exchange.first_day
    found = view.windows(around, exchange.days, exchange.host, taken=view.taken(but=exchange))
    return [chosen, *(_row(window, names) for window in found if window.start != exchange.first_day)]


def _row(window: Window, names: Mapping[str, str]) -> WindowRow:
    return WindowRow(
        first=window.start,
        last=window.days[-1],
        distance=wording.distance(window.distance),
        for_=wording.in_favour(window.for_),
        against=wording.against(window.against, names),
        estimated=window.estimated,
        chosen=False,
    )


def _chosen(exchange: Exchange, view: Outlook | None, names: Mapping[str, str]) -> WindowRow:
    """The present dates: objections as they stand today while planning, as they were kept afterwards."""
    kept = exchange.why.get("window", {})
    against = [read_reason(reason) for reason in kept.get("against", [])]
    if view and exchange.host and exchange.first_day and exchange.days:
        today = view.objections(exchange.first_day, exchange.days, exchange.host, taken=view.taken(but=exchange))
        against = [*today, *(reason for reason in against if reason.slug == "far_from_target")]
    first, last = exchange.first_day or date.max, exchange.last_day or date.max
    return WindowRow(
        first=first,
        last=last,
        distance=wording.distance((first - exchange.target).days if exchange.target else None),
        for_=wording.in_favour(read_reason(reason) for reason in kept.get("for", [])),
        against=wording.against(against, names),
        estimated=bool(kept.get("estimated")),
        chosen=True,
    )


def why_host(exchange: Exchange, names: Mapping[str, str], rows: Sequence[CohortRow]) -> str:
    """The reason of the host, with its turns; a swap's own words are on the turn (one statement, only then)."""
    kept = exchange.why.get("host", {})
    said = kept.get("reason") in {"swapped", "by_hand"}
    turn = HostTurn.objects.filter(exchange=exchange).first() if said else None
    host = next((row for row in rows if row.is_host), None)
    hosted, to_host = (host.hosted, host.to_host) if host else (0, 0)
    return wording.why_host(kept, names, turn.swap_reason if turn else "", hosted=hosted, to_host=to_host)


def answers_by_cohort(exchange: Exchange) -> dict[tuple[int | None, str], int]:
    """How many people of each cohort gave each answer (one statement, none before anybody is invited)."""
    if exchange.state in {*UNANNOUNCED, ExchangeState.ANNOUNCED} or exchange.retrospective:
        return {}
    rows = exchange.registrations.order_by().values_list("cohort", "state").annotate(people=Count("pk"))
    return {(cohort, state): people for cohort, state, people in rows}


def figures(answers: Mapping[tuple[int | None, str], int]) -> dict[str, int]:
    """Invited, registered, declined (or given back), still silent, came."""
    by_state: Counter[str] = Counter()
    for (_cohort, state), people in answers.items():
        by_state[state] += people
    refused = by_state[RegistrationState.DECLINED] + by_state[RegistrationState.CANCELLED]
    return {
        "asked": sum(by_state.values()),
        "registered": sum(by_state[state] for state in EXPECTED),
        "declined": refused,
        "silent": by_state[RegistrationState.INVITED],
        "came": by_state[RegistrationState.ATTENDED],
    }


def cohort_rows(
    exchange: Exchange, cohorts: Sequence[Any], answers: Mapping[tuple[int | None, str], int]
) -> list[CohortRow]:
    return [
        CohortRow(
            name=cohort.name,
            hosted=cohort.held,
            to_host=cohort.turns - cohort.held,
            people=cohort.people,
            registered=sum(answers.get((cohort.pk, state), 0) for state in EXPECTED),
            is_host=cohort.pk == exchange.host_id,
        )
        for cohort in cohorts
    ]


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
