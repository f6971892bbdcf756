"""Actions on guests from other communities."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ANSWERABLE
from exchanges.exchange.locks import lock_exchange
from exchanges.exchange.people import is_in_edition
from exchanges.models import Exchange, Guest
from exchanges.registration.actions.waiting_list import move_up
from web.actions import action
from web.errors import DomainError
from web.mailboxes import canonical_address

GUESTS_CLOSED = gettext_lazy(
    "You can add and remove guests from the opening of registration until the Intertransfo itself."
)


@action(gettext_lazy("Guest added"))
def add_guest(
    *, exchange: Exchange, name: str, organisation: str, invited_by: User, email: str = "", at: datetime, by: User
) -> Guest:
    """Reserve a seat at the exchange for a guest, who has no account.

    Raises DomainError when every seat is taken, when the guest is on the list already, when the person who invites
    (`invited_by`) is not in the edition today, before registration opens and once the exchange is held or cancelled.
    """
    exchange = _locked_answerable(exchange)
    if not is_in_edition(invited_by, exchange, exchange_day(exchange, at)):
        raise DomainError(_("Only people in the edition can invite guests."), field="invited_by")
    address = canonical_address(email) or email.strip()
    return Guest.objects.create(
        exchange=exchange, name=name.strip(), organisation=organisation.strip(), email=address, invited_by=invited_by
    )


@action(gettext_lazy("Guest removed"))
def remove_guest(*, exchange: Exchange, guest: Guest, at: datetime, by: User) -> Exchange:
    """Remove a guest from the exchange, and return it; the seat goes to the person who has waited longest.

    Repeating it changes nothing. Raises DomainError before registration opens and once the exchange is held or
    cancelled.
    """
    exchange = _locked_answerable(exchange)
    Guest.objects.filter(pk=guest.pk, exchange=exchange).delete()
    move_up(exchange, at=at, by=by)
    return exchange


def _locked_answerable(exchange: Exchange) -> Exchange:
    """Return the exchange, its row locked until the action ends.

    Raises DomainError before registration opens and once the exchange is held or cancelled.
    """
    exchange = lock_exchange(exchange)
    if exchange.state not in ANSWERABLE:
        raise DomainError(str(GUESTS_CLOSED))
    return exchange
