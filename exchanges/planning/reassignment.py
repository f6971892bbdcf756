"""Reassigns turns when a cohort cannot host: the plan of the unconfirmed exchanges, made anew."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort
from exchanges.exchange.enums import UNANNOUNCED, ExchangeState
from exchanges.models import Exchange
from exchanges.planning.planning_context import PlanningContext
from exchanges.rotation import Candidate, HostChoice, propose_rotation

CHOSEN_BY_HAND: Final = ("swapped", "by_hand")  # reasons of hosts chosen by people, which stay
PASSED: Final = "passed"  # part of `Exchange.why`: ids of cohorts that were asked to host it and could not


def lost_turns(planning: PlanningContext, cohort: Cohort) -> list[Exchange]:
    """Return the upcoming, unannounced exchanges that a cohort which dropped out was to host, in order of time.

    Upcoming are exchanges that begin after today.
    """
    return [
        exchange for exchange in _upcoming(planning) if exchange.host_id == cohort.pk and exchange.state in UNANNOUNCED
    ]


def moved_turns(planning: PlanningContext, lost: Collection[Exchange]) -> list[tuple[Exchange, HostChoice]]:
    """Return the exchanges that change hosts when the hosts of the `lost` ones cannot host, each with its new host.

    The lost turns go to the next in line, and so do later turns that no host confirmed and nobody chose by hand: the
    cohort that would have hosted later moves up. A cohort that gave a turn away is next in line for later ones, but
    that turn does not come back to it. A lost turn that every cohort passed stays where it is. Empty if nobody else can
    host.
    """
    if not lost:
        return []
    first = min(lost, key=_day_sort_key)
    open_turns = [
        exchange
        for exchange in _upcoming(planning)
        if exchange in lost or (_day_sort_key(exchange) > _day_sort_key(first) and _can_move(exchange))
    ]
    passed = [passed_keys(planning, exchange, [first.host_id] if exchange == first else []) for exchange in open_turns]
    choices = _rotation(planning, open_turns, passed)
    if not choices or choices[0].key in passed[0]:
        return moved_turns(planning, [exchange for exchange in lost if exchange != first])
    hosts = {cohort.slug: cohort.pk for cohort in planning.cohorts}
    pairs = zip(open_turns, choices, strict=False)
    return [(exchange, choice) for exchange, choice in pairs if hosts[choice.key] != exchange.host_id]


def with_passed(planning_reasons: Mapping[str, Any], cohort: Cohort | None) -> list[int]:
    """Return the keys of the cohorts that were asked to host an exchange and could not, `cohort` included (None adds
    nothing).

    `planning_reasons` is the stored `Exchange.why` of that exchange.
    """
    before = planning_reasons.get(PASSED, [])
    return before if cohort is None or cohort.pk in before else [*before, cohort.pk]


def passed_keys(planning: PlanningContext, exchange: Exchange, other_ids: Collection[int | None]) -> set[str]:
    """Return the slugs of the cohorts that were asked to host the exchange and could not, and of those with the keys
    `other_ids`.
    """
    passed_by = {*exchange.why.get(PASSED, []), *other_ids}
    return {cohort.slug for cohort in planning.cohorts if cohort.pk in passed_by}


def reassigned_after_swap(planning: PlanningContext, swapped: Exchange) -> list[tuple[Exchange, HostChoice]]:
    """Return pairs of exchange and host for the turns that stay open after `swapped` got its present host.

    Open are later turns that no host confirmed and nobody chose by hand, and such earlier turns of that same host,
    which would host twice. Each host has the reason as of today; exchanges that keep their host are included.
    """
    open_turns = [
        row for row in _upcoming(planning) if row != swapped and _can_move(row) and _is_affected(row, swapped)
    ]
    return list(
        zip(
            open_turns,
            _rotation(planning, open_turns, [passed_keys(planning, row, []) for row in open_turns]),
            strict=False,
        )
    )


def _rotation(
    planning: PlanningContext, open_turns: Sequence[Exchange], passed: Sequence[Collection[str]]
) -> list[HostChoice]:
    """Return new hosts for these turns, in order; the list ends before the first turn that nobody can host by its day.

    For each turn, `passed` holds the slugs of the cohorts that were asked to host it and could not. The turns
    themselves are not counted as turns of their present hosts.
    """
    barred = [planning.not_running_by(row.first_day) if row.first_day else set() for row in open_turns]
    return propose_rotation(candidates_without(planning, open_turns), len(open_turns), passed=passed, barred=barred)


def _is_affected(exchange: Exchange, swapped: Exchange) -> bool:
    """Return whether the turn of `exchange` must be looked at after a swap of `swapped`: it is later, or has the same
    host.
    """
    return _day_sort_key(exchange) > _day_sort_key(swapped) or exchange.host_id == swapped.host_id


def is_out_of_turn(planning: PlanningContext, host: Cohort, first_day: date) -> bool:
    """Return whether the cohort has had more turns than another running cohort, in all or before `first_day`.

    It would then host again before the other has hosted as often, which needs a reason. The trigger `host_turn_fair`
    applies the same rule.
    """
    turns = [(row.host_id, row.first_day) for row in planning.exchanges if row.state != ExchangeState.CANCELLED]
    others = [cohort.pk for cohort in planning.cohorts if cohort.state == CohortState.RUNNING and cohort.pk != host.pk]
    in_all = Counter(cohort for cohort, _day in turns)
    by_then = Counter(cohort for cohort, day in turns if day and day < first_day)
    return any(counted[host.pk] > counted[other] for counted in (in_all, by_then) for other in others)


def out_of_turn_after_move(planning: PlanningContext, moved: Exchange, first_day: date) -> list[Exchange]:
    """Return the exchanges whose host would host again before another cohort has, if `moved` began on `first_day`.

    These are `moved` itself, or exchanges it passes; those already out of turn are left out. The trigger
    `exchange_move_fair` applies the same rule.
    """
    days = {row: row.first_day for row in planning.exchanges if _counts_for_rota(row) and row.first_day}
    then = days | {moved: first_day}
    running = {cohort.pk for cohort in planning.cohorts if cohort.state == CohortState.RUNNING}
    before = {row: _passed_over(row, days, running) for row in days if row != moved}
    return [row for row in then if _passed_over(row, then, running) - before.get(row, set())]


def _passed_over(exchange: Exchange, days: Mapping[Exchange, date], running: Collection[int]) -> set[int]:
    """Return the keys of the running cohorts that have hosted less often before that exchange than its host has.

    `days` are the first days of the exchanges, `running` the keys of running cohorts. The turn of the exchange itself
    does not count.
    """
    hosted = Counter(row.host_id for row, day in days.items() if day < days[exchange])
    host = exchange.host_id
    return {cohort for cohort in running if cohort != host and hosted[cohort] < hosted[host]}


def _counts_for_rota(exchange: Exchange) -> bool:
    """Return whether the exchange counts as a turn of its host: it is neither cancelled nor a published fact."""
    return exchange.state != ExchangeState.CANCELLED and not exchange.retrospective


def next_in_line(planning: PlanningContext, exchange: Exchange) -> HostChoice | None:
    """Return the cohort that would host the exchange if its host could not, with the reason; None if there is none."""
    return next((choice for moved, choice in moved_turns(planning, [exchange]) if moved == exchange), None)


def _upcoming(planning: PlanningContext) -> list[Exchange]:
    """Return the edition's exchanges that begin after today, in order of time.

    Published facts are left out, cancelled exchanges are not.
    """
    rows = (
        row for row in planning.exchanges if not row.retrospective and row.first_day and row.first_day > planning.today
    )
    return sorted(rows, key=_day_sort_key)


def _day_sort_key(exchange: Exchange) -> tuple[str, int]:
    """Return the key that sorts exchanges by first day, then by key."""
    return str(exchange.first_day), exchange.pk


def _can_move(exchange: Exchange) -> bool:
    """Return whether the turn can get another host: it is only proposed, not confirmed, and nobody chose its host by
    hand.
    """
    return exchange.state == ExchangeState.PROPOSED and exchange.why.get("host", {}).get("reason") not in CHOSEN_BY_HAND


def candidates_without(planning: PlanningContext, excluding: Collection[Exchange]) -> list[Candidate]:
    """Return the candidates of the host rotation with the turns they have if these exchanges, which get new hosts, do
    not count.
    """
    return [_with_turns(planning, *pair, excluding) for pair in zip(planning.candidates, planning.cohorts, strict=True)]


def _with_turns(
    planning: PlanningContext, candidate: Candidate, cohort: Cohort, excluding: Collection[Exchange]
) -> Candidate:
    """Return the candidate for the cohort with its number of turns and the day of its last one, without those in
    `excluding`.

    Cancelled exchanges do not count as turns.
    """
    days = [
        exchange.first_day
        for exchange in planning.exchanges
        if exchange.host_id == cohort.pk and exchange.state != ExchangeState.CANCELLED and exchange not in excluding
    ]
    return replace(candidate, turns=len(days), last_hosted=max(filter(None, days), default=None))
