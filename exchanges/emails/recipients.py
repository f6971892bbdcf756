"""Recipients of the e-mails about an exchange on the day each e-mail is sent."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.lab.filters import STAFF_BUT_READERS
from accounts.models import User
from cohorts.models import Membership
from cohorts.people.enums import MembershipRole
from exchanges.exchange.enums import PAST, UNANNOUNCED, UPCOMING_STATES, ExchangeState
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.exchange.people import cohorts_of, in_edition_on, members_of
from exchanges.models import Commitment, Contribution, Exchange, Question, Registration
from exchanges.registration.enums import CAME, REFUSED, RegistrationState
from exchanges.reminders import (
    ANSWER_EMAILS,
    CANCELLED,
    CHANGED,
    HOST_GONE,
    HOST_REPLACED,
    HOSTS_NOW,
    INFORMED,
    INFORMED_EXCEPT_LAB,
    INVITATION,
    KIND,
    MOVED_UP,
    NOBODY_LEFT,
    NOT_COMING,
    NOT_YET_INFORMED,
    ONE_PERSON,
    SAVE_THE_DATE,
)
from notifications.models import DeliveryItem, Reminder
from notifications.reminders.recipients import Audiences, platform_today
from programmes.formats.wordings import own_wordings
from programmes.models import AuthorityAdmin
from web.database.keys import key_of

Audience = Callable[[int, date], Q]  # arguments: id of the exchange, day
S = ExchangeState
STATE_ORDER: Final = list(ExchangeState.values)  # in the order of an exchange's life
NEXT_HOST: Final = "exchange_next_host"
CONTRIBUTION_MISSING: Final = "contribution_missing"
COMMITMENT_OWNERS: Final = "commitment_owners"
TAKING_PART = (S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED)

# States of the exchange in which each e-mail makes sense; any other state stops it.
EMAIL_STATES: Final[Mapping[str, tuple[ExchangeState, ...]]] = MappingProxyType(
    {
        "exchange_choose_host": (S.PROPOSED,),
        "exchange_confirm_host": (S.PROPOSED,),
        "exchange_host_unconfirmed": (S.PROPOSED,),
        SAVE_THE_DATE: (S.ANNOUNCED,),  # afterwards the invitation has the date
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
        HOST_GONE: UPCOMING_STATES,
        NOBODY_LEFT: (S.PROPOSED,),
        HOSTS_NOW: (S.ANNOUNCED, *TAKING_PART),
        **dict.fromkeys([MOVED_UP, NOT_COMING, *ANSWER_EMAILS.values()], TAKING_PART),
        CHANGED: UPCOMING_STATES,
        CANCELLED: (S.CANCELLED,),
    }
)
# Answers for which an e-mail to one person is true; any other answer since then stops it.
MATCHING_ANSWERS: Final[Mapping[str, Collection[str]]] = {
    MOVED_UP: [RegistrationState.REGISTERED],
    NOT_COMING: REFUSED,
    INVITATION: [RegistrationState.INVITED],
    **{email_type: [state] for state, email_type in ANSWER_EMAILS.items()},
}
REASONS: Final = {
    "unconfirmed": _("date and host were not confirmed yet"),
    "settled": _("it was no longer needed"),
    "early": _("the Intertransfo is not ready for this e-mail yet"),
    "waitlisted": _("the person is on the waiting list"),
    "no_show": _("the person did not come"),
}
EARLY_REASONS: Final = {
    "unconfirmed": _("once date and host are confirmed"),
    "early": _("once the Intertransfo is ready for it"),
}


def _lab(_exchange_id: int, _today: date) -> Q:
    """Return a filter for lab staff but its readers; both arguments, which every audience takes, are ignored."""
    return STAFF_BUT_READERS


def _host_leads(exchange_id: int, today: date) -> Q:
    """Return a filter for those who may confirm the host: pilot and coordinator of its cohort on `today`."""
    leads = Membership.objects.active(today).filter(
        cohort__hosted_exchanges=exchange_id, role__in=[MembershipRole.PILOT, MembershipRole.COORDINATOR]
    )
    return Q(pk__in=leads.values("user"))


def _host_and_lab(exchange_id: int, today: date) -> Q:
    """Return a filter for the pilot and the coordinator of the host's cohort on `today`, and for lab staff."""
    return _host_leads(exchange_id, today) | _lab(exchange_id, today)


def _active_members(exchange_id: int, today: date) -> Q:
    """Return a filter for users: members of the edition's cohorts on `today`, without those who declined or released
    their seat.

    Withdrawn cohorts do not count. Those left out only receive e-mails about changes.
    """
    return Q(pk__in=members_of(exchange_id, today).values("user")) & ~_with_answer(exchange_id, REFUSED)


def _with_answer(exchange_id: int, states: Collection[RegistrationState]) -> Q:
    """Return a filter for people whose registration for the exchange is in one of these states."""
    return Q(pk__in=Registration.objects.filter(exchange=exchange_id, state__in=states).values("user"))


def _answered(*states: RegistrationState) -> Audience:
    """Return an audience: the people with a registration in one of these states who are in the edition on the day of
    sending.

    The audience is a function of the key of the exchange and that day, which returns a filter for people.
    """

    def audience(exchange_id: int, today: date) -> Q:
        """Return a filter for people in the edition on `today` who gave one of these answers for the exchange."""
        return _with_answer(exchange_id, states) & in_edition_on(exchange_id, today)

    return audience


def _informed(exchange_id: int, today: date) -> Q:
    """Return a filter for people who received, or may have received, an e-mail about the exchange, and everyone invited
    to it.

    Only people who are in the edition on `today` are included: members, authority admins and lab staff.
    """
    sent = DeliveryItem.objects.possibly_received().filter(reminder__kind=KIND, reminder__object_id=exchange_id)
    invited = Registration.objects.filter(exchange=exchange_id)
    return (Q(pk__in=sent.values("user")) | Q(pk__in=invited.values("user"))) & in_edition_on(exchange_id, today)


def _informed_except_lab(exchange_id: int, today: date) -> Q:
    """Return a filter for people who received an e-mail about the exchange or were invited to it, without lab staff.

    Only people who are in the edition on `today` are included.
    """
    return _informed(exchange_id, today) & ~_lab(exchange_id, today)


def _not_yet_informed(exchange_id: int, today: date) -> Q:
    """Return a filter for members of the edition's cohorts on `today` who received no e-mail about the exchange.

    People who declined are left out.
    """
    sent = DeliveryItem.objects.sent().filter(reminder__kind=KIND, reminder__object_id=exchange_id)
    return _active_members(exchange_id, today) & ~Q(pk__in=sent.values("user"))


def _person_who_answered(registration_id: int, email_type: str) -> Audience:
    """Return an audience of one person, as long as their answer still matches what this type of e-mail says.

    `registration_id` is the key of their registration. For example an e-mail about a seat reaches nobody once the seat
    is released. Nobody is in the audience once the person has left the edition.
    """

    def audience(exchange_id: int, today: date) -> Q:
        """Return a filter for the person of the registration; it matches nobody when their answer no longer fits the
        e-mail.

        The person must be in the edition of the exchange on `today`.
        """
        answer = Registration.objects.filter(
            pk=registration_id, exchange=exchange_id, state__in=MATCHING_ANSWERS.get(email_type, ())
        )
        return Q(pk__in=answer.values("user")) & in_edition_on(exchange_id, today)

    return audience


def _contribution_missing(exchange_id: int, today: date) -> Q:
    """Return a filter for people of cohorts that have not contributed to the exchange: members and their authority's
    admins on `today`.

    People who declined are left out.
    """
    without_contribution = cohorts_of(exchange_id).exclude(
        pk__in=Contribution.objects.filter(exchange=exchange_id).values("cohort")
    )
    members = Membership.objects.active(today).filter(cohort__in=without_contribution)
    admins = AuthorityAdmin.objects.active(today).filter(authority__in=without_contribution.values("authority"))
    people = Q(pk__in=members.values("user")) | Q(pk__in=admins.values("user"))
    return people & ~_with_answer(exchange_id, REFUSED)


def _commitment_owners(exchange_id: int, today: date) -> Q:
    """Return a filter for people with an open commitment made at any exchange of this exchange's edition.

    People must be in the edition on `today`.
    """
    open_commitments = Commitment.objects.open().filter(exchange__edition__exchanges=exchange_id)
    return Q(pk__in=open_commitments.values("owner")) & in_edition_on(exchange_id, today)


R = RegistrationState
AUDIENCES: Final[Mapping[str, Audience]] = MappingProxyType(
    {
        "lab": _lab,
        "host_pilot": _host_leads,
        "host_and_lab": _host_and_lab,
        "active_members": _active_members,
        "members": _active_members,
        NOT_YET_INFORMED: _not_yet_informed,
        "invited": _answered(R.INVITED),
        "unanswered": _answered(R.INVITED),
        "registered": _answered(R.REGISTERED),
        "attendees": _answered(*CAME),
        CONTRIBUTION_MISSING: _contribution_missing,
        COMMITMENT_OWNERS: _commitment_owners,
        INFORMED: _informed,
        INFORMED_EXCEPT_LAB: _informed_except_lab,
    }
)


def _events(email_types: Collection[str]) -> ExchangeQuerySet:
    """Return a query of exchanges, with host, edition and `question_texts`, that has what these types of e-mail need.

    For the e-mail about the next host each is annotated with `following`: the state of the edition's next exchange that
    is not cancelled, None if there is none.
    """
    exchanges = Exchange.objects.select_related("edition", "host").order_by()
    questions = Question.objects.filter(exchange=OuterRef("pk")).order_by("position", "pk")
    exchanges = exchanges.annotate(
        own_wordings=own_wordings("edition__format", email_types),
        question_texts=ArraySubquery(questions.values("text")),
    )
    if NEXT_HOST not in email_types:
        return exchanges
    later = Exchange.objects.filter(edition=OuterRef("edition"), first_day__gt=OuterRef("first_day"))
    following = later.not_cancelled().order_by("first_day").values("state")[:1]
    return exchanges.annotate(following=Subquery(following))


def _one_person_filter(reminder: Reminder, today: date) -> Q | None:
    """Return a filter for the one person of an audience like "registration-12" (12 is the key of a registration).

    It matches nobody when their answer no longer fits the e-mail on `today`. Returns None when the reminder has another
    kind of audience.
    """
    slug, _dash, registration = reminder.audience.partition("-")
    key = key_of(registration)
    if slug != ONE_PERSON or key is None:
        return None
    return _person_who_answered(key, reminder.email_type)(reminder.object_id, today)


def _stop_reason(exchange: Exchange, email_type: str, at: datetime) -> str:
    """Return why the e-mail is not needed in this state of the exchange, as a slug such as "cancelled"; empty if it is
    needed.

    `at` is the moment of sending. An e-mail to one person about their answer stays valid when the exchange moves, until
    the last day.
    """
    allowed = EMAIL_STATES.get(email_type, UPCOMING_STATES)
    if exchange.state == S.CANCELLED and S.CANCELLED not in allowed:
        return "cancelled"
    if exchange.state not in allowed:
        return _early_or_late(exchange, allowed)
    if email_type in MATCHING_ANSWERS and exchange.last_day and exchange.last_day < platform_today(exchange.pk, at):
        return "expired"
    return "settled" if email_type == NEXT_HOST and vars(exchange)["following"] != S.PROPOSED else ""


def _early_or_late(exchange: Exchange, allowed: Collection[ExchangeState]) -> str:
    """Return the slug of the reason why an e-mail does not fit the state of the exchange: too early, or no longer
    needed.

    `allowed` are the states in which the e-mail makes sense. Too early is "unconfirmed" before the announcement, else
    "early"; no longer needed is "settled".
    """
    if STATE_ORDER.index(exchange.state) > min(STATE_ORDER.index(state) for state in allowed):
        return "settled"
    return "unconfirmed" if exchange.state in UNANNOUNCED else "early"


def _exclusion_reason(exchange: Exchange, reminder: Reminder, user: User, today: date) -> str:
    """Return the slug of the reason why a person is not in the audience of a reminder.

    "left" when they are not in the edition on `today` or were not invited, "settled" when what the e-mail asks for is
    done, else a slug for their answer, such as "declined" or "no_show".
    """
    if not User.objects.filter(in_edition_on(exchange.pk, today), pk=user.pk).exists():
        return "left"
    answer = Registration.objects.filter(exchange=exchange, user=user).first()
    refused = answer is not None and answer.state in REFUSED
    if reminder.audience == COMMITMENT_OWNERS or (reminder.audience == CONTRIBUTION_MISSING and not refused):
        return "settled"
    return REASON_BY_ANSWER.get(answer.state, "answered") if answer else "left"


REASON_BY_ANSWER: Final[Mapping[str, str]] = {
    R.DECLINED: "declined",
    R.CANCELLED: "declined",
    R.NO_SHOW: "no_show",
    R.WAITLISTED: "waitlisted",
}


def full_name(exchange: Exchange) -> str:
    """Return the name of the exchange and of its edition, like “Intertransfo 4 · Transfo 2025”."""
    return f"{exchange} · {exchange.edition.name}"


EXCHANGE_AUDIENCES: Final = Audiences(
    events=_events,
    today=platform_today,
    people=AUDIENCES,
    event_stop_reason=_stop_reason,
    exclusion_reason=_exclusion_reason,
    event_name=full_name,
    audience_override=_one_person_filter,
    uncountable_audiences={"attendees", COMMITMENT_OWNERS, INFORMED, INFORMED_EXCEPT_LAB, NOT_YET_INFORMED},
    uncounted_while_early={"invited", "registered", "unanswered"},
)
