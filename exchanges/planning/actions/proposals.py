"""Proposes the exchanges that an edition still lacks: a date near each target and a host in turn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from exchanges import reminders
from exchanges.calendar import Window, target_days
from exchanges.exchange.enums import PLANNED_EDITION_STATES, ExchangeKind
from exchanges.exchange.locks import lock_edition
from exchanges.models import Exchange, HostTurn
from exchanges.planning.date_checks import check_days, check_sessions
from exchanges.planning.planning_context import PlanningContext, load_planning_context
from exchanges.planning.reassignment import is_out_of_turn
from exchanges.planning.stored_reasons import choice_as_json, window_as_json
from exchanges.rotation import HostChoice
from programmes.models import Edition
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError

DAYS_PER_MONTH = 30
TARGET_REACH_DAYS = 42  # an exchange this near a target belongs to it (half the interval if that is shorter)


@dataclass(frozen=True, slots=True)
class ExchangeProposal:
    """An exchange to propose for a target: its window and its host, each with its reasons."""

    edition: Edition
    number: int
    target: date
    days: int
    host: Cohort
    window: Window
    choice: HostChoice

    @property
    def first_day(self) -> date:
        """Return the first day of the proposed exchange."""
        return self.window.start

    @property
    def planning_reasons(self) -> dict[str, Any]:
        """Return the reasons for the dates and for the host as they are stored in `Exchange.why`: parts "window" and
        "host".
        """
        return {"window": window_as_json(self.window), "host": choice_as_json(self.choice)}


def missing_targets(planning: PlanningContext) -> list[date]:
    """Return the edition's target dates from today on that have no exchange; a cancelled exchange counts as one.

    Target dates follow each other at the interval of the edition's format. The list is empty for an edition that is not
    open or running, whose dates are not known, or whose format has no exchanges.
    """
    edition, interval = planning.edition, planning.edition.format.exchange_interval_months
    if edition.state not in PLANNED_EDITION_STATES or not (edition.starts_on and edition.ends_on and interval):
        return []
    taken_days = [exchange.target or exchange.first_day for exchange in planning.exchanges]
    return [
        target
        for target in target_days(edition.starts_on, edition.ends_on, interval)
        if target >= planning.today
        and not any(day and _belongs_to_target(planning, day, target, interval) for day in taken_days)
    ]


def _belongs_to_target(planning: PlanningContext, day: date, target: date, interval: int) -> bool:
    """Return whether an exchange on that day is the one for the target date: at most 42 days from it.

    If half the `interval` between targets, in months, is shorter, that is the limit. Near the end of the edition the
    exchange may be 84 days before the target: see `PlanningContext.windows`.
    """
    before = 2 * TARGET_REACH_DAYS if planning.ends_near(target) else TARGET_REACH_DAYS
    half = interval * DAYS_PER_MONTH // 2
    return -min(before, half) <= (day - target).days <= min(TARGET_REACH_DAYS, half)


def missing_proposals(planning: PlanningContext) -> Iterator[ExchangeProposal]:
    """Yield the exchanges that the edition lacks, target date by target date, with the best dates and a host in turn.

    Targets for which there is no host or no possible window are left out. Nothing is saved.
    """
    missing = [target for target in missing_targets(planning) if planning.has_host_on(target)]
    days, taken = planning.edition.format.exchange_days, planning.taken()
    number = max((exchange.number or 0 for exchange in planning.exchanges), default=0)
    for target, choice in zip(missing, planning.rotation(missing), strict=False):
        host = planning.cohort(choice.key)
        windows = planning.windows(target, days, host, taken=taken)
        if windows:
            number += 1
            taken.append((windows[0].start, days))
            yield ExchangeProposal(planning.edition, number, target, days, host, windows[0], choice)


@action(gettext_lazy("Intertransfos planned"))
def plan_exchanges(
    *, edition: Edition, at: datetime, by: User | None = None, dry_run: bool = False
) -> list[ExchangeProposal]:
    """Propose the exchanges that the edition lacks, plan their e-mails, and return the proposals. Repeating it changes
    nothing.

    Each gets dates near its target and a host in turn, as of the day of `at`. With `dry_run` the proposals are only
    returned. `by` is None for the platform itself.
    """
    if not dry_run:
        edition = lock_edition(edition)
    planning = load_planning_context(edition, platform_day(at))
    proposals = list(missing_proposals(planning))
    for proposal in [] if dry_run else proposals:
        exchange = Exchange(
            edition=edition,
            number=proposal.number,
            target=proposal.target,
            first_day=proposal.first_day,
            days=proposal.days,
            why=proposal.planning_reasons,
        )
        _propose(exchange, proposal.host, at=at, by=by, swap_reason=_swap_reason(planning, proposal))
        planning.exchanges.append(exchange)
    return proposals


def propose_exchanges_of_new_edition(*, edition: Edition, at: datetime, by: User | None) -> None:
    """Propose the exchanges of an edition that has just been opened.

    Not those of a demonstration, which creates its own.
    """
    if not edition.demonstration:
        plan_exchanges(edition=edition, at=at, by=by)


def _swap_reason(planning: PlanningContext, proposal: ExchangeProposal) -> str:
    """Return the reason to store when the proposed host hosts again before another cohort has hosted; empty if it does
    not.

    The rota does this only around turns that people chose by hand.
    """
    if is_out_of_turn(planning, proposal.host, proposal.first_day):
        return _("Turns that were chosen by hand changed the order of the others.")
    return ""


@action(gettext_lazy("Intertransfo proposed"))
def propose_exchange(
    *,
    edition: Edition,
    host: Cohort,
    first_day: date,
    days: int,
    theme: str = "",
    swap_reason: str = "",
    allow_session_days: bool = True,
    at: datetime,
    by: User,
) -> Exchange:
    """Propose an exchange on days and with a host that a person chose, for the nearest target date without one.

    `swap_reason` explains a host that hosts again before another cohort has. Raises DomainError without it in that
    case, for a host that does not take part, for days that are ruled out, and for days on which cohorts have sessions,
    unless `allow_session_days`.
    """
    edition = lock_edition(edition)
    planning = load_planning_context(edition, platform_day(at))
    if host.slug not in {cohort.slug for cohort in planning.cohorts}:
        raise DomainError(_("Choose a cohort of this edition that is under way."), field="host")
    objections = check_days(planning, first_day, days, host)
    check_sessions([] if allow_session_days else objections, planning)
    interval = edition.format.exchange_interval_months
    nearby = [
        target
        for target in missing_targets(planning)
        if interval and _belongs_to_target(planning, first_day, target, interval)
    ]
    exchange = Exchange(
        edition=edition,
        number=max((other.number or 0 for other in planning.exchanges), default=0) + 1,
        target=min(nearby, key=lambda target: abs((target - first_day).days), default=None),
        theme=theme,
        first_day=first_day,
        days=days,
        why={"host": {"reason": "by_hand"}},
    )
    return _propose(exchange, host, at=at, by=by, swap_reason=swap_reason)


def _propose(exchange: Exchange, host: Cohort, *, at: datetime, by: User | None, swap_reason: str = "") -> Exchange:
    """Save the new exchange, give the host its turn, which makes it the exchange's host, and plan the e-mails; return
    the exchange.

    `swap_reason` says why the cohort hosts again before another has. Raises DomainError when it should not host yet and
    no reason is given.
    """
    exchange.kind = ExchangeKind.INTERTRANSFO
    exchange.save()
    last = HostTurn.objects.filter(edition=exchange.edition).aggregate(last=Max("order"))["last"]
    HostTurn.objects.create(
        edition=exchange.edition, cohort=host, exchange=exchange, order=(last or 0) + 1, swap_reason=swap_reason
    )
    exchange.host = host
    reminders.plan_emails(exchange, at=at, by=by)
    return exchange
