"""Exchanges, whose turn it is to host them, who comes, and what they need."""

from exchanges.models.exchanges import Exchange
from exchanges.models.guests import Guest
from exchanges.models.needs import Needs
from exchanges.models.registrations import Registration
from exchanges.models.turns import HostTurn

__all__ = ["Exchange", "Guest", "HostTurn", "Needs", "Registration"]
