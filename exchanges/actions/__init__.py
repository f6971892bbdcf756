"""Verbs on exchanges: planned, confirmed, moved, announced, answered, held, cancelled."""

from exchanges.actions.answers import decline, record_attendance, register, register_others
from exchanges.actions.dates import move_exchange
from exchanges.actions.hosts import ask_next_host, confirm_host, give_turn_back, replace_host_that_left, swap_host
from exchanges.actions.life import (
    announce,
    cancel_exchange,
    close_registration,
    hold_exchange,
    open_registration,
    set_theme_and_place,
)
from exchanges.actions.planning import Proposal, foresee, plan_exchanges, propose_exchange

__all__ = [
    "Proposal",
    "announce",
    "ask_next_host",
    "cancel_exchange",
    "close_registration",
    "confirm_host",
    "decline",
    "foresee",
    "give_turn_back",
    "hold_exchange",
    "move_exchange",
    "open_registration",
    "plan_exchanges",
    "propose_exchange",
    "record_attendance",
    "register",
    "register_others",
    "replace_host_that_left",
    "set_theme_and_place",
    "swap_host",
]
