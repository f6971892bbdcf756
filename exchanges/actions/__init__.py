"""Verbs on exchanges: planned, confirmed, moved, announced, answered, held, cancelled."""

from exchanges.content.actions.outcomes import commit, drop, follow_up, give_feedback, keep, write_minutes
from exchanges.content.actions.preparation import (
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
from exchanges.lifecycle.actions import (
    announce,
    cancel_exchange,
    close_registration,
    hold_exchange,
    open_registration,
    set_theme_and_place,
)
from exchanges.planning.actions.dates import move_exchange
from exchanges.planning.actions.hosts import (
    ask_next_host,
    confirm_host,
    give_turn_back,
    replace_host_that_left,
    swap_host,
)
from exchanges.planning.actions.proposals import Proposal, foresee, plan_exchanges, propose_exchange
from exchanges.registration.actions.answers import decline, record_attendance, register, register_others
from exchanges.registration.actions.departures import give_back_places
from exchanges.registration.actions.guests import add_guest, remove_guest
from exchanges.registration.actions.invitations import invite_newcomers, invite_those_who_began
from exchanges.registration.actions.needs import Purged, note_needs, purge_needs

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
