"""Actions on an exchange once date and host are confirmed: announce, open registration, hold, cancel."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges import reminders
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import UNANNOUNCED, UPCOMING_STATES, ExchangeState
from exchanges.exchange.locks import lock_exchange
from exchanges.models import Exchange, HostTurn, Registration
from exchanges.registration.actions.invitations import invitations
from exchanges.registration.actions.needs import erase_needs_of_cancelled
from exchanges.registration.actions.waiting_list import move_up
from web.actions import action, report_no_change
from web.errors import DomainError
from web.forms.edit_conflicts import check_version


@action(gettext_lazy("Announcement sent"))
def announce_exchange(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Announce the exchange, whose date and host are confirmed, to everyone in the edition. Repeating it changes
    nothing.

    The “save the date” e-mail is sent on its day in the reminder schedule, or at once when that day is past at the
    moment `at`. Raises DomainError in any other state, and when date, host or venue changed since `version`, the one
    the person saw.
    """
    exchange = lock_exchange(exchange, version=version)
    if exchange.state == ExchangeState.ANNOUNCED:
        return exchange
    _set_state(exchange, ExchangeState.ANNOUNCED)
    reminders.send_unless_planned(exchange, reminders.SAVE_THE_DATE, audience="active_members", at=at, by=by)
    return exchange


@action(gettext_lazy("Registration opened"))
def open_exchange_registration(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Open registration for an announced exchange: invite every active member of the edition's cohorts.

    Repeating it changes nothing. The invitation is sent on its day in the reminder schedule, or at once when that day
    is past at the moment `at`. Raises DomainError in any other state, and when date, host or venue changed since
    `version`, the one the person saw.
    """
    exchange = lock_exchange(exchange, version=version)
    if exchange.state == ExchangeState.REGISTRATION_OPEN:
        return exchange
    _set_state(exchange, ExchangeState.REGISTRATION_OPEN)
    Registration.objects.bulk_create(invitations(exchange, exchange_day(exchange, at)), ignore_conflicts=True)
    reminders.send_unless_planned(exchange, reminders.INVITATION, audience="invited", at=at, by=by)
    return exchange


@action(gettext_lazy("Theme and venue set"))
def set_theme_and_venue(
    *,
    exchange: Exchange,
    theme: str,
    venue: str,
    capacity: int | None,
    version_token: str | None = None,
    at: datetime,
    by: User,
) -> Exchange:
    """Set the theme, the venue and the capacity of an exchange (None: no limit).

    Seats that become free go to people on the waiting list. After the announcement another venue raises the version:
    planned e-mails follow, and everyone who was informed (had an e-mail about it or was invited) receives one e-mail
    about it. `version_token` is the hash (`fingerprint`) of the values that the writer started from. Raises
    EditConflict when someone else has saved since then, and DomainError for a cancelled exchange or fewer seats than
    are taken.
    """
    exchange = lock_exchange(exchange)
    if exchange.state == ExchangeState.CANCELLED:
        raise DomainError(_("This Intertransfo is cancelled: theme and venue cannot change any more."))
    current, previous = exchange.theme_and_venue_values(), reminders.change_details(exchange)
    exchange.theme, exchange.venue, exchange.capacity = theme.strip(), venue.strip(), capacity
    check_version(version_token, current=current, submitted=exchange.theme_and_venue_values())
    venue_changed = (
        exchange.venue != current["venue"] and exchange.state in UPCOMING_STATES and exchange.state not in UNANNOUNCED
    )
    exchange.version += venue_changed
    exchange.save(update_fields=["theme", "venue", "capacity", "version"])
    if venue_changed:
        reminders.move_emails(exchange, previous=previous, at=at, by=by)
    move_up(exchange, at=at, by=by)
    return exchange


@action(gettext_lazy("Registration closed"))
def close_registration(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Close registration: nobody else can register, people can still release their seat. Repeating it changes nothing.

    Raises DomainError unless registration is open, and when date, host or venue changed since `version`, the one the
    person saw.
    """
    exchange = lock_exchange(exchange, version=version)
    if exchange.state != ExchangeState.REGISTRATION_CLOSED:
        _set_state(exchange, ExchangeState.REGISTRATION_CLOSED)
    return exchange


@action(gettext_lazy("Intertransfo held"))
def hold_exchange(*, exchange: Exchange, at: datetime, by: User, version: int | None = None) -> Exchange:
    """Record that the exchange took place and that the host has served its turn. Repeating it changes nothing.

    Raises DomainError before registration is closed, before the first day, and when date, host or venue changed since
    `version`, the one the person saw.
    """
    exchange = lock_exchange(exchange, version=version)
    if exchange.state == ExchangeState.HELD:
        return exchange
    is_early = exchange.first_day and exchange_day(exchange, at) < exchange.first_day
    if is_early and exchange.state == ExchangeState.REGISTRATION_CLOSED:
        raise DomainError(_("The Intertransfo is still to come. Record that it took place from its first day on."))
    _set_state(exchange, ExchangeState.HELD)
    HostTurn.objects.filter(exchange=exchange).update(served=True)
    return exchange


@action(gettext_lazy("Intertransfo cancelled"))
def cancel_exchange(*, exchange: Exchange, reason: str, at: datetime, by: User) -> Exchange:
    """Cancel an exchange with a reason. Repeating it changes nothing.

    Planned e-mails stop; everyone who was informed (had an e-mail about it or was invited) receives one e-mail that
    removes the exchange from their calendar. People's travel, dietary and access needs and the addresses of guests are
    erased at once. Planning proposes no other exchange for the same target date. Raises DomainError for an exchange
    that was held, without a reason, and when it is already cancelled for another reason.
    """
    exchange = lock_exchange(exchange)
    if exchange.state == ExchangeState.CANCELLED:
        if exchange.reason != reason.strip():
            message = _("The Intertransfo is already cancelled, for this reason: %(reason)s")
            raise DomainError(message % {"reason": exchange.reason}, field="reason")
        return report_no_change(exchange)
    exchange.state, exchange.reason = ExchangeState.CANCELLED, reason.strip()
    exchange.save(update_fields=["state", "reason"])
    erase_needs_of_cancelled(exchange, at=at)
    reminders.cancel_emails(exchange, at=at, by=by)
    return exchange


def _set_state(exchange: Exchange, state: ExchangeState) -> None:
    """Save the state of the exchange; a transition that is not allowed makes the action raise DomainError."""
    exchange.state = state
    exchange.save(update_fields=["state"])
