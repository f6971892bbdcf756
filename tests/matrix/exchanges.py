"""Routes of the exchanges app."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from exchanges.models import Exchange
from tests.factories.cast import Cast
from tests.factories.contents import (
    CommitmentFactory,
    ContributionFactory,
    MatchFactory,
    MinutesFactory,
    ProgrammeItemFactory,
    QuestionFactory,
)
from tests.factories.exchanges import ExchangeFactory, GuestFactory, RegistrationFactory
from tests.matrix import Arguments, Row

MEMBERS = "SCDPMRAN"  # whoever takes part in the edition, N in another of its cohorts


def of_rivage(state: str) -> Arguments:
    """An exchange that the cast's own cohort hosts."""

    def made(cast: Cast) -> list[Any]:
        return [ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state, swap_reason="To test").pk]

    return made


def took_place(cast: Cast) -> list[Any]:
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held", swap_reason="To test")
    RegistrationFactory(exchange=exchange, user=cast["M"], state="registered")
    return [exchange.pk]


WEEKS = count()


def one_more(cast: Cast, state: str) -> Exchange:
    """An exchange that the cast's own cohort hosts, in a week of its own: several may stand beside one another."""
    first_day = date(2027, 9, 7) + timedelta(weeks=next(WEEKS) % 60)
    return ExchangeFactory(
        edition=cast.edition, host=cast.cohort, state=state, first_day=first_day, swap_reason="To test"
    )


def beside_others(state: str) -> Arguments:
    return lambda cast: [one_more(cast, state).pk]


def came(cast: Cast) -> list[Any]:
    return [RegistrationFactory(exchange=one_more(cast, "held"), user=cast["M"], state="attended").exchange.pk]


def someone_comes(cast: Cast) -> list[Any]:
    """Of the other cohort, to an exchange of the cast's own."""
    exchange = one_more(cast, "registration_open")
    RegistrationFactory(exchange=exchange, user=cast["N"], cohort=cast.other, state="registered")
    return [exchange.pk]


def with_a_guest(cast: Cast) -> list[Any]:
    exchange = one_more(cast, "registration_open")
    return [exchange.pk, GuestFactory(exchange=exchange).pk]


def with_part(factory: Any) -> Arguments:
    """An exchange that takes registrations, and a part of it."""

    def made(cast: Cast) -> list[Any]:
        exchange = one_more(cast, "registration_open")
        return [exchange.pk, factory(exchange=exchange).pk]

    return made


def with_match(cast: Cast) -> list[Any]:
    exchange = one_more(cast, "registration_open")
    return [exchange.pk, MatchFactory(offer=ContributionFactory(exchange=exchange, kind="offer")).pk]


def to_match(cast: Cast) -> list[Any]:
    exchange = one_more(cast, "registration_open")
    ContributionFactory(exchange=exchange, kind="offer")
    ContributionFactory(exchange=exchange, kind="request", cohort=cast.other)
    return [exchange.pk]


def promised(cast: Cast) -> list[Any]:
    exchange = one_more(cast, "held")
    return [CommitmentFactory(exchange=exchange, owner=cast["M"]).pk]


def written_up(cast: Cast) -> list[Any]:
    exchange = one_more(cast, "held")
    return [MinutesFactory(exchange=exchange).exchange.pk]


STAFF = {"see": MEMBERS, "act": "S", "post": True}

ROUTES: dict[str, Row] = {
    "exchanges:exchange_list": Row(),
    "exchanges:exchange": Row(see=MEMBERS, args=of_rivage("registration_open")),
    "exchanges:propose": Row(act="S", post=True, args=lambda cast: [cast.edition.slug]),
    "exchanges:confirm": Row(see=MEMBERS, act="SCP", post=True, args=of_rivage("proposed")),
    "exchanges:move": Row(**STAFF, args=of_rivage("proposed")),
    "exchanges:swap": Row(**STAFF, args=of_rivage("proposed")),
    "exchanges:ask_next": Row(**STAFF, args=of_rivage("proposed")),
    "exchanges:give_back": Row(see=MEMBERS, act="SCP", post=True, args=of_rivage("proposed")),
    "exchanges:place": Row(**STAFF, args=of_rivage("proposed")),
    "exchanges:announce": Row(**STAFF, args=of_rivage("host_confirmed")),
    "exchanges:open_registration": Row(**STAFF, args=of_rivage("announced")),
    "exchanges:close_registration": Row(**STAFF, args=of_rivage("registration_open")),
    "exchanges:hold": Row(**STAFF, args=of_rivage("registration_closed")),
    "exchanges:cancel": Row(**STAFF, args=of_rivage("announced")),
    "exchanges:answer": Row(see=MEMBERS, get=False, post=True, past=False, args=of_rivage("registration_open")),
    "exchanges:others": Row(see=MEMBERS, act="SCP", post=True, args=of_rivage("registration_open")),
    "exchanges:needs": Row(see=MEMBERS, post=True, past=False, args=someone_comes),
    "exchanges:needs_summary": Row(see=MEMBERS, act="SCP", args=someone_comes),
    "exchanges:guests": Row(see=MEMBERS, act="SCP", post=True, args=beside_others("registration_open")),
    "exchanges:remove_guest": Row(see=MEMBERS, act="SCP", post=True, args=with_a_guest),
    "exchanges:memory": Row(),
    "exchanges:contributions": Row(see=MEMBERS, args=beside_others("registration_open")),
    "exchanges:contribute": Row(see=MEMBERS, post=True, past=False, args=beside_others("registration_open")),
    "exchanges:change_contribution": Row(see=MEMBERS, act="SCDP", post=True, args=with_part(ContributionFactory)),
    "exchanges:withdraw_contribution": Row(see=MEMBERS, act="SCDP", post=True, args=with_part(ContributionFactory)),
    "exchanges:ask_question": Row(**STAFF, args=beside_others("announced")),
    "exchanges:change_question": Row(**STAFF, args=with_part(QuestionFactory)),
    "exchanges:remove_question": Row(**STAFF, args=with_part(QuestionFactory)),
    "exchanges:match": Row(**STAFF, args=to_match),
    "exchanges:unmatch": Row(**STAFF, args=with_match),
    "exchanges:programme": Row(see=MEMBERS, args=beside_others("registration_open")),
    "exchanges:add_to_programme": Row(**STAFF, args=beside_others("registration_open")),
    "exchanges:change_programme": Row(**STAFF, args=with_part(ProgrammeItemFactory)),
    "exchanges:remove_from_programme": Row(**STAFF, args=with_part(ProgrammeItemFactory)),
    "exchanges:minutes": Row(see=MEMBERS, args=beside_others("held")),
    "exchanges:write_minutes": Row(see=MEMBERS, act="SCDP", post=True, args=beside_others("held")),
    "exchanges:commit": Row(see=MEMBERS, post=True, past=False, args=beside_others("held")),
    "exchanges:close_commitment": Row(see=MEMBERS, act="SCPM", post=True, args=promised),
    "exchanges:give_feedback": Row(see=MEMBERS, act="M", post=True, args=came),
    "exchanges:follow_up": Row(**STAFF, args=written_up),
    "exchanges:attendance": Row(see=MEMBERS, act="SCDP", post=True, args=took_place),
}
