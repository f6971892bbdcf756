"""Routes of the exchanges app."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from exchanges.models import Exchange
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.contents import (
    CommitmentFactory,
    ContributionFactory,
    MatchFactory,
    MinutesFactory,
    ProgrammeItemFactory,
    QuestionFactory,
)
from tests.factories.exchanges import (
    ExchangeFactory,
    GuestFactory,
    PeerProfileFactory,
    PeerVisitFactory,
    RegistrationFactory,
)
from tests.matrix import Arguments, RouteRow

MEMBERS = "SCDPMRAN"  # participants of the edition, N in another of its cohorts


def hosted_exchange(state: str) -> Arguments:
    """Return an exchange that the cast's own cohort hosts."""

    def made(cast: Cast) -> list[Any]:
        return [ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state, swap_reason="To test").pk]

    return made


def entry_of_a_neighbour(cast: Cast) -> list[Any]:
    """Return the entry in the directory of a new member of the other cohort."""
    return [PeerProfileFactory(user=MembershipFactory(cohort=cast.other_cohort).user).pk]


def peer_visit(role: str, state: str = "requested") -> Arguments:
    """Return a visit, today if it is agreed, of the ambassador (as `role`) and a new member of the other cohort."""

    def made(cast: Cast) -> list[Any]:
        neighbour = MembershipFactory(cohort=cast.other_cohort).user
        people = {"guest": neighbour, "host": neighbour} | {role: cast["M"]}
        return [PeerVisitFactory(state=state, day=TODAY, **people).pk]

    return made


WEEKS = count()


def one_more(cast: Cast, state: str) -> Exchange:
    """Return an exchange that the cast's own cohort hosts, in a week of its own so that several may coexist."""
    first_day = date(2027, 9, 7) + timedelta(weeks=next(WEEKS) % 60)
    return ExchangeFactory(
        edition=cast.edition, host=cast.cohort, state=state, first_day=first_day, swap_reason="To test"
    )


def one_more_exchange(state: str) -> Arguments:
    return lambda cast: [one_more(cast, state).pk]


def attended_exchange(cast: Cast) -> list[Any]:
    return [RegistrationFactory(exchange=one_more(cast, "held"), user=cast["M"], state="attended").exchange.pk]


def exchange_with_registration(cast: Cast) -> list[Any]:
    """Return an exchange of the cast's own cohort with a registration from the other cohort."""
    exchange = one_more(cast, "registration_open")
    RegistrationFactory(exchange=exchange, user=cast["N"], cohort=cast.other_cohort, state="registered")
    return [exchange.pk]


def held_with(factory: Any, **fields: Any) -> Arguments:
    """Return a held exchange, and a participant or guest of it whose attendance can be recorded."""

    def made(cast: Cast) -> list[Any]:
        exchange = one_more(cast, "registration_closed")
        participant = factory(exchange=exchange, **fields)
        exchange.state = "held"
        exchange.save()
        return [exchange.pk, participant.pk]

    return made


def held_with_expected_guest(cast: Cast) -> list[Any]:
    return held_with(GuestFactory)(cast)[:1]


def exchange_with_guest(cast: Cast) -> list[Any]:
    exchange = one_more(cast, "registration_open")
    return [exchange.pk, GuestFactory(exchange=exchange).pk]


def exchange_with_part(factory: Any) -> Arguments:
    """Return an exchange open for registration, and one of its parts."""

    def made(cast: Cast) -> list[Any]:
        exchange = one_more(cast, "registration_open")
        return [exchange.pk, factory(exchange=exchange).pk]

    return made


def exchange_with_match(cast: Cast) -> list[Any]:
    exchange = one_more(cast, "registration_open")
    return [exchange.pk, MatchFactory(offer=ContributionFactory(exchange=exchange, kind="offer")).pk]


def exchange_to_match(cast: Cast) -> list[Any]:
    exchange = one_more(cast, "registration_open")
    ContributionFactory(exchange=exchange, kind="offer")
    ContributionFactory(exchange=exchange, kind="request", cohort=cast.other_cohort)
    return [exchange.pk]


def open_commitment(cast: Cast) -> list[Any]:
    exchange = one_more(cast, "held")
    return [CommitmentFactory(exchange=exchange, owner=cast["M"]).pk]


def exchange_with_minutes(cast: Cast) -> list[Any]:
    exchange = one_more(cast, "held")
    return [MinutesFactory(exchange=exchange).exchange.pk]


STAFF = {"visible_to": MEMBERS, "usable_by": "S", "post": True}

ROUTES: dict[str, RouteRow] = {
    "exchanges:directory": RouteRow(visible_to="SCDPMRN", past_member_as="X"),
    "exchanges:own_profile": RouteRow(visible_to="SCDPMRN", usable_by="CDPMRN", post=True, past_member_as="X"),
    "exchanges:leave_directory": RouteRow(get=False, post=True),
    "exchanges:ask_for_visit": RouteRow(
        visible_to="SCDPMRN", usable_by="CDPMR", post=True, past_member_as="X", args=entry_of_a_neighbour
    ),
    "exchanges:visit": RouteRow(visible_to="SM", args=peer_visit("guest")),
    "exchanges:agree_to_visit": RouteRow(visible_to="SM", usable_by="M", post=True, args=peer_visit("host")),
    "exchanges:decline_visit": RouteRow(visible_to="SM", usable_by="M", post=True, args=peer_visit("host")),
    "exchanges:cancel_visit": RouteRow(visible_to="SM", usable_by="M", post=True, args=peer_visit("guest")),
    "exchanges:report_visit": RouteRow(visible_to="SM", usable_by="M", post=True, args=peer_visit("guest", "agreed")),
    "exchanges:share_address": RouteRow(visible_to="SM", usable_by="M", get=False, post=True, args=peer_visit("guest")),
    "exchanges:exchange_list": RouteRow(),
    "exchanges:exchange": RouteRow(visible_to=MEMBERS, args=hosted_exchange("registration_open")),
    "exchanges:propose": RouteRow(usable_by="S", post=True, args=lambda cast: [cast.edition.slug]),
    "exchanges:confirm": RouteRow(visible_to=MEMBERS, usable_by="SCP", post=True, args=hosted_exchange("proposed")),
    "exchanges:move": RouteRow(**STAFF, args=hosted_exchange("proposed")),
    "exchanges:swap": RouteRow(**STAFF, args=hosted_exchange("proposed")),
    "exchanges:ask_next": RouteRow(**STAFF, args=hosted_exchange("proposed")),
    "exchanges:give_back": RouteRow(visible_to=MEMBERS, usable_by="SCP", post=True, args=hosted_exchange("proposed")),
    "exchanges:theme_and_venue": RouteRow(**STAFF, args=hosted_exchange("proposed")),
    "exchanges:announce": RouteRow(**STAFF, args=hosted_exchange("host_confirmed")),
    "exchanges:open_registration": RouteRow(**STAFF, args=hosted_exchange("announced")),
    "exchanges:close_registration": RouteRow(**STAFF, args=hosted_exchange("registration_open")),
    "exchanges:hold": RouteRow(**STAFF, args=hosted_exchange("registration_closed")),
    "exchanges:cancel": RouteRow(**STAFF, args=hosted_exchange("announced")),
    "exchanges:answer": RouteRow(
        visible_to=MEMBERS, post=True, open_to_former=False, args=hosted_exchange("registration_open")
    ),
    "exchanges:register_others": RouteRow(
        visible_to=MEMBERS, usable_by="SCP", post=True, args=hosted_exchange("registration_open")
    ),
    "exchanges:needs": RouteRow(visible_to=MEMBERS, post=True, open_to_former=False, args=exchange_with_registration),
    "exchanges:own_code": RouteRow(visible_to=MEMBERS, open_to_former=False, args=exchange_with_registration),
    "exchanges:add_guest": RouteRow(
        visible_to=MEMBERS, usable_by="SCP", post=True, args=one_more_exchange("registration_open")
    ),
    "exchanges:participants": RouteRow(visible_to=MEMBERS, usable_by="SCDP", args=exchange_with_registration),
    "exchanges:badges": RouteRow(visible_to=MEMBERS, usable_by="SCDP", args=exchange_with_registration),
    "exchanges:sign_in_sheet": RouteRow(visible_to=MEMBERS, usable_by="SCDP", args=exchange_with_registration),
    "exchanges:walk_in": RouteRow(visible_to=MEMBERS, usable_by="SCDP", post=True, args=one_more_exchange("held")),
    "exchanges:walk_in_guest": RouteRow(
        visible_to=MEMBERS, usable_by="SCDP", post=True, args=one_more_exchange("held")
    ),
    "exchanges:record_remaining": RouteRow(
        visible_to=MEMBERS, usable_by="SCDP", post=True, args=held_with_expected_guest
    ),
    "exchanges:check_in": RouteRow(
        visible_to=MEMBERS, usable_by="SCDP", post=True, args=held_with(RegistrationFactory, state="registered")
    ),
    "exchanges:check_in_guest": RouteRow(visible_to=MEMBERS, usable_by="SCDP", post=True, args=held_with(GuestFactory)),
    "exchanges:remove_guest": RouteRow(visible_to=MEMBERS, usable_by="SCP", post=True, args=exchange_with_guest),
    "exchanges:archive": RouteRow(),
    "exchanges:contributions": RouteRow(visible_to=MEMBERS, args=one_more_exchange("registration_open")),
    "exchanges:contribute": RouteRow(
        visible_to=MEMBERS, post=True, open_to_former=False, args=one_more_exchange("registration_open")
    ),
    "exchanges:change_contribution": RouteRow(
        visible_to=MEMBERS, usable_by="SCDP", post=True, args=exchange_with_part(ContributionFactory)
    ),
    "exchanges:withdraw_contribution": RouteRow(
        visible_to=MEMBERS, usable_by="SCDP", post=True, args=exchange_with_part(ContributionFactory)
    ),
    "exchanges:ask_question": RouteRow(**STAFF, args=one_more_exchange("announced")),
    "exchanges:change_question": RouteRow(**STAFF, args=exchange_with_part(QuestionFactory)),
    "exchanges:remove_question": RouteRow(**STAFF, args=exchange_with_part(QuestionFactory)),
    "exchanges:match": RouteRow(**STAFF, args=exchange_to_match),
    "exchanges:unmatch": RouteRow(**STAFF, args=exchange_with_match),
    "exchanges:programme": RouteRow(visible_to=MEMBERS, args=one_more_exchange("registration_open")),
    "exchanges:add_to_programme": RouteRow(**STAFF, args=one_more_exchange("registration_open")),
    "exchanges:change_programme": RouteRow(**STAFF, args=exchange_with_part(ProgrammeItemFactory)),
    "exchanges:remove_from_programme": RouteRow(**STAFF, args=exchange_with_part(ProgrammeItemFactory)),
    "exchanges:minutes": RouteRow(visible_to=MEMBERS, args=one_more_exchange("held")),
    "exchanges:write_minutes": RouteRow(
        visible_to=MEMBERS, usable_by="SCDP", post=True, args=one_more_exchange("held")
    ),
    "exchanges:record_commitment": RouteRow(
        visible_to=MEMBERS, post=True, open_to_former=False, args=one_more_exchange("held")
    ),
    "exchanges:commitments": RouteRow(),
    "exchanges:close_commitment": RouteRow(visible_to=MEMBERS, usable_by="SCPM", post=True, args=open_commitment),
    "exchanges:give_feedback": RouteRow(visible_to=MEMBERS, usable_by="M", post=True, args=attended_exchange),
    "exchanges:close_exchange": RouteRow(**STAFF, args=exchange_with_minutes),
}
