"""Verbs on exchanges: planned, confirmed, moved, announced, answered, held, cancelled."""

from exchanges.actions.answers import decline, record_attendance, register, register_others
from exchanges.actions.dates import move_exchange
from exchanges.actions.guests import add_guest, remove_guest
from exchanges.actions.hosts import ask_next_host, confirm_host, give_turn_back, replace_host_that_left, swap_host
from exchanges.actions.life import (
    announce,
    cancel_exchange,
    close_registration,
    hold_exchange,
    open_registration,
    set_theme_and_place,
)
from exchanges.actions.needs import Purged, note_needs, purge_needs
from exchanges.actions.planning import Proposal, foresee, plan_exchanges, propose_exchange

__all__ = [
    "Proposal",
    "Purged",
    "add_guest",
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
    "note_needs",
    "open_registration",
    "plan_exchanges",
    "propose_exchange",
    "purge_needs",
    "record_attendance",
    "register",
    "register_others",
    "remove_guest",
    "replace_host_that_left",
    "set_theme_and_place",
    "swap_host",
]
