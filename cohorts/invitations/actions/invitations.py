"""Actions on invitations: somebody is invited, hears again, accepts; `revocation` has the others."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Unpack
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.actions import await_person, join
from accounts.models import User
from cohorts.clock import local_day
from cohorts.cohort.enums import CohortState
from cohorts.invitations.actions.revocation import event_of, held, revoke_invitation
from cohorts.invitations.email_limits import check_first_email
from cohorts.invitations.ending_reasons import SENT_ANEW
from cohorts.invitations.enums import ADMIN, InvitationState
from cohorts.invitations.links import WITHDRAWN, why_not
from cohorts.invitations.tokens import token_of
from cohorts.models import Cohort, Invitation, Membership
from cohorts.people.actions import Details, add_member, check_discipline, check_years
from cohorts.people.enums import Role
from notifications.actions import announce, cancel_reminders, ensure_reminders
from notifications.reminders.schedule import Step
from programmes.actions import name_admin
from programmes.models import Authority, AuthorityAdmin
from web.actions import action
from web.dates.clock import day_in
from web.errors import DomainError
from web.mailboxes import canonical_address
from web.security.link_tokens import hash_of

LETTER, AGAIN, INVITED = "invitation", "invitation_open_still", "invited"
OPEN_DAYS: Final = 14
# Of days before the last: five after the letter, and two before the end.
REMINDED: Final = {"first": "-9d", "last": "-2d"}
WEEKEND: Final = 5

NO_SEAT_LEFT = gettext_lazy(
    "Every seat of the cohort is taken or promised: end a membership or withdraw an invitation."
)
PILOT_THERE = gettext_lazy("The cohort has a pilot at these dates: end that membership first.")
PILOT_INVITED = gettext_lazy("Someone is invited as pilot and has not answered: withdraw that invitation first.")
IN_ALREADY = gettext_lazy("This person has that role in the cohort already at these dates.")
SIGN_IN_FIRST = gettext_lazy("You have an account already: sign in, then accept.")
INVITED_ALREADY = gettext_lazy("This person is invited already and has not answered: send that invitation again.")


class Later(Details, total=False):
    """What is said of a member to be, beside who, as what and from when."""

    language: str
    ends_on: date | None


class Asked(Later, total=False):
    """Everything that may go along when a member is invited."""

    starts_on: date | None


@action(gettext_lazy("Member invited"), security_event=True, forbidden_while_acting=True)
def invite_member(
    *, cohort: Cohort, email: str, full_name: str, role: str, at: datetime, by: User | None, **more: Unpack[Asked]
) -> Invitation:
    """Invite someone into the cohort under a role: they get a letter, and two more while they do not answer.

    Without a first day they begin on the day they accept, or with the cohort. Raises DomainError when they have the
    role or an open invitation to it, when every seat is taken or promised, when the account is closed, or when a
    date is more than a year from the cohort's.
    """
    today = local_day(cohort, at)
    check_years(cohort, today, starts_on=more.get("starts_on"), ends_on=more.get("ends_on"))
    check_discipline(role, more.get("discipline", ""))
    _check_place(cohort, role, more.get("starts_on") or today, at)
    person = await_person(email=email, full_name=full_name, language=more.get("language", ""), by=by)
    if _holds(person, cohort, role, more.get("starts_on") or today):
        raise DomainError(IN_ALREADY, field="email")
    given = {"cohort": cohort, "role": role, "email": canonical_address(email), "full_name": full_name.strip(), **more}
    return _invite(given, person, at, by)


def _check_place(cohort: Cohort, role: str, first: date, at: datetime) -> None:
    """Whether the cohort takes one more under the role: one pilot in all, whoever is invited counted, and its seats."""
    list(Cohort.objects.filter(pk=cohort.pk).select_for_update(no_key=True).values_list("pk"))  # seats are counted
    if cohort.state == CohortState.WITHDRAWN:
        raise DomainError(WITHDRAWN.said)
    if role == Role.PILOT and (why := pilot_there(cohort, first, at)):
        raise DomainError(why, field="role")
    if role == Role.AMBASSADOR and seats_left(cohort, at) == 0:
        raise DomainError(NO_SEAT_LEFT, field="role")


def pilot_there(cohort: Cohort, first: date, at: datetime) -> StrOrPromise:
    """Why the cohort takes no pilot from that day on; "" where it does."""
    if _led(cohort, first):
        return PILOT_THERE
    return PILOT_INVITED if Invitation.objects.pending(at).filter(cohort=cohort, role=Role.PILOT).exists() else ""


@action(gettext_lazy("Admin invited"), security_event=True, forbidden_while_acting=True)
def invite_admin(
    *, authority: Authority, email: str, full_name: str, at: datetime, by: User | None, language: str = ""
) -> Invitation:
    """Invite someone to answer for an authority's figures."""
    if not full_name.strip():
        raise DomainError(_("Nobody has an account with this address: give the person’s name."), field="full_name")
    person = await_person(email=email, full_name=full_name, language=language, by=by)
    given: dict[str, Any] = {"authority": authority, "role": ADMIN, "email": canonical_address(email)}
    given |= {"full_name": full_name.strip(), "language": language}
    return _invite(given, person, at, by)


@action(gettext_lazy("Person added or invited"))
def bring_in(
    *,
    cohort: Cohort,
    email: str,
    full_name: str,
    role: str,
    starts_on: date,
    at: datetime,
    by: User | None,
    **more: Unpack[Later],
) -> Membership | Invitation:
    """Let in whom the lab names and who has an account already; invite anybody else.

    Others than the lab learn of no address whether it has an account, and bring nobody in who has not accepted. From
    today on means from the day they accept.
    """
    given: dict[str, Any] = {"cohort": cohort, "email": email, "full_name": full_name, "role": role, "at": at, "by": by}
    if by is not None and by.is_lab_staff and User.objects.has_joined(email):
        return add_member(starts_on=starts_on, **given, **more)
    first = starts_on if starts_on > local_day(cohort, at) else None
    return invite_member(starts_on=first, **given, **more)


@action(gettext_lazy("Invitation sent again"), security_event=True, forbidden_while_acting=True)
def resend_invitation(*, invitation: Invitation, at: datetime, by: User | None) -> Invitation:
    """Send it again with a link of its own, for as long as the first time: the link before opens nothing any more."""
    row = held(invitation)
    if row.accepted_at or row.revoked_at:
        raise DomainError(_("Only an invitation without an answer can be sent again."))
    if row.cohort and row.state_at(at) != InvitationState.PENDING:  # one that is pending holds its place
        _check_place(row.cohort, row.role, row.starts_on or local_day(row.cohort, at), at)
    row.replaced = [*row.replaced, row.token_hash]
    row.version += 1
    row.token_hash = hash_of(token_of(row.seed, row.version, row.email))
    row.sent_at, row.expires_at = at, _end(row, at)
    row.save(update_fields=["replaced", "version", "token_hash", "sent_at", "expires_at"])
    cancel_reminders(event=event_of(row), reason="resent", by=by)
    _plan_letters(row, at, by)
    return row


@action(gettext_lazy("Invitation accepted"), forbidden_while_acting=True)
def accept_invitation(
    *, invitation: Invitation, token_hash: str, user: User, at: datetime, by: User | None
) -> Invitation:
    """Let the person in as the invitation says. Any door calls it once it knows that the address is theirs.

    `token_hash` is that of the link they came by. Raises DomainError with the reason where it opens nothing any more,
    and for another's; and whatever `add_member` and `name_admin` raise. Who has that role already keeps it as it is.
    """
    row = held(invitation)
    if why := why_not(row, token_hash, at, user):
        raise DomainError(why.said)
    row.accepted_at, row.accepted_by = at, user
    row.save(update_fields=["accepted_at", "accepted_by"])
    if row.cohort:
        _enter(row, row.cohort, user, at, by)
    elif not AuthorityAdmin.objects.active(_today(row, at)).filter(authority=row.home, user=user).exists():
        name_admin(authority=row.home, email=user.email, today=_today(row, at), at=at, by=by)
    cancel_reminders(event=event_of(row), reason="answered", by=by)
    return row


@action(gettext_lazy("Account opened and invitation accepted"), forbidden_while_acting=True)
def join_and_accept(
    *, invitation: Invitation, token_hash: str, full_name: str, password: str, at: datetime, by: User
) -> Invitation:
    """Someone new opens their account by the link that was sent to their address, and is in. `by` is themself."""
    row = held(invitation)
    if why := why_not(row, token_hash, at):
        raise DomainError(why.said)
    if row.person.joined:
        raise DomainError(SIGN_IN_FIRST)
    user = join(user=row.person, full_name=full_name, password=password, at=at, by=by)
    return accept_invitation(invitation=row, token_hash=token_hash, user=user, at=at, by=by)


def seats_left(cohort: Cohort, at: datetime) -> int | None:
    """Seats neither taken nor promised by a pending invitation; None where nobody counts them."""
    if cohort.seats is None:
        return None
    today = local_day(cohort, at)
    taken = cohort.memberships.filter(role=Role.AMBASSADOR).exclude(ends_on__lt=today).count()
    promised = cohort.invitations.pending(at).filter(role=Role.AMBASSADOR).count()
    return max(0, cohort.seats - taken - promised)


def _invite(given: Mapping[str, Any], person: User, at: datetime, by: User | None) -> Invitation:
    row = Invitation(person=person, invited_at=at, sent_at=at, invited_by=by, **given)
    row.expires_at = _end(row, at)
    row.token_hash = hash_of(token_of(row.seed, row.version, row.email))
    _make_room(row, at, by)
    row.save(force_insert=True)
    _plan_letters(row, at, by)
    return row


def _make_room(row: Invitation, at: datetime, by: User | None) -> None:
    """One open invitation at a time: what has expired gives way, what is pending stays."""
    same = Invitation.objects.open().filter(
        person=row.person, cohort=row.cohort, authority=row.authority, role=row.role
    )
    for before in same.select_for_update():
        if before.state_at(at) == InvitationState.PENDING:
            raise DomainError(INVITED_ALREADY, field="email")
        revoke_invitation(invitation=before, reason=SENT_ANEW, at=at, by=by)


def _enter(row: Invitation, cohort: Cohort, user: User, at: datetime, by: User | None) -> None:
    today = local_day(cohort, at)
    first = row.starts_on or max(today, cohort.starts_on or today)
    if row.ends_on and first > row.ends_on:
        raise DomainError(_("The period you were invited for is over. Ask the person who invited you."))
    if _holds(user, cohort, row.role, first):
        return
    details: Details = {
        "discipline": row.discipline,
        "unit": row.unit,
        "mission_letter_on": row.mission_letter_on,
        "day_allowance": row.day_allowance,
    }
    add_member(
        cohort=cohort,
        email=user.email,
        full_name=user.full_name,
        role=row.role,
        starts_on=first,
        ends_on=row.ends_on,
        at=at,
        by=by,
        **details,
    )


def _holds(user: User, cohort: Cohort, role: str, day: date) -> bool:
    """Whether the person has the role on that day or will have it after."""
    return Membership.objects.filter(cohort=cohort, user=user, role=role).exclude(ends_on__lt=day).exists()


def _led(cohort: Cohort, day: date) -> bool:
    """Whether somebody leads it on that day or will after: a second pilot could not accept."""
    return cohort.memberships.filter(role=Role.PILOT).exclude(ends_on__lt=day).exists()


def _zone(row: Invitation) -> ZoneInfo:
    return ZoneInfo(row.home.time_zone)


def _today(row: Invitation, at: datetime) -> date:
    return day_in(row.home.time_zone, at)


def _end(row: Invitation, at: datetime) -> datetime:
    """The end of the last whole day on which it is open, where the authority is."""
    return datetime.combine(_today(row, at) + timedelta(days=OPEN_DAYS + 1), time.min, _zone(row))


def _plan_letters(row: Invitation, at: datetime, by: User | None) -> None:
    """The letter at once, and the two that follow while nobody answers; each sending has steps of its own.

    Raises DomainError where the limits on first e-mails are reached.
    """
    check_first_email(row, letter=LETTER, at=at)
    announce(event=event_of(row), letter=LETTER, audience=INVITED, at=at, until=row.expires_at, by=by)
    steps = [
        Step.read(f"{slug}-of-{row.version}", offset, INVITED, AGAIN, alone=True) for slug, offset in REMINDED.items()
    ]
    day, zone = row.last_day, row.home.time_zone
    ensure_reminders(event=event_of(row), steps=steps, day=day, zone=zone, is_open=_on_a_weekday, at=at, by=by)


def _on_a_weekday(day: date) -> bool:
    return day.weekday() < WEEKEND
