"""Proposes the exchanges an edition still lacks: a date around each target, a host in its turn."""

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
from exchanges.calendar import Window, targets
from exchanges.exchange.enums import PLANNED_FOR, ExchangeKind
from exchanges.exchange.locks import locked_edition
from exchanges.models import Exchange, HostTurn
from exchanges.planning.date_checks import check_days, check_sessions
from exchanges.planning.planning_context import Outlook, outlook
from exchanges.planning.reassignment import out_of_turn
from exchanges.planning.stored_reasons import kept_choice, kept_window
from exchanges.rotation import Choice
from programmes.models import Edition
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError

DAYS_A_MONTH = 30
REACH = 42  # days; a target this near an exchange has got its exchange (half the interval when that is shorter)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An exchange to propose for a target: its window and its host, each with its reasons."""

    edition: Edition
    number: int
    target: date
    days: int
    host: Cohort
    window: Window
    choice: Choice

    @property
    def first_day(self) -> date:
        return self.window.start

    @property
    def why(self) -> dict[str, Any]:
        return {"window": kept_window(self.window), "host": kept_choice(self.choice)}


def missing_targets(view: Outlook) -> list[date]:
    """Return the edition's targets that are still ahead and have no exchange, a cancelled one included."""
    edition, interval = view.edition, view.edition.format.exchange_interval_months
    if edition.state not in PLANNED_FOR or not (edition.starts_on and edition.ends_on and interval):
        return []
    met = [exchange.target or exchange.first_day for exchange in view.exchanges]
    return [
        target
        for target in targets(edition.starts_on, edition.ends_on, interval)
        if target >= view.today and not any(day and _belongs_to_target(view, day, target, interval) for day in met)
    ]


def _belongs_to_target(view: Outlook, day: date, target: date, interval: int) -> bool:
    """Return whether an exchange on that day is the one of the target.

    Near the end of the edition it may be twice as far before the target: see `Outlook.windows`.
    """
    before = 2 * REACH if view.ends_near(target) else REACH
    half = interval * DAYS_A_MONTH // 2
    return -min(before, half) <= (day - target).days <= min(REACH, half)


def foresee(view: Outlook) -> Iterator[Proposal]:
    """Yield what planning would propose, target by target; targets without a host or a possible window are left out."""
    missing = [target for target in missing_targets(view) if view.has_host_on(target)]
    days, taken = view.edition.format.exchange_days, view.taken()
    number = max((exchange.number or 0 for exchange in view.exchanges), default=0)
    for target, choice in zip(missing, view.rotation(missing), strict=False):
        host = view.cohort(choice.key)
        windows = view.windows(target, days, host, taken=taken)
        if windows:
            number += 1
            taken.append((windows[0].start, days))
            yield Proposal(view.edition, number, target, days, host, windows[0], choice)


@action(gettext_lazy("Intertransfos planned"))
def plan_exchanges(*, edition: Edition, at: datetime, by: User | None = None, dry_run: bool = False) -> list[Proposal]:
    """Propose the exchanges the edition still lacks, and their letters. Planning twice, or at once, adds nothing.

    With `dry_run` nothing is written.
    """
    if not dry_run:
        edition = locked_edition(edition)
    view = outlook(edition, platform_day(at))
    proposals = list(foresee(view))
    for proposal in [] if dry_run else proposals:
        exchange = Exchange(
            edition=edition,
            number=proposal.number,
            target=proposal.target,
            first_day=proposal.first_day,
            days=proposal.days,
            why=proposal.why,
        )
        _propose(exchange, proposal.host, at=at, by=by, swap_reason=_excuse(view, proposal))
        view.exchanges.append(exchange)
    return proposals


def _excuse(view: Outlook, proposal: Proposal) -> str:
    """Why the rota has a cohort host again before another: turns that people chose lie in its way."""
    if out_of_turn(view, proposal.host, proposal.first_day):
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
    all_the_same: bool = True,
    at: datetime,
    by: User,
) -> Exchange:
    """Propose an exchange by hand; it takes the nearest target that has none. `swap_reason`: why out of its turn.

    Raises DomainError for days of cohorts' own sessions, unless they are taken `all_the_same`.
    """
    edition = locked_edition(edition)
    view = outlook(edition, platform_day(at))
    if host.slug not in {cohort.slug for cohort in view.cohorts}:
        raise DomainError(_("Choose a cohort of this edition that is under way."), field="host")
    against = check_days(view, first_day, days, host)
    check_sessions([] if all_the_same else against, view)
    interval = edition.format.exchange_interval_months
    near = [
        target for target in missing_targets(view) if interval and _belongs_to_target(view, first_day, target, interval)
    ]
    exchange = Exchange(
        edition=edition,
        number=max((other.number or 0 for other in view.exchanges), default=0) + 1,
        target=min(near, key=lambda target: abs((target - first_day).days), default=None),
        theme=theme,
        first_day=first_day,
        days=days,
        why={"host": {"reason": "by_hand"}},
    )
    return _propose(exchange, host, at=at, by=by, swap_reason=swap_reason)


def _propose(exchange: Exchange, host: Cohort, *, at: datetime, by: User | None, swap_reason: str = "") -> Exchange:
    """Save the exchange, give the host its turn (which makes it the exchange's host), plan the letters."""
    exchange.kind = ExchangeKind.INTERTRANSFO
    exchange.save()
    last = HostTurn.objects.filter(edition=exchange.edition).aggregate(last=Max("order"))["last"]
    HostTurn.objects.create(
        edition=exchange.edition, cohort=host, exchange=exchange, order=(last or 0) + 1, swap_reason=swap_reason
    )
    exchange.host = host
    reminders.plan(exchange, at=at, by=by)
    return exchange
