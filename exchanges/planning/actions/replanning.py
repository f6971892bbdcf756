"""Gives several proposed exchanges of an edition new dates and hosts at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from exchanges import reminders
from exchanges.calendar import Window
from exchanges.exchange.enums import ExchangeState
from exchanges.exchange.locks import lock_exchange
from exchanges.models import Exchange, HostTurn
from exchanges.planning.reassignment import PASSED
from exchanges.planning.stored_reasons import StoredReason, window_as_json
from web.actions import action
from web.errors import DomainError


@dataclass(frozen=True, slots=True)
class PlannedExchange:
    """An exchange with the dates and the host that it is to have; `host_reasons` are stored in `Exchange.why`."""

    exchange: Exchange
    window: Window
    host: Cohort
    host_reasons: StoredReason

    @property
    def is_moved(self) -> bool:
        """Return whether the exchange is to have another first day."""
        return self.window.start != self.exchange.first_day

    @property
    def has_new_host(self) -> bool:
        """Return whether another cohort is to host the exchange."""
        return self.host.pk != self.exchange.host_id


@action(gettext_lazy("Intertransfos planned together"))
def replan_exchanges(
    *, planned: Sequence[PlannedExchange], reason: str, at: datetime, by: User | None
) -> list[Exchange]:
    """Give proposed exchanges of an edition, which stay in their order, new dates and hosts; return those that changed.

    The caller has locked the turns. The version of each rises, planned e-mails follow, and everyone who was informed
    receives one e-mail about each. `reason` is the text that the cohorts read. Raises DomainError for an exchange that
    is confirmed.
    """
    return [_replan(each, reason, at=at, by=by) for each in _in_safe_order(planned)]


def _in_safe_order(planned: Iterable[PlannedExchange]) -> list[PlannedExchange]:
    """Return the exchanges that change, in an order in which none meets another one's old days.

    Those that move to later days come first, the last of them before the others; then the rest, in order of time.
    """
    changed = [each for each in planned if each.is_moved or each.has_new_host]
    ordered = sorted(changed, key=lambda each: each.window.start)
    later = [each for each in ordered if each.window.start > (each.exchange.first_day or date.min)]
    return [*reversed(later), *(each for each in ordered if each not in later)]


def _replan(planned: PlannedExchange, reason: str, *, at: datetime, by: User | None) -> Exchange:
    """Save the new dates and the new host of an exchange, and adapt its e-mails."""
    exchange = lock_exchange(planned.exchange)
    if exchange.state != ExchangeState.PROPOSED:
        raise DomainError(_("%(exchange)s is confirmed: it keeps its date and its host.") % {"exchange": exchange})
    previous = reminders.change_details(exchange)
    exchange.why = _reasons(planned, exchange)
    exchange.first_day, exchange.version = planned.window.start, exchange.version + 1
    # The turn is saved first: the trigger exchange_move_fair reads its reason.
    turn = HostTurn.objects.get(exchange=exchange)
    turn.cohort, turn.swap_reason = planned.host, turn.swap_reason or reason
    turn.save(update_fields=["cohort", "swap_reason"])
    exchange.host = planned.host
    exchange.save(update_fields=["first_day", "version", "why"])
    move = reminders.move_emails_to_new_host if planned.has_new_host else reminders.move_emails
    move(exchange, previous=previous, at=at, by=by)
    return exchange


def _reasons(planned: PlannedExchange, exchange: Exchange) -> StoredReason:
    """Return the reasons for the dates and the host; on other days every cohort can be asked again."""
    reasons = {name: part for name, part in exchange.why.items() if name != PASSED or not planned.is_moved}
    if planned.is_moved:
        reasons["window"] = window_as_json(planned.window)
    if planned.has_new_host:
        reasons["host"] = planned.host_reasons
    return reasons
