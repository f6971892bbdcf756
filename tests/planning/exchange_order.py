"""What a plan of Intertransfos is checked for by tests: the turns of hosts, and the order of its Intertransfos."""

from datetime import date, timedelta

from planning.solver.exchanges import EditionExchanges, ExchangesPlan


def out_of_turn(edition: EditionExchanges, plan: ExchangesPlan) -> int:
    """Return how many Intertransfos of a plan have a host before it is its turn."""
    turns = {host: record.turns for host, record in edition.hosts.items()}
    early = 0
    for exchange in edition.exchanges:
        if exchange.takes_turn:
            host = plan.chosen[exchange.key].host
            early += any(
                turns[host] + edition.hosts[other].waits_longer_than(edition.hosts[host]) > turns[other]
                for other in exchange.able - {host}
            )
            turns[host] += 1
    return early


def is_in_order(edition: EditionExchanges, plan: ExchangesPlan) -> bool:
    """Return whether no Intertransfo of a plan begins before the one before it has ended."""
    ends: list[date] = []
    for exchange in edition.exchanges:
        day = plan.chosen[exchange.key].day
        if ends and day < ends[-1]:
            return False
        ends.append(day + timedelta(days=exchange.days))
    return True
