"""Who is concerned by a letter about an exchange on the day it leaves, and who is not any more."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Membership
from cohorts.people.enums import Role
from exchanges.exchange.enums import COMING, PAST, UNANNOUNCED, ExchangeState
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.exchange.people import cohorts_of, members_of, still_of
from exchanges.models import Commitment, Contribution, Exchange, Registration
from exchanges.registration.enums import CAME, REFUSED, RegistrationState
from exchanges.reminders import (
    ANSWERED_FOR,
    CANCELLED,
    CHANGED,
    HOST_GONE,
    HOST_REPLACED,
    HOSTS_NOW,
    INVITATION,
    KIND,
    MOVED_UP,
    NOBODY_LEFT,
    NOT_COMING,
    ONE,
    SAVE_THE_DATE,
    TOLD,
    TOLD_BUT_LAB,
    UNTOLD,
)
from notifications.models import DeliveryItem, Reminder
from notifications.reminders.recipients import Audiences, here
from programmes.models import AuthorityAdmin
from web.database.keys import key_of

Audience = Callable[[int, date], Q]  # of an exchange's id, on a day
S = ExchangeState
STAGES: Final = list(ExchangeState.values)  # in the order of an exchange's life
NEXT_HOST: Final = "exchange_next_host"
MISSING: Final = "contribution_missing"
OWNERS: Final = "commitment_owners"
TAKING_PART = (S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED)

# In which states of the exchange a letter makes sense; any other state stops it.
LETTER_STATES: Final[Mapping[str, tuple[ExchangeState, ...]]] = MappingProxyType(
    {
        "exchange_choose_host": (S.PROPOSED,),
        "exchange_confirm_host": (S.PROPOSED,),
        "exchange_host_unconfirmed": (S.PROPOSED,),
        SAVE_THE_DATE: (S.ANNOUNCED,),  # then the invitation says it
        "exchange_registration": (S.REGISTRATION_OPEN,),
        "exchange_answer_awaited": (S.REGISTRATION_OPEN,),
        "exchange_final_numbers": TAKING_PART,
        "exchange_contribution": TAKING_PART,
        "exchange_confirm": TAKING_PART,
        "exchange_programme": TAKING_PART,
        "exchange_last_note": TAKING_PART,
        "exchange_thanks": (S.REGISTRATION_CLOSED, *PAST),
        "exchange_report": PAST,
        "exchange_commitments": PAST,
        NEXT_HOST: (S.REGISTRATION_CLOSED, *PAST),
        HOST_REPLACED: UNANNOUNCED,
        HOST_GONE: COMING,
        NOBODY_LEFT: (S.PROPOSED,),
        HOSTS_NOW: (S.ANNOUNCED, *TAKING_PART),
        **dict.fromkeys([MOVED_UP, NOT_COMING, *ANSWERED_FOR.values()], TAKING_PART),
        CHANGED: COMING,
        CANCELLED: (S.CANCELLED,),
    }
)
# The answers a letter to one person speaks of; another one since then stops it.
SPEAKS_OF: Final[Mapping[str, Collection[str]]] = {
    MOVED_UP: [RegistrationState.REGISTERED],
    NOT_COMING: REFUSED,
    INVITATION: [RegistrationState.INVITED],
    **{letter: [state] for state, letter in ANSWERED_FOR.items()},
}
REASONS: Final = {
    "unconfirmed": _("date and host were not confirmed yet"),
    "settled": _("it was no longer needed"),
    "early": _("the Intertransfo has not reached that stage yet"),
    "waitlisted": _("the person is on the waiting list"),
    "no_show": _("the person did not come"),
}
ONCE: Final = {
    "unconfirmed": _("once date and host are confirmed"),
    "early": _("once the Intertransfo has reached that stage"),
}


def _lab(_exchange: int, _today: date) -> Q:
    return Q(is_lab_staff=True)


def _host_leads(exchange: int, today: date) -> Q:
    """Those of the host who may confirm: its pilot and its coordinator."""
    leads = Membership.objects.active(today).filter(
        cohort__hosted_exchanges=exchange, role__in=[Role.PILOT, Role.COORDINATOR]
    )
    return Q(pk__in=leads.values("user"))


def _host_and_lab(exchange: int, today: date) -> Q:
    return _host_leads(exchange, today) | _lab(exchange, today)


def _active_members(exchange: int, today: date) -> Q:
    """All but those who declined: they hear of changes only."""
    return Q(pk__in=members_of(exchange, today).values("user")) & ~_with_answer(exchange, REFUSED)


def _with_answer(exchange: int, states: Collection[RegistrationState]) -> Q:
    return Q(pk__in=Registration.objects.filter(exchange=exchange, state__in=states).values("user"))


def _answered(*states: RegistrationState) -> Audience:
    """People with such an answer who are of the edition still: an answer outlives a membership."""

    def audience(exchange: int, today: date) -> Q:
        return _with_answer(exchange, states) & still_of(exchange, today)

    return audience


def _told(exchange: int, today: date) -> Q:
    """Everybody a letter about the exchange reached, or may have, and everybody invited to answer."""
    sent = DeliveryItem.objects.reached().filter(reminder__kind=KIND, reminder__object_id=exchange)
    asked = Registration.objects.filter(exchange=exchange)
    return (Q(pk__in=sent.values("user")) | Q(pk__in=asked.values("user"))) & still_of(exchange, today)


def _told_but_lab(exchange: int, today: date) -> Q:
    return _told(exchange, today) & ~_lab(exchange, today)


def _untold(exchange: int, today: date) -> Q:
    """Active members whom no letter about the exchange has reached."""
    sent = DeliveryItem.objects.sent().filter(reminder__kind=KIND, reminder__object_id=exchange)
    return _active_members(exchange, today) & ~Q(pk__in=sent.values("user"))


def _one(registration: int, letter: str) -> Audience:
    """The person of one registration, as long as their answer is still the one the letter speaks of."""

    def audience(exchange: int, today: date) -> Q:
        answer = Registration.objects.filter(pk=registration, exchange=exchange, state__in=SPEAKS_OF.get(letter, ()))
        return Q(pk__in=answer.values("user")) & still_of(exchange, today)

    return audience


def _contribution_missing(exchange: int, today: date) -> Q:
    """Those who may contribute for a cohort that has not: its members, and the admins of its authority."""
    silent = cohorts_of(exchange).exclude(pk__in=Contribution.objects.filter(exchange=exchange).values("cohort"))
    members = Membership.objects.active(today).filter(cohort__in=silent)
    admins = AuthorityAdmin.objects.active(today).filter(authority__in=silent.values("authority"))
    people = Q(pk__in=members.values("user")) | Q(pk__in=admins.values("user"))
    return people & ~_with_answer(exchange, REFUSED)


def _commitment_owners(exchange: int, today: date) -> Q:
    """Whoever promised something in the edition, has neither kept nor dropped it, and is there still."""
    promised = Commitment.objects.open().filter(exchange__edition__exchanges=exchange)
    return Q(pk__in=promised.values("owner")) & still_of(exchange, today)


R = RegistrationState
AUDIENCES: Final[Mapping[str, Audience]] = MappingProxyType(
    {
        "lab": _lab,
        "host_pilot": _host_leads,
        "host_and_lab": _host_and_lab,
        "active_members": _active_members,
        "members": _active_members,
        UNTOLD: _untold,
        "invited": _answered(R.INVITED),
        "unanswered": _answered(R.INVITED),
        "registered": _answered(R.REGISTERED),
        "attendees": _answered(*CAME),
        MISSING: _contribution_missing,
        OWNERS: _commitment_owners,
        TOLD: _told,
        TOLD_BUT_LAB: _told_but_lab,
    }
)


def _events(letters: Collection[str]) -> ExchangeQuerySet:
    """Ready to be written about; with the state of the next one for the letter that asks after its host."""
    exchanges = Exchange.objects.with_place().order_by()
    if NEXT_HOST not in letters:
        return exchanges
    later = Exchange.objects.filter(edition=OuterRef("edition"), first_day__gt=OuterRef("first_day"))
    following = later.standing().order_by("first_day").values("state")[:1]
    return exchanges.annotate(following=Subquery(following))


def _special(reminder: Reminder, today: date) -> Q | None:
    """The one person of a registration."""
    slug, _dash, registration = reminder.audience.partition("-")
    key = key_of(registration)
    if slug != ONE or key is None:
        return None
    return _one(key, reminder.letter)(reminder.object_id, today)


def _out_of_place(exchange: Exchange, letter: str, at: datetime) -> str:
    """The reason why the exchange, as it stands, has no use for the letter; one to one person outlives a move."""
    wanted = LETTER_STATES.get(letter, COMING)
    if exchange.state == S.CANCELLED and S.CANCELLED not in wanted:
        return "cancelled"
    if exchange.state not in wanted:
        return _early_or_late(exchange, wanted)
    if letter in SPEAKS_OF and exchange.last_day and exchange.last_day < here(exchange.pk, at):
        return "expired"
    return "settled" if letter == NEXT_HOST and vars(exchange)["following"] != S.PROPOSED else ""


def _early_or_late(exchange: Exchange, wanted: Collection[ExchangeState]) -> str:
    if STAGES.index(exchange.state) > min(STAGES.index(state) for state in wanted):
        return "settled"
    return "unconfirmed" if exchange.state in UNANNOUNCED else "early"


def _why_not(exchange: Exchange, reminder: Reminder, user: User, today: date) -> str:
    """Why someone is not of the audience: they left, what was awaited is done, or their answer says so."""
    if not User.objects.filter(still_of(exchange.pk, today), pk=user.pk).exists():
        return "left"
    answer = Registration.objects.filter(exchange=exchange, user=user).first()
    refused = answer is not None and answer.state in REFUSED
    if reminder.audience == OWNERS or (reminder.audience == MISSING and not refused):
        return "settled"
    return ABSENT.get(answer.state, "answered") if answer else "left"


ABSENT: Final[Mapping[str, str]] = {
    R.DECLINED: "declined",
    R.CANCELLED: "declined",
    R.NO_SHOW: "no_show",
    R.WAITLISTED: "waitlisted",
}
EXCHANGES: Final = Audiences(
    events=_events,
    today=here,
    people=AUDIENCES,
    out_of_place=_out_of_place,
    why_not=_why_not,
    special=_special,
    on_the_day={"attendees", OWNERS, TOLD, TOLD_BUT_LAB, UNTOLD},
    growing={"invited", "registered", "unanswered"},
)
