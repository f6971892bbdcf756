"""Actions of planning: exchanges proposed and moved, hosts confirmed and replaced."""

from exchanges.planning.actions.dates import move_exchange
from exchanges.planning.actions.hosts import (
    ask_next_host,
    confirm_host,
    give_turn_back,
    replace_host_that_left,
    swap_host,
)
from exchanges.planning.actions.proposals import Proposal, foresee, plan_exchanges, propose_exchange

__all__ = [
    "Proposal",
    "ask_next_host",
    "confirm_host",
    "foresee",
    "give_turn_back",
    "move_exchange",
    "plan_exchanges",
    "propose_exchange",
    "replace_host_that_left",
    "swap_host",
]
