"""Who hosts: the cohort confirms, or lab staff swap it with a reason."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.models import Cohort
from exchanges.actions import reminders
from exchanges.actions.checks import locked
from exchanges.enums import COMING, ExchangeState
from exchanges.models import Exchange, HostTurn
from web.errors import DomainError
from web.verbs import verb


@verb
def confirm_host(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """The host takes these days. Confirming what is confirmed already changes nothing."""
    exchange = locked(exchange, version=version)
    if exchange.state in COMING and exchange.state != ExchangeState.PROPOSED:
        return exchange
    exchange.state = ExchangeState.HOST_CONFIRMED
    exchange.save(update_fields=["state"])
    return exchange


@verb
def swap_host(
    *, exchange: Exchange, host: Cohort, reason: str, at: datetime, by: User, version: int | None = None
) -> Exchange:
    """Give the exchange to another cohort, which has to confirm in its turn unless everyone was told already.

    The version rises, and those who were told hear of it once. Swapping for the present host changes nothing.
    """
    exchange = locked(exchange, version=version)
    if exchange.host_id == host.pk:
        return exchange
    if exchange.state not in COMING:
        raise DomainError(_("This Intertransfo is over or cancelled: its host cannot change any more."))
    if not reason.strip():
        raise DomainError(_("Write the reason of the swap: the cohorts will read it."), field="reason")
    turn = HostTurn.objects.get(exchange=exchange)
    turn.cohort, turn.swap_reason = host, reason
    turn.save(update_fields=["cohort", "swap_reason"])
    if exchange.state == ExchangeState.HOST_CONFIRMED:
        exchange.state = ExchangeState.PROPOSED
    exchange.host, exchange.version = host, exchange.version + 1
    exchange.why = {**exchange.why, "host": {"reason": "swapped"}}
    exchange.save(update_fields=["state", "version", "why"])
    reminders.hand_over(exchange, at=at, by=by)
    return exchange
