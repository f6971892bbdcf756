"""Pages of the exchanges."""

from exchanges.content.views.contributions import (
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
from exchanges.content.views.outcomes import close_commitment, commit, give_feedback, minutes, write_minutes
from exchanges.content.views.programme import add_to_programme, change_programme, programme, remove_from_programme
from exchanges.lifecycle.views import announce, close_registration, confirm, follow_up, hold, open_registration
from exchanges.memory.views import memory
from exchanges.pages.views import exchange, exchange_list
from exchanges.planning.views.changes import cancel, move, place, propose, swap
from exchanges.planning.views.hosts import ask_next, give_back
from exchanges.registration.views.answers import answer, attendance, others
from exchanges.registration.views.needs_and_guests import add_guest, needs, needs_summary, remove_guest

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
