"""Planning actions: propose and move exchanges, confirm and replace hosts."""

from exchanges.planning.actions.dates import move_exchange
from exchanges.planning.actions.hosts import (
    ask_next_host,
    confirm_host,
    give_turn_back,
    replace_host_that_left,
    swap_host,
)
from exchanges.planning.actions.proposals import (
    ExchangeProposal,
    missing_proposals,
    plan_exchanges,
    propose_exchange,
    propose_exchanges_of_new_edition,
)
from exchanges.planning.actions.replanning import PlannedExchange, replan_exchanges
