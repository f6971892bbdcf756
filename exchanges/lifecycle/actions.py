"""The life of an exchange once date and host are confirmed: announced, open to registration, held, or cancelled."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges import reminders
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import COMING, UNANNOUNCED, ExchangeState
from exchanges.exchange.locks import locked
from exchanges.models import Exchange, HostTurn, Registration
from exchanges.registration.actions.invitations import invitations
from exchanges.registration.actions.needs import erase_at_once
from exchanges.registration.actions.waiting_list import move_up
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen


@action(gettext_lazy("Announcement sent"))
def announce(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Tell everyone: “save the date” leaves at its time, at once when that is past. Twice changes nothing."""
    exchange = locked(exchange, version=version)
    if exchange.state == ExchangeState.ANNOUNCED:
        return exchange
    _go(exchange, ExchangeState.ANNOUNCED)
    reminders.tell(exchange, reminders.SAVE_THE_DATE, audience="active_members", at=at, by=by)
    return exchange


@action(gettext_lazy("Registration opened"))
def open_registration(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Invite every active member of the edition's cohorts to answer; the invitation leaves like “save the date”."""
    exchange = locked(exchange, version=version)
    if exchange.state == ExchangeState.REGISTRATION_OPEN:
        return exchange
    _go(exchange, ExchangeState.REGISTRATION_OPEN)
    Registration.objects.bulk_create(invitations(exchange, exchange_day(exchange, at)), ignore_conflicts=True)
    reminders.tell(exchange, reminders.INVITATION, audience="invited", at=at, by=by)
    return exchange


@action(gettext_lazy("Theme and venue set"))
def set_theme_and_place(
    *,
    exchange: Exchange,
    theme: str,
    venue: str,
    capacity: int | None,
    seen: str | None = None,
    at: datetime,
    by: User,
) -> Exchange:
    """Say what it is about, where exactly, and for how many at most (None: no limit).

    Places that become free go to those who wait. Once announced, another place raises the version, letters not yet
    gone follow, and those who were told hear of it once. `seen` is the `fingerprint` of what the writer started from:
    raises Changed when someone else saved meanwhile.
    """
    exchange = locked(exchange)
    if exchange.state == ExchangeState.CANCELLED:
        raise DomainError(_("This Intertransfo is cancelled: theme and venue cannot change any more."))
    stands, was = exchange.where_and_for_how_many(), reminders.told(exchange)
    exchange.theme, exchange.venue, exchange.capacity = theme.strip(), venue.strip(), capacity
    check_seen(seen, stands=stands, sent=exchange.where_and_for_how_many())
    elsewhere = exchange.venue != stands["venue"] and exchange.state in COMING and exchange.state not in UNANNOUNCED
    exchange.version += elsewhere
    exchange.save(update_fields=["theme", "venue", "capacity", "version"])
    if elsewhere:
        reminders.move(exchange, was=was, at=at, by=by)
    move_up(exchange, at=at, by=by)
    return exchange


@action(gettext_lazy("Registration closed"))
def close_registration(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Nobody new registers; people can still give their place back."""
    exchange = locked(exchange, version=version)
    if exchange.state != ExchangeState.REGISTRATION_CLOSED:
        _go(exchange, ExchangeState.REGISTRATION_CLOSED)
    return exchange


@action(gettext_lazy("Intertransfo held"))
def hold_exchange(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Record that it took place, from its first day on: the host has served its turn."""
    exchange = locked(exchange, version=version)
    if exchange.state == ExchangeState.HELD:
        return exchange
    early = exchange.first_day and exchange_day(exchange, at) < exchange.first_day
    if early and exchange.state == ExchangeState.REGISTRATION_CLOSED:
        raise DomainError(_("The Intertransfo is still to come. Record that it took place from its first day on."))
    _go(exchange, ExchangeState.HELD)
    HostTurn.objects.filter(exchange=exchange).update(served=True)
    return exchange


@action(gettext_lazy("Intertransfo cancelled"))
def cancel_exchange(*, exchange: Exchange, reason: str, at: datetime, by: User) -> Exchange:
    """Cancel with a reason: letters not yet gone are stopped, those who were told get one that takes it off calendars.

    What people needed there is erased at once, and addresses of guests. The target keeps its cancelled exchange:
    planning proposes no other in its place, lab staff may. Twice changes nothing; raises DomainError when somebody
    cancelled it for another reason.
    """
    exchange = locked(exchange)
    if exchange.state == ExchangeState.CANCELLED:
        if exchange.reason != reason.strip():
            said = _("The Intertransfo is already cancelled, for this reason: %(reason)s")
            raise DomainError(said % {"reason": exchange.reason}, field="reason")
        return exchange
    exchange.state, exchange.reason = ExchangeState.CANCELLED, reason.strip()
    exchange.save(update_fields=["state", "reason"])
    erase_at_once(exchange, at=at)
    reminders.cancel(exchange, at=at, by=by)
    return exchange


def _go(exchange: Exchange, state: ExchangeState) -> None:
    exchange.state = state
    exchange.save(update_fields=["state"])
