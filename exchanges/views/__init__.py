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
from exchanges.views.memory import memory
from exchanges.views.pages import exchange, exchange_list
from exchanges.views.planning import cancel, move, place, propose, swap
from exchanges.views.programme import add_to_programme, change_programme, programme, remove_from_programme
from exchanges.views.steps import announce, close_registration, confirm, follow_up, hold, open_registration

__all__ = [
    "add_to_programme",
    "announce",
    "answer",
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
    "give_feedback",
    "hold",
    "match",
    "memory",
    "minutes",
    "move",
    "open_registration",
    "others",
    "place",
    "programme",
    "propose",
    "remove_from_programme",
    "remove_question",
    "swap",
    "unmatch",
    "withdraw_contribution",
    "write_minutes",
]
