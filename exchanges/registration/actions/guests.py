"""Guests from other communities: added by those who welcome them, and taken off."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.exchange.clock import exchange_day
from exchanges.exchange.enums import ANSWERABLE
from exchanges.exchange.locks import locked
from exchanges.exchange.people import here
from exchanges.models import Exchange, Guest
from exchanges.registration.actions.waiting_list import move_up
from web.actions import action
from web.errors import DomainError
from web.mailboxes import canonical_address


@action(gettext_lazy("Guest added"))
def add_guest(
    *, exchange: Exchange, name: str, organisation: str, invited_by: User, email: str = "", at: datetime, by: User
) -> Guest:
    """Keep a place for a guest.

    Raises DomainError when every place is taken, when they are on the list already, or when whoever invites is not of
    the edition today.
    """
    exchange = _welcoming(exchange)
    if not here(invited_by, exchange, exchange_day(exchange, at)):
        raise DomainError(_("Only people in the edition can invite guests."), field="invited_by")
    address = canonical_address(email) or email.strip()
    return Guest.objects.create(
        exchange=exchange, name=name.strip(), organisation=organisation.strip(), email=address, invited_by=invited_by
    )


@action(gettext_lazy("Guest removed"))
def remove_guest(*, exchange: Exchange, guest: Guest, at: datetime, by: User) -> Exchange:
    """Take a guest off the list: their place goes to whoever waited longest. Twice changes nothing."""
    exchange = _welcoming(exchange)
    Guest.objects.filter(pk=guest.pk, exchange=exchange).delete()
    move_up(exchange, at=at, by=by)
    return exchange


def _welcoming(exchange: Exchange) -> Exchange:
    found = locked(exchange)
    if found.state not in ANSWERABLE:
        raise DomainError(
            _("You can add and remove guests from the opening of registration until the Intertransfo itself.")
        )
    return found
