"""Exchanges, whose turn it is to host them, and who comes."""

from exchanges.models.exchanges import Exchange
from exchanges.models.registrations import Registration
from exchanges.models.turns import HostTurn

__all__ = ["Exchange", "HostTurn", "Registration"]
