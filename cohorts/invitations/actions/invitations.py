"""Actions on invitations: invite a person, send the invitation again, accept it. `revocation` has the others."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Unpack
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.actions import add_invited_person, join
from accounts.lab.actions import set_lab_role
from accounts.models import User
from cohorts.clock import local_day
from cohorts.cohort.enums import CohortState
from cohorts.invitations.actions.revocation import INVITED_AUDIENCE, event_of, lock_invitation, revoke_invitation
from cohorts.invitations.email_limits import check_first_email
from cohorts.invitations.ending_reasons import SENT_AGAIN
from cohorts.invitations.enums import ADMIN, LAB_ROLES, InvitationState, InvitedRole
from cohorts.invitations.links import COHORT_WITHDRAWN, link_refusal
from cohorts.invitations.tokens import token_of
from cohorts.models import Cohort, Invitation, Membership
from cohorts.people.actions import MembershipDetails, add_member, check_dates_near_cohort, check_discipline
from cohorts.people.enums import MembershipRole
from notifications.actions import announce_change, cancel_reminders, ensure_reminders
from notifications.reminders.schedule import ScheduleStep
from programmes.actions import name_admin
from programmes.models import Authority, AuthorityAdmin
from web.actions import action
from web.dates.clock import day_in
from web.errors import DomainError
from web.mailboxes import canonical_address
from web.security.link_tokens import hash_token

FIRST_EMAIL, REMINDER_EMAIL = "invitation", "invitation_open_still"
OPEN_DAYS: Final = 14
# Days before the last day: five days after the first e-mail, and two days before the end.
REMINDER_OFFSETS: Final = {"first": "-9d", "last": "-2d"}
WEEKEND: Final = 5

ALREADY_AT_LAB = gettext_lazy("This person is at the lab already: change their role on the page of the lab.")
NO_SEAT_LEFT = gettext_lazy(
    "Every seat of the cohort is taken or promised: end a membership or withdraw an invitation."
)
PILOT_EXISTS = gettext_lazy("The cohort has a pilot at these dates: end that membership first.")
PILOT_INVITED = gettext_lazy("Someone is invited as pilot and has not answered: withdraw that invitation first.")
ALREADY_MEMBER = gettext_lazy("This person has that role in the cohort already at these dates.")
SIGN_IN_FIRST = gettext_lazy("You have an account already: sign in, then accept.")
ALREADY_ANSWERED = gettext_lazy("Only an invitation without an answer can be sent again.")
ALREADY_INVITED = gettext_lazy("This person is invited already and has not answered: send that invitation again.")


class MembershipOptions(MembershipDetails, total=False):
    """Optional values of a membership that a person gets or is invited to: details, language and last day."""

    language: str
    ends_on: date | None


class InvitationOptions(MembershipOptions, total=False):
    """Optional values of an invitation to a cohort: those of the membership, and its first day."""

    starts_on: date | None


@action(gettext_lazy("Member invited"), security_event=True, forbidden_while_acting=True)
def invite_member(
    *,
    cohort: Cohort,
    email: str,
    full_name: str,
    role: str,
    at: datetime,
    by: User | None,
    emails_at: datetime | None = None,
    **more: Unpack[InvitationOptions],
) -> Invitation:
    """Invite a person to a cohort under a role: they get an e-mail at once, or from `emails_at` on, and two reminders
    until they answer.

    Without a first day in `more` the membership starts when they accept, or with the cohort. `at` is the moment, `by`
    who invites. Raises DomainError if they have the role or a pending invitation to it, if no seat or place of pilot is
    left, if their account is closed, the cohort has withdrawn, or a date is more than a year from the cohort's.
    """
    today = local_day(cohort, at)
    check_dates_near_cohort(cohort, today, starts_on=more.get("starts_on"), ends_on=more.get("ends_on"))
    check_discipline(role, more.get("discipline", ""))
    _check_room(cohort, role, more.get("starts_on") or today, at)
    person = add_invited_person(email=email, full_name=full_name, language=more.get("language", ""), by=by)
    if _has_role(person, cohort, role, more.get("starts_on") or today):
        raise DomainError(ALREADY_MEMBER, field="email")
    details = {
        "cohort": cohort,
        "role": role,
        "email": canonical_address(email),
        "full_name": full_name.strip(),
        **more,
    }
    return _save_invitation(details, person, at, by, emails_at)


def _check_room(cohort: Cohort, role: str, first: date, at: datetime) -> None:
    """Raise DomainError if the cohort takes nobody more under the role from the day `first` on.

    A cohort that has withdrawn takes nobody. It has one pilot, and ambassadors fill its seats; invitations pending at
    the moment `at` count. The cohort stays locked until the transaction ends.
    """
    list(Cohort.objects.filter(pk=cohort.pk).select_for_update(no_key=True).values_list("pk"))  # locks the seats
    if cohort.state == CohortState.WITHDRAWN:
        raise DomainError(COHORT_WITHDRAWN.text)
    if role == MembershipRole.PILOT and (why := pilot_refusal(cohort, first, at)):
        raise DomainError(why, field="role")
    if role == MembershipRole.AMBASSADOR and seats_left(cohort, at) == 0:
        raise DomainError(NO_SEAT_LEFT, field="role")


def pilot_refusal(cohort: Cohort, first: date, at: datetime) -> StrOrPromise:
    """Return the sentence why the cohort takes no pilot from the day `first` on; "" when it does.

    It has a pilot on that day or later, or an invitation of one is pending at the moment `at`.
    """
    if _has_pilot(cohort, first):
        return PILOT_EXISTS
    return (
        PILOT_INVITED
        if Invitation.objects.pending(at).filter(cohort=cohort, role=MembershipRole.PILOT).exists()
        else ""
    )


@action(gettext_lazy("Admin invited"), security_event=True, forbidden_while_acting=True)
def invite_admin(
    *, authority: Authority, email: str, full_name: str, at: datetime, by: User | None, language: str = ""
) -> Invitation:
    """Invite a person to administer an authority: they get an e-mail at once, and two reminders until they answer.

    `at` is the moment, `by` who invites, `language` that of the e-mail. Returns the invitation. Raises DomainError
    without a name, and when they have a pending invitation to it.
    """
    if not full_name.strip():
        raise DomainError(_("Nobody has an account with this address: give the person’s name."), field="full_name")
    person = add_invited_person(email=email, full_name=full_name, language=language, by=by)
    details: dict[str, Any] = {"authority": authority, "role": ADMIN, "email": canonical_address(email)}
    details |= {"full_name": full_name.strip(), "language": language}
    return _save_invitation(details, person, at, by)


@action(gettext_lazy("Colleague invited"), security_event=True, forbidden_while_acting=True)
def invite_colleague(
    *, email: str, full_name: str, role: str, at: datetime, by: User | None, language: str = ""
) -> Invitation:
    """Invite a person to the lab under a role of `InvitedRole`: they get an e-mail at once, and two reminders.

    `at` is the moment, `by` who invites, `language` that of the e-mail. Returns the invitation. Raises DomainError when
    they are at the lab already, or have a pending invitation to it.
    """
    person = add_invited_person(email=email, full_name=full_name, language=language, by=by)
    if person.is_lab_staff:
        raise DomainError(ALREADY_AT_LAB, field="email")
    details: dict[str, Any] = {"role": role, "email": canonical_address(email)}
    details |= {"full_name": full_name.strip(), "language": language}
    return _save_invitation(details, person, at, by)


@action(gettext_lazy("Person added or invited"))
def add_or_invite(
    *,
    cohort: Cohort,
    email: str,
    full_name: str,
    role: str,
    starts_on: date,
    at: datetime,
    by: User | None,
    **more: Unpack[MembershipOptions],
) -> Membership | Invitation:
    """Add a person to a cohort at once if they have an account and lab staff (`by`) name them; otherwise invite them.

    People other than lab staff do not learn whether an address has an account, and cannot add anyone who has not
    accepted. `more` holds the details and last day of the membership; in an invitation, a `starts_on` that is not in
    the future becomes the day of the acceptance. Raises DomainError if the cohort cannot take the person. `at` is the
    moment.
    """
    arguments: dict[str, Any] = {
        "cohort": cohort,
        "email": email,
        "full_name": full_name,
        "role": role,
        "at": at,
        "by": by,
    }
    if by is not None and by.is_lab_staff and User.objects.has_joined(email):
        return add_member(starts_on=starts_on, **arguments, **more)
    first = starts_on if starts_on > local_day(cohort, at) else None
    return invite_member(starts_on=first, **arguments, **more)


@action(gettext_lazy("Invitation sent again"), security_event=True, forbidden_while_acting=True)
def resend_invitation(*, invitation: Invitation, at: datetime, by: User | None) -> Invitation:
    """Send an unanswered invitation again with a new link, valid for another 14 days; its earlier links stop working.

    Returns the invitation. Raises DomainError when it was accepted or withdrawn, when it had expired and no seat is
    left, and past the daily limit of e-mails. `at` is the moment, `by` who acts.
    """
    row = lock_invitation(invitation)
    if row.accepted_at or row.revoked_at:
        raise DomainError(ALREADY_ANSWERED)
    if row.cohort and row.state_at(at) != InvitationState.PENDING:  # a pending one already has its seat
        _check_room(row.cohort, row.role, row.starts_on or local_day(row.cohort, at), at)
    row.earlier_hashes = [*row.earlier_hashes, row.token_hash]
    row.version += 1
    row.token_hash = hash_token(token_of(row.seed, row.version, row.email))
    row.sent_at, row.expires_at = at, _expiry(row, at)
    row.save(update_fields=["earlier_hashes", "version", "token_hash", "sent_at", "expires_at"])
    cancel_reminders(event=event_of(row), reason="resent", by=by)
    _plan_emails(row, at, by)
    return row


@action(gettext_lazy("Invitation accepted"), forbidden_while_acting=True)
def accept_invitation(
    *, invitation: Invitation, token_hash: str, user: User, at: datetime, by: User | None
) -> Invitation:
    """Accept an invitation for `user`, who becomes a member, an admin or a colleague at the lab.

    Someone who has the role already keeps it.

    Callers have checked that the address belongs to the user. `token_hash` is the hash of their link's token, `at` the
    moment, `by` who acts. Returns the invitation. Raises DomainError with the reason when the link is wrong, expired,
    used or withdrawn, or the membership is refused.
    """
    row = lock_invitation(invitation)
    if why := link_refusal(row, token_hash, at, user):
        raise DomainError(why.text)
    row.accepted_at, row.accepted_by = at, user
    row.save(update_fields=["accepted_at", "accepted_by"])
    if row.cohort:
        _add_member(row, row.cohort, user, at, by)
    elif row.authority:
        _add_admin(row, row.authority, user, at, by)
    else:
        set_lab_role(user=user, role=LAB_ROLES[InvitedRole(row.role)], by=by)
    cancel_reminders(event=event_of(row), reason="answered", by=by)
    return row


@action(gettext_lazy("Account opened and invitation accepted"), forbidden_while_acting=True)
def join_and_accept(
    *, invitation: Invitation, token_hash: str, full_name: str, password: str, at: datetime, by: User
) -> Invitation:
    """Open an account (`full_name`, `password`) for the invited person, and accept the invitation for them; return it.

    They came by the link in the e-mail; `token_hash` is the hash of its token, `at` the moment, `by` that person.
    Raises DomainError when they have an account already, or when the link is wrong, expired, used or withdrawn.
    """
    row = lock_invitation(invitation)
    if why := link_refusal(row, token_hash, at):
        raise DomainError(why.text)
    if row.person.joined:
        raise DomainError(SIGN_IN_FIRST)
    user = join(user=row.person, full_name=full_name, password=password, at=at, by=by)
    return accept_invitation(invitation=row, token_hash=token_hash, user=user, at=at, by=by)


def seats_left(cohort: Cohort, at: datetime) -> int | None:
    """Return how many seats of the cohort are free at the moment `at`; None when its seats are not counted.

    Present and future ambassadors take a seat each, and so does each pending invitation of an ambassador. Never below
    0.
    """
    if cohort.seats is None:
        return None
    today = local_day(cohort, at)
    taken = cohort.memberships.filter(role=MembershipRole.AMBASSADOR).exclude(ends_on__lt=today).count()
    promised = cohort.invitations.pending(at).filter(role=MembershipRole.AMBASSADOR).count()
    return max(0, cohort.seats - taken - promised)


def _save_invitation(
    details: Mapping[str, Any], person: User, at: datetime, by: User | None, emails_at: datetime | None = None
) -> Invitation:
    """Save a new invitation of the person at the moment `at`, send its e-mail, plan its reminders and return it.

    `details` holds its other columns by name. An expired invitation to the same role is withdrawn; raises DomainError
    if one is pending, or past the daily limit of e-mails. `by` is who acts.
    """
    row = Invitation(person=person, invited_at=at, sent_at=at, invited_by=by, **details)
    row.expires_at = _expiry(row, at)
    row.token_hash = hash_token(token_of(row.seed, row.version, row.email))
    _end_expired_invitation(row, at, by)
    row.save(force_insert=True)
    _plan_emails(row, at, by, emails_at)
    return row


def _end_expired_invitation(row: Invitation, at: datetime, by: User | None) -> None:
    """Withdraw an earlier, expired invitation of the same person to the same role; raise DomainError if one is still
    pending.

    `row` is the new invitation, which is not saved yet; `at` is the moment, `by` who acts.
    """
    same_invitation = Invitation.objects.open().filter(
        person=row.person, cohort=row.cohort, authority=row.authority, **({} if row.is_to_lab else {"role": row.role})
    )
    for earlier in same_invitation.select_for_update():
        if earlier.state_at(at) == InvitationState.PENDING:
            raise DomainError(ALREADY_INVITED, field="email")
        revoke_invitation(invitation=earlier, reason=SENT_AGAIN, at=at, by=by)


def _add_member(row: Invitation, cohort: Cohort, user: User, at: datetime, by: User | None) -> None:
    """Make the user a member of the cohort as the invitation `row` says, unless they have the role already.

    The membership starts on the invitation's first day, else on the day of `at` or with the cohort, whichever is later.
    Raises DomainError when the period of the invitation is over. `by` is who acts.
    """
    today = local_day(cohort, at)
    first = row.starts_on or max(today, cohort.starts_on or today)
    if row.ends_on and first > row.ends_on:
        raise DomainError(_("The period you were invited for is over. Ask the person who invited you."))
    if _has_role(user, cohort, row.role, first):
        return
    details: MembershipDetails = {
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


def _add_admin(row: Invitation, authority: Authority, user: User, at: datetime, by: User | None) -> None:
    """Make the user an admin of the authority on the day of `at`, unless they are one; `by` is who acts."""
    today = _today(row, at)
    if not AuthorityAdmin.objects.active(today).filter(authority=authority, user=user).exists():
        name_admin(authority=authority, email=user.email, today=today, at=at, by=by)


def _has_role(user: User, cohort: Cohort, role: str, day: date) -> bool:
    """Return whether the user has the role in the cohort on `day` or will have it later."""
    return Membership.objects.filter(cohort=cohort, user=user, role=role).exclude(ends_on__lt=day).exists()


def _has_pilot(cohort: Cohort, day: date) -> bool:
    """Return whether the cohort has a pilot on `day` or will have one later: a second one could not accept."""
    return cohort.memberships.filter(role=MembershipRole.PILOT).exclude(ends_on__lt=day).exists()


def _today(row: Invitation, at: datetime) -> date:
    """Return the date of the moment `at` in the time zone of the invitation `row`."""
    return day_in(row.time_zone, at)


def _expiry(row: Invitation, at: datetime) -> datetime:
    """Return when the invitation `row` expires if it is sent at the moment `at`: midnight after 14 full days, in its
    time zone.
    """
    return datetime.combine(_today(row, at) + timedelta(days=OPEN_DAYS + 1), time.min, ZoneInfo(row.time_zone))


def _plan_emails(row: Invitation, at: datetime, by: User | None, emails_at: datetime | None = None) -> None:
    """Send the e-mail of the invitation `row` at once or from `emails_at` on, and plan its two reminders.

    They are due five days later, and two days before the end. They leave on weekdays, and belong to the version of its
    present link. `by` is who acts. Raises DomainError when the sender or the address has reached the daily limit of
    invitation e-mails. `at` is the moment.
    """
    check_first_email(row, email_type=FIRST_EMAIL, at=at)
    announce_change(
        event=event_of(row),
        email_type=FIRST_EMAIL,
        audience=INVITED_AUDIENCE,
        at=emails_at or at,
        until=row.expires_at,
        by=by,
    )
    steps = [
        ScheduleStep.read(f"{slug}-of-{row.version}", offset, INVITED_AUDIENCE, REMINDER_EMAIL, alone=True)
        for slug, offset in REMINDER_OFFSETS.items()
    ]
    day, zone = row.last_day, row.time_zone
    ensure_reminders(event=event_of(row), steps=steps, day=day, zone=zone, is_open=_is_weekday, at=at, by=by)


def _is_weekday(day: date) -> bool:
    """Return whether the day is a Monday to Friday."""
    return day.weekday() < WEEKEND
