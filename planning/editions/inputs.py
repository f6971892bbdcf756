"""Read what the plans of an edition's Intertransfos depend on, and put it into the form that the solver takes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from cohorts.models import Cohort
from exchanges.calendar import Window, possible_windows
from exchanges.distances import kilometres
from exchanges.exchange.enums import COHORT_STATES_BEFORE_START, ExchangeState
from exchanges.models import Exchange
from exchanges.planning.planning_context import SEARCH_WEEKS, PlanningContext
from exchanges.planning.reassignment import CHOSEN_BY_HAND, PASSED, candidates_without, passed_keys
from exchanges.rotation import Candidate, HostChoice, propose_rotation
from planning.solver.exchanges import (
    DateOption,
    EditionExchanges,
    ExchangeRule,
    ExchangeRuleKind,
    HostRecord,
    OpenExchange,
)
from programmes.workdays import Calendar
from web.forms.edit_conflicts import fingerprint

CLOSED_DAYS: Final = ("closed_season", "closed_period")  # reasons against days that only a change of the calendar lifts
FURTHEST_WEEKS: Final = 26  # from a target, for the changes that make a plan possible
K = ExchangeRuleKind

Proposal = tuple[Window, Cohort, HostChoice | None]  # dates, host, and why it hosts where nobody chose it


@dataclass(frozen=True)
class ExchangeInputs:
    """An edition with the Intertransfos whose dates and hosts can still be planned, in order of time.

    `locked` are the keys of those that staff locked. Intertransfos that are confirmed or announced are fixed.
    """

    planning: PlanningContext
    locked: frozenset[int] = frozenset()

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The Intertransfos that are only proposed and to come, in order of time."""
        rows = [row for row in self.planning.exchanges if _is_open(row, self.planning.today)]
        return tuple(sorted(rows, key=lambda row: (str(row.first_day), row.pk)))

    @cached_property
    def movable(self) -> tuple[Exchange, ...]:
        """Those whose host nobody locked or chose by hand: they take turns."""
        return tuple(row for row in self.exchanges if not self.has_fixed_host(row))

    @cached_property
    def hosts(self) -> dict[str, Cohort]:
        """The cohorts that may host, and present hosts that take part no more, by slug."""
        others = (host_of(self.planning, row) for row in self.exchanges)
        return {host.slug: host for host in [*self.planning.cohorts, *others]}

    def has_fixed_host(self, exchange: Exchange) -> bool:
        """Return whether staff locked the Intertransfo, or a person chose its host."""
        return exchange.pk in self.locked or exchange.why.get("host", {}).get("reason") in CHOSEN_BY_HAND

    def has_fixed_day(self, exchange: Exchange) -> bool:
        """Return whether staff locked the Intertransfo, or a person chose its dates."""
        is_chosen = bool(exchange.why.get("window", {}).get("by_hand"))
        return exchange.pk in self.locked or is_chosen or exchange.why.get("host", {}).get("reason") == "by_hand"

    @cached_property
    def taken(self) -> list[tuple[date, int]]:
        """The days of the edition's other Intertransfos, as pairs of first day and number of days."""
        rows = [row for row in self.planning.exchanges if row not in self.exchanges]
        return replace(self.planning, exchanges=rows).taken()

    @property
    def fingerprint(self) -> str:
        """A hash of what the plans are calculated from."""
        edition, planning = self.planning.edition, self.planning
        cohorts = [
            (row.slug, row.state, row.planned_start, row.people, row.turns, row.last_hosted, sorted(row.session_days))
            for row in planning.cohorts
        ]
        exchanges = [
            (
                (row.pk, row.state, row.first_day, row.days, row.host_id, row.target),
                (self.has_fixed_host(row), self.has_fixed_day(row), row.why.get(PASSED)),
            )
            for row in planning.exchanges
        ]
        dates = (edition.starts_on, edition.ends_on, sorted(self.locked))
        # The zones of a period have no order: as text they differ from one process to the next.
        periods = [
            (row.start, row.end, row.kind, sorted(row.zones), sorted(row.subdivisions)) for row in planning.periods
        ]
        return fingerprint(cohorts, exchanges, dates, periods)


def _is_open(exchange: Exchange, today: date) -> bool:
    """Return whether the date and host of an Intertransfo can still be planned: it is proposed, near a target, and to
    come.
    """
    is_proposed = exchange.state == ExchangeState.PROPOSED and not exchange.retrospective
    is_complete = bool(exchange.target and exchange.days and exchange.host_id)
    return is_proposed and is_complete and exchange.first_day is not None and exchange.first_day > today


def one_by_one(inputs: ExchangeInputs) -> list[Proposal]:
    """Return the dates and the host that are proposed for each Intertransfo one after the other, as for a new edition.

    Hosts and dates that people chose or locked stay. Empty when one of them has no proposal.
    """
    planning, movable = inputs.planning, inputs.movable
    choices = propose_rotation(
        candidates_without(planning, movable),
        len(movable),
        passed=[passed_keys(planning, row, []) for row in movable],
        barred=[planning.not_running_by(row.target or date.max) for row in movable],
    )
    if len(choices) < len(movable):
        return []
    of_exchange = dict(zip(movable, choices, strict=True))
    fixed = [row for row in inputs.exchanges if inputs.has_fixed_day(row)]
    taken = [*inputs.taken, *((row.first_day, row.days) for row in fixed if row.first_day and row.days)]
    proposals = []
    for row in inputs.exchanges:
        choice = of_exchange.get(row)
        host = planning.cohort(choice.key) if choice else host_of(planning, row)
        window = _proposed_window(inputs, row, host, taken)
        if window is None:
            return []
        taken.append((window.start, len(window.days)))
        proposals.append((window, host, choice))
    return proposals


def host_of(planning: PlanningContext, exchange: Exchange) -> Cohort:
    """Return the host of an Intertransfo as planning sees it; the cohort itself when it takes part no more."""
    host = next((cohort for cohort in planning.cohorts if cohort.pk == exchange.host_id), None)
    return host or exchange.host  # type: ignore[return-value] # an open one has a host


def _proposed_window(
    inputs: ExchangeInputs, exchange: Exchange, host: Cohort, taken: list[tuple[date, int]]
) -> Window | None:
    """Return the dates proposed for an Intertransfo at a host, or those that a person chose; None without any."""
    if inputs.has_fixed_day(exchange):
        return window_of(inputs.planning, exchange, host, exchange.first_day)
    target, days = exchange.target or date.max, exchange.days or 1
    return next(iter(inputs.planning.windows(target, days, host, taken=taken)), None)


def window_of(planning: PlanningContext, exchange: Exchange, host: Cohort, first_day: date | None) -> Window | None:
    """Return the window that an Intertransfo has at a host from a first day, with its reasons, whatever rules it out.

    Intertransfos that are planned with it do not count.
    """
    row = Exchange(target=exchange.target, first_day=first_day, days=exchange.days)
    row.host = host
    return replace(planning, exchanges=[]).window(row)


def edition_exchanges(inputs: ExchangeInputs, proposals: Sequence[Proposal]) -> EditionExchanges:
    """Return the Intertransfos of an edition in the form that the solver takes; `proposals` are those one by one."""
    hosts, candidates = inputs.hosts, candidates_without(inputs.planning, inputs.movable)
    windows = _windows_by_calendar(inputs, {host.authority.calendar for host in hosts.values()})
    return EditionExchanges(
        exchanges=tuple(_open_exchange(inputs, row, hosts, windows) for row in inputs.exchanges),
        hosts={**dict.fromkeys(hosts, HostRecord()), **_records(candidates)},
        kilometres={cohort.key: {host.key: _distance(cohort, host) for host in candidates} for cohort in candidates},
        travelled=_travelled(inputs, candidates),
        people=sum(candidate.weight for candidate in candidates),
        one_by_one={
            str(row.pk): (host.slug, window.start)
            for row, (window, host, _choice) in zip(inputs.exchanges, proposals, strict=False)
        },
    )


def _records(candidates: Sequence[Candidate]) -> dict[str, HostRecord]:
    """Return the turns of each cohort and the journeys to it; one whose seat is not known is the furthest."""
    travellers = [(candidate.seat, candidate.weight) for candidate in candidates]
    totals = {
        candidate.key: sum(
            people * kilometres(seat, candidate.seat) for seat, people in travellers if seat and candidate.seat
        )
        for candidate in candidates
    }
    furthest = max(totals.values(), default=0) + 1
    return {
        each.key: HostRecord(each.turns, each.last_hosted, totals[each.key] if each.seat else furthest)
        for each in candidates
    }


def _distance(cohort: Candidate, host: Candidate) -> int:
    """Return the kilometres from a cohort to a host; 0 where one of the seats is not known."""
    return kilometres(cohort.seat, host.seat) if cohort.seat and host.seat else 0


def _travelled(inputs: ExchangeInputs, candidates: Sequence[Candidate]) -> dict[str, int]:
    """Return the kilometres of each cohort to the edition's Intertransfos that are fixed, those held included."""
    by_id = {cohort.pk: each for cohort, each in zip(inputs.planning.cohorts, candidates, strict=True)}
    hosts = [
        by_id[row.host_id]
        for row in inputs.planning.exchanges
        if row not in inputs.exchanges and row.state != ExchangeState.CANCELLED and row.host_id in by_id
    ]
    return {each.key: sum(_distance(each, host) for host in hosts) for each in candidates}


def _windows_by_calendar(inputs: ExchangeInputs, calendars: Iterable[Calendar]) -> Mapping[Calendar, list[Window]]:
    """Return all windows of the edition for hosts with each calendar, closed days included.

    Their distance is counted from the first day; `_cost` counts it from a target.
    """
    planning, exchanges = inputs.planning, inputs.exchanges
    targets = [row.target for row in exchanges if row.target]
    if not targets:
        return {}
    margin = timedelta(weeks=FURTHEST_WEEKS)
    first = max(planning.today + timedelta(days=1), planning.edition.starts_on or date.min, min(targets) - margin)
    lengths = {row.days for row in exchanges if row.days}
    return {
        calendar: [
            window
            for days in lengths
            for window in possible_windows(
                (first, max(targets) + margin),
                days,
                first,
                calendar,
                planning.participants,
                periods=planning.periods,
                taken=inputs.taken,
                ignoring=CLOSED_DAYS,
            )
        ]
        for calendar in calendars
    }


def _open_exchange(
    inputs: ExchangeInputs, exchange: Exchange, hosts: Mapping[str, Cohort], windows: Mapping[Calendar, list[Window]]
) -> OpenExchange:
    """Return an Intertransfo with its options at each host."""
    planning, passed = inputs.planning, passed_keys(inputs.planning, exchange, [])
    able = {cohort.slug for cohort in planning.cohorts} - planning.not_running_by(exchange.target or date.max)
    options: list[DateOption] = []
    for host in hosts.values():
        rules = set(_rules_of_host(inputs, exchange, host, able, passed))
        options += _options(inputs, exchange, host, windows[host.authority.calendar], rules)
    return OpenExchange(
        key=str(exchange.pk),
        days=exchange.days or 1,
        options=tuple(options),
        able=frozenset(able - passed),
        takes_turn=not inputs.has_fixed_host(exchange),
        current=(host_of(planning, exchange).slug, exchange.first_day) if exchange.first_day else None,
    )


def _rules_of_host(
    inputs: ExchangeInputs, exchange: Exchange, host: Cohort, able: Collection[str], passed: Collection[str]
) -> Iterator[ExchangeRule]:
    """Yield the rules that an Intertransfo at this host breaks, whatever its dates."""
    if inputs.has_fixed_host(exchange):
        if host.pk != exchange.host_id:
            yield ExchangeRule(K.LOCKED, str(exchange.pk))
        return
    if host.slug not in able:
        yield ExchangeRule(K.STARTS, host.slug)
    if host.slug in passed:
        yield ExchangeRule(K.DECLINED, host.slug)


def _options(
    inputs: ExchangeInputs, exchange: Exchange, host: Cohort, windows: Sequence[Window], rules: set[ExchangeRule]
) -> Iterator[DateOption]:
    """Yield the options of an Intertransfo at a host: each window that breaks no other rule than those of the host, and
    of each week the cheapest of those that do.
    """
    planning, target = inputs.planning, exchange.target or date.max
    is_fixed = inputs.has_fixed_day(exchange)
    weeks = _search_weeks(inputs, exchange, host, windows)
    cheapest: dict[object, DateOption] = {}
    for window in windows:
        if len(window.days) != exchange.days or abs(window.start - target).days > 7 * FURTHEST_WEEKS:
            continue
        broken = {*rules, *_rules_of_dates(inputs, exchange, host, window, weeks)}
        if is_fixed and window.start == exchange.first_day:
            continue
        broken |= {ExchangeRule(K.LOCKED, str(exchange.pk))} if is_fixed else set()
        option = DateOption(host.slug, window.start, _cost(planning, window, target), frozenset(broken))
        if not broken:
            yield option
        else:
            key = (option.broken_rules, *window.start.isocalendar()[:2])
            cheapest[key] = min(option, cheapest.get(key, option), key=lambda each: each.cost)
    yield from cheapest.values()
    if is_fixed and exchange.first_day and (present := window_of(planning, exchange, host, exchange.first_day)):
        yield DateOption(host.slug, present.start, present.cost, frozenset(rules))


def _cost(planning: PlanningContext, window: Window, target: date) -> int:
    """Return the cost of a window with its distance counted from another target."""
    weight = sum(participant.weight for participant in planning.participants)
    return window.cost + (abs((window.start - target).days) - abs(window.distance)) * weight


def _search_weeks(inputs: ExchangeInputs, exchange: Exchange, host: Cohort, windows: Sequence[Window]) -> int:
    """Return how many weeks before and after its target an Intertransfo may be: six, or twelve near the edition's end
    where six have no open day.
    """
    target = exchange.target or date.max
    for window in windows:
        is_near = len(window.days) == exchange.days and abs((window.start - target).days) <= 7 * SEARCH_WEEKS
        if is_near and not set(_rules_of_dates(inputs, exchange, host, window, SEARCH_WEEKS)):
            return SEARCH_WEEKS
    return 2 * SEARCH_WEEKS if inputs.planning.ends_near(target) else SEARCH_WEEKS


def _rules_of_dates(
    inputs: ExchangeInputs, exchange: Exchange, host: Cohort, window: Window, weeks: int
) -> Iterator[ExchangeRule]:
    """Yield the rules that the days of a window break for an Intertransfo at this host."""
    end = inputs.planning.edition.ends_on
    if abs((window.start - (exchange.target or date.max)).days) > 7 * weeks:
        yield ExchangeRule(K.TARGET, str(exchange.pk))
    if any(reason.slug in CLOSED_DAYS for reason in window.against):
        yield ExchangeRule(K.CLOSED)
    if end and window.days[-1] > end:
        yield ExchangeRule(K.EDITION)
    is_waiting = host.state in COHORT_STATES_BEFORE_START and host.planned_start is not None
    if is_waiting and host.planned_start and window.start < host.planned_start:
        yield ExchangeRule(K.STARTS, host.slug)
