"""Whose turns move when a cohort cannot host: the plan of the exchanges that are not confirmed yet, made anew."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort
from exchanges.exchange.enums import UNANNOUNCED, ExchangeState
from exchanges.models import Exchange
from exchanges.planning.planning_context import Outlook
from exchanges.rotation import Candidate, Choice, propose_rotation

CHOSEN: Final = ("swapped", "by_hand")  # reasons of hosts that people chose: these stay
PASSED: Final = "passed"  # part of `Exchange.why`: ids of cohorts that were asked to host it and could not


def turns_lost(view: Outlook, cohort: Cohort) -> list[Exchange]:
    """Exchanges still to come that the cohort was to host, and that nobody was told of, in order of time."""
    return [exchange for exchange in _ahead(view) if exchange.host_id == cohort.pk and exchange.state in UNANNOUNCED]


def moved_turns(view: Outlook, lost: Collection[Exchange]) -> list[tuple[Exchange, Choice]]:
    """Who hosts what from now on, for the exchanges that change hosts; empty when nobody else can.

    The lost turns go to the next in line, and so do the later ones that no host confirmed and nobody chose by hand:
    the cohort that would have hosted later moves up. A cohort that stays in the edition passes and is the next;
    the turn it passed does not come back to it. A lost turn that everybody passed stays where it is.
    """
    if not lost:
        return []
    first = min(lost, key=_by_day)
    open_turns = [x for x in _ahead(view) if x in lost or (_by_day(x) > _by_day(first) and _may_move(x))]
    passed = [_passed(view, x, [first.host_id] if x == first else []) for x in open_turns]
    choices = _rotation(view, open_turns, passed)
    if not choices or choices[0].key in passed[0]:
        return moved_turns(view, [x for x in lost if x != first])
    hosts = {cohort.slug: cohort.pk for cohort in view.cohorts}
    pairs = zip(open_turns, choices, strict=False)
    return [(exchange, choice) for exchange, choice in pairs if hosts[choice.key] != exchange.host_id]


def with_passed(why: Mapping[str, Any], cohort: Cohort | None) -> list[int]:
    """Whom the exchange was passed by, once `cohort` passes it too."""
    before = why.get(PASSED, [])
    return before if cohort is None or cohort.pk in before else [*before, cohort.pk]


def _passed(view: Outlook, exchange: Exchange, more: Collection[int | None]) -> set[str]:
    asked = {*exchange.why.get(PASSED, []), *more}
    return {cohort.slug for cohort in view.cohorts if cohort.pk in asked}


def proposed_anew(view: Outlook, given: Exchange) -> list[tuple[Exchange, Choice]]:
    """Who hosts the turns that stay open once people gave `given` to its present host, with the reasons of today.

    Open are the later turns that no host confirmed and nobody chose by hand, and earlier ones of that same host, which
    would host twice.
    """
    open_turns = [x for x in _ahead(view) if x != given and _may_move(x) and _reached(x, given)]
    return list(zip(open_turns, _rotation(view, open_turns, [_passed(view, x, []) for x in open_turns]), strict=False))


def _rotation(view: Outlook, open_turns: Sequence[Exchange], passed: Sequence[Collection[str]]) -> list[Choice]:
    """Return the hosts of these turns, given anew; shorter from the first one that nobody can host by its day."""
    barred = [view.not_running_by(x.first_day) if x.first_day else set() for x in open_turns]
    return propose_rotation(_standing(view, open_turns), len(open_turns), passed=passed, barred=barred)


def _reached(exchange: Exchange, given: Exchange) -> bool:
    return _by_day(exchange) > _by_day(given) or exchange.host_id == given.host_id


def out_of_turn(view: Outlook, host: Cohort, first_day: date) -> bool:
    """Whether the host has had more turns, in all or by that day, than a running cohort: see `host_turn_fair`."""
    turns = [(x.host_id, x.first_day) for x in view.exchanges if x.state != ExchangeState.CANCELLED]
    others = [cohort.pk for cohort in view.cohorts if cohort.state == CohortState.RUNNING and cohort.pk != host.pk]
    in_all = Counter(cohort for cohort, _day in turns)
    by_then = Counter(cohort for cohort, day in turns if day and day < first_day)
    return any(counted[host.pk] > counted[other] for counted in (in_all, by_then) for other in others)


def put_out_of_turn(view: Outlook, moved: Exchange, first_day: date) -> list[Exchange]:
    """Exchanges whose host would host again before another cohort has hosted, were `moved` to begin on that day.

    That is `moved` itself, or others it passes: see `exchange_move_fair`.
    """
    days = {x: x.first_day for x in view.exchanges if _stands(x) and x.first_day}
    then = days | {moved: first_day}
    running = {cohort.pk for cohort in view.cohorts if cohort.state == CohortState.RUNNING}
    before = {x: _passed_over(x, days, running) for x in days if x != moved}
    return [x for x in then if _passed_over(x, then, running) - before.get(x, set())]


def _passed_over(exchange: Exchange, days: Mapping[Exchange, date], running: Collection[int]) -> set[int]:
    """Running cohorts that have hosted less often by that exchange than its host, this turn not counted."""
    hosted = Counter(x.host_id for x, day in days.items() if day < days[exchange])
    host = exchange.host_id
    return {cohort for cohort in running if cohort != host and hosted[cohort] < hosted[host]}


def _stands(exchange: Exchange) -> bool:
    return exchange.state != ExchangeState.CANCELLED and not exchange.retrospective


def next_in_line(view: Outlook, exchange: Exchange) -> Choice | None:
    """Who would host the exchange if its host did not; None when nobody else can."""
    return next((choice for moved, choice in moved_turns(view, [exchange]) if moved == exchange), None)


def _ahead(view: Outlook) -> list[Exchange]:
    rows = (x for x in view.exchanges if not x.retrospective and x.first_day and x.first_day > view.today)
    return sorted(rows, key=_by_day)


def _by_day(exchange: Exchange) -> tuple[str, int]:
    return str(exchange.first_day), exchange.pk


def _may_move(exchange: Exchange) -> bool:
    return exchange.state == ExchangeState.PROPOSED and exchange.why.get("host", {}).get("reason") not in CHOSEN


def _standing(view: Outlook, but: Collection[Exchange]) -> list[Candidate]:
    """The candidates with the turns that stand: all but those to be given anew."""
    return [_with_turns(view, *pair, but) for pair in zip(view.candidates, view.cohorts, strict=True)]


def _with_turns(view: Outlook, candidate: Candidate, cohort: Cohort, but: Collection[Exchange]) -> Candidate:
    days = [
        exchange.first_day
        for exchange in view.exchanges
        if exchange.host_id == cohort.pk and exchange.state != ExchangeState.CANCELLED and exchange not in but
    ]
    return replace(candidate, turns=len(days), last_hosted=max(filter(None, days), default=None))
