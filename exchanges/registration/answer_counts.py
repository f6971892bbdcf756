"""How many people answered the invitation to an exchange, and what."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from django.db.models import Case, Count, QuerySet, Value, When

from exchanges.exchange.enums import UNANNOUNCED, ExchangeState
from exchanges.models import Exchange, Registration
from exchanges.registration.enums import EXPECTED, RegistrationState
from web.database.prepared import prepared

WALK_IN: Final = "walk_in"  # in the place of an answer


def answers_by_cohort(exchange: Exchange) -> dict[tuple[int | None, str], int]:
    """Return the number of people invited to the exchange, by pair of cohort (key; None for the lab) and state of their
    answer; `WALK_IN` stands for people who came without a seat.

    One statement. The dictionary is empty, without a statement, before registration opens and for imported published
    facts.
    """
    if exchange.state in {*UNANNOUNCED, ExchangeState.ANNOUNCED} or exchange.retrospective:
        return {}
    return {(cohort, state): people for cohort, state, people in _counted_answers(exchange.pk)}


@prepared
def _counted_answers(exchange_id: int) -> QuerySet[Registration, tuple[int | None, str, int]]:
    """Return the query for the cohort, the answer and the number of people of each group invited to the exchange."""
    answer = Case(When(walk_in=True, then=Value(WALK_IN)), default="state")
    invited = Registration.objects.filter(exchange=exchange_id).order_by()
    return invited.values_list("cohort", answer).annotate(people=Count("pk"))


def answer_counts(answers: Mapping[tuple[int | None, str], int]) -> dict[str, int]:
    """Return how many people are "invited", "registered", "waiting", "declined", "silent" and "came", by these keys.

    `answers` are the numbers of `answers_by_cohort`. "invited" counts everyone, "declined" also people who released
    their seat, and "silent" people without an answer.
    """
    by_state: Counter[str] = Counter()
    for (_cohort, state), people in answers.items():
        by_state[state] += people
    refused = by_state[RegistrationState.DECLINED] + by_state[RegistrationState.CANCELLED]
    return {
        "invited": sum(by_state.values()),
        "registered": sum(by_state[state] for state in EXPECTED),
        "waiting": by_state[RegistrationState.WAITLISTED],
        "declined": refused,
        "silent": by_state[RegistrationState.INVITED],
        "came": by_state[RegistrationState.ATTENDED] + by_state[WALK_IN],
    }
