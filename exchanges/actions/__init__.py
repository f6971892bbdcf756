"""Verbs on exchanges: planned, confirmed, moved, announced, answered, held, cancelled."""

from exchanges.actions.answers import decline, record_attendance, register, register_others
from exchanges.actions.arrivals import invite_newcomers, invite_those_who_began
from exchanges.actions.contents import (
    add_to_programme,
    ask_question,
    change_contribution,
    change_programme,
    change_question,
    contribute,
    match,
    remove_from_programme,
    remove_question,
    unmatch,
    withdraw_contribution,
)
from exchanges.actions.dates import move_exchange
from exchanges.actions.departures import give_back_places
from exchanges.actions.following import commit, drop, follow_up, give_feedback, keep, write_minutes
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
    "add_to_programme",
    "announce",
    "ask_next_host",
    "ask_question",
    "cancel_exchange",
    "change_contribution",
    "change_programme",
    "change_question",
    "close_registration",
    "commit",
    "confirm_host",
    "contribute",
    "decline",
    "drop",
    "follow_up",
    "foresee",
    "give_back_places",
    "give_feedback",
    "give_turn_back",
    "hold_exchange",
    "invite_newcomers",
    "invite_those_who_began",
    "keep",
    "match",
    "move_exchange",
    "note_needs",
    "open_registration",
    "plan_exchanges",
    "propose_exchange",
    "purge_needs",
    "record_attendance",
    "register",
    "register_others",
    "remove_from_programme",
    "remove_guest",
    "remove_question",
    "replace_host_that_left",
    "set_theme_and_place",
    "swap_host",
    "unmatch",
    "withdraw_contribution",
    "write_minutes",
]
