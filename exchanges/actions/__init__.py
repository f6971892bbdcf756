"""Verbs on exchanges: planned, confirmed, moved, announced, answered, held, cancelled."""

from exchanges.actions.answers import decline, record_attendance, register, register_others
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
from exchanges.actions.following import commit, drop, follow_up, give_feedback, keep, write_minutes
from exchanges.actions.hosts import confirm_host, swap_host
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
    "add_to_programme",
    "announce",
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
    "give_feedback",
    "hold_exchange",
    "keep",
    "match",
    "move_exchange",
    "open_registration",
    "plan_exchanges",
    "propose_exchange",
    "record_attendance",
    "register",
    "register_others",
    "remove_from_programme",
    "remove_question",
    "set_theme_and_place",
    "swap_host",
    "unmatch",
    "withdraw_contribution",
    "write_minutes",
]
