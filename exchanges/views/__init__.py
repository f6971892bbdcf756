"""Pages of the exchanges."""

from exchanges.views.answers import answer, attendance, others
from exchanges.views.contents import (
    ask_question,
    change_contribution,
    change_question,
    contribute,
    contributions,
    match,
    remove_question,
    unmatch,
    withdraw_contribution,
)
from exchanges.views.following import close_commitment, commit, give_feedback, minutes, write_minutes
from exchanges.views.hosts import ask_next, give_back
from exchanges.views.memory import memory
from exchanges.views.pages import exchange, exchange_list
from exchanges.views.places import add_guest, needs, needs_summary, remove_guest
from exchanges.views.planning import cancel, move, place, propose, swap
from exchanges.views.programme import add_to_programme, change_programme, programme, remove_from_programme
from exchanges.views.steps import announce, close_registration, confirm, follow_up, hold, open_registration

__all__ = [
    "add_guest",
    "add_to_programme",
    "announce",
    "answer",
    "ask_next",
    "ask_question",
    "attendance",
    "cancel",
    "change_contribution",
    "change_programme",
    "change_question",
    "close_commitment",
    "close_registration",
    "commit",
    "confirm",
    "contribute",
    "contributions",
    "exchange",
    "exchange_list",
    "follow_up",
    "give_back",
    "give_feedback",
    "hold",
    "match",
    "memory",
    "minutes",
    "move",
    "needs",
    "needs_summary",
    "open_registration",
    "others",
    "place",
    "programme",
    "propose",
    "remove_from_programme",
    "remove_guest",
    "remove_question",
    "swap",
    "unmatch",
    "withdraw_contribution",
    "write_minutes",
]
