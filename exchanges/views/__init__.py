"""Pages of the exchanges."""

from exchanges.views.answers import answer, attendance, others
from exchanges.views.hosts import ask_next, give_back
from exchanges.views.pages import exchange, exchange_list
from exchanges.views.places import add_guest, needs, needs_summary, remove_guest
from exchanges.views.planning import cancel, move, place, propose, swap
from exchanges.views.steps import announce, close_registration, confirm, hold, open_registration

__all__ = [
    "add_guest",
    "announce",
    "answer",
    "ask_next",
    "attendance",
    "cancel",
    "close_registration",
    "confirm",
    "exchange",
    "exchange_list",
    "give_back",
    "hold",
    "move",
    "needs",
    "needs_summary",
    "open_registration",
    "others",
    "place",
    "propose",
    "remove_guest",
    "swap",
]
