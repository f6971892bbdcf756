"""Exchanges, whose turn it is to host them, who comes and what they need, what they bring and what is left of it."""

from exchanges.models.contents import Contribution, Match, Question
from exchanges.models.days import ProgrammeItem
from exchanges.models.exchanges import Exchange
from exchanges.models.following import Commitment, Feedback, Minutes
from exchanges.models.guests import Guest
from exchanges.models.needs import Needs
from exchanges.models.registrations import Registration
from exchanges.models.turns import HostTurn

__all__ = [
    "Commitment",
    "Contribution",
    "Exchange",
    "Feedback",
    "Guest",
    "HostTurn",
    "Match",
    "Minutes",
    "Needs",
    "ProgrammeItem",
    "Question",
    "Registration",
]
