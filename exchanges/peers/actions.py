"""Actions on the directory, which people take for themselves only, and on peer visits, each with its e-mail."""

from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.privacy.erasure_journal import record_on_commit
from cohorts.invitations.email_limits import WINDOW, limit_of
from exchanges.peers.enums import VisitState
from exchanges.peers.models import PeerProfile, PeerVisit
from notifications.actions import announce_change
from notifications.events import EventRef
from notifications.models import Reminder
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError
from web.forms.edit_conflicts import check_version, column_values
from web.forms.row_changes import lock_row

KIND: Final = "peer_visit"
PROFILE: Final = "peer_profile"  # in the journal of erasures, as the next line
ADDRESS_KINDS: Final = {"guest_shares_address": "guest_address", "host_shares_address": "host_address"}
GUEST, HOST = "guest", "host"  # audiences, as stored
REQUESTED: Final = "visit_requested"  # the type of e-mail
DAYS_BETWEEN_REQUESTS: Final = 30  # to one person who did not agree


@action(gettext_lazy("Entry in the directory saved"), forbidden_while_acting=True)
def save_profile(
    *,
    skills: str,
    offers: str,
    requests: str,
    is_alumnus: bool | None = None,
    version_token: str | None = None,
    by: User,
) -> PeerProfile:
    """Put the person `by` into the directory, or change their entry there, and return it.

    Raises DomainError without any text, and for the alumni circle while no cohort of theirs has ended. `is_alumnus`
    None changes nothing about the circle. `version_token` is the fingerprint of the values that the form started from.
    """
    values: dict[str, str | bool] = {"skills": skills, "offers": offers, "requests": requests}
    if is_alumnus is not None:
        values["is_alumnus"] = is_alumnus
    row = PeerProfile.objects.select_for_update(no_key=True).filter(user=by).first()
    if row is None:
        return PeerProfile.objects.create(user=by, **values)
    check_version(version_token, current=column_values(row, *values), submitted=values)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


@action(gettext_lazy("Entry removed from the directory"))
def leave_directory(*, user: User, by: User | None) -> None:
    """Delete the entry of a person in the directory: nobody finds them there from then on."""
    rows = PeerProfile.objects.filter(user=user)
    record_on_commit(PROFILE, *rows.values_list("pk", flat=True))
    rows.delete()


@action(gettext_lazy("Peer visit requested"), forbidden_while_acting=True)
def request_visit(*, host: User, purpose: str, at: datetime, by: User) -> PeerVisit:
    """Ask a person for a visit, and return it; the host gets an e-mail, without the address of the guest.

    Raises DomainError while an earlier request to the same person is open, within thirty days after one that led to no
    visit, past the daily limit of first e-mails, and for oneself.
    """
    _check_limits(host, at=at, by=by)
    visit = PeerVisit.objects.create(guest=by, host=host, purpose=purpose)
    return _announce(visit, REQUESTED, HOST, at=at, by=by)


def _check_limits(host: User, *, at: datetime, by: User) -> None:
    """Raise DomainError when `by` has asked this host within thirty days without an agreement, or asked as many people
    within 24 hours as they may invite.

    `by` stays locked until the transaction ends, so that concurrent requests count each other.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    own = PeerVisit.objects.filter(guest=by)
    since = platform_day(at) - timedelta(days=DAYS_BETWEEN_REQUESTS)
    if own.off().filter(host=host, first_day=None, created_on__gt=since).exists():
        text = _("You asked this person less than 30 days ago. Ask again later.")
        raise DomainError(text, field="purpose")
    sent = Reminder.objects.filter(kind=KIND, email_type=REQUESTED, due_at__gt=at - WINDOW)
    if sent.filter(object_id__in=own.values("pk")).count() >= limit_of(by):
        raise DomainError(_("You asked many people within 24 hours. Continue tomorrow."), field="purpose")


@action(gettext_lazy("Peer visit agreed"))
def agree_to_visit(
    *, visit: PeerVisit, first_day: date, last_day: date | None, venue: str, reply: str, at: datetime, by: User
) -> PeerVisit:
    """Agree to a visit on these days, and return it; the guest gets an e-mail. Raises DomainError for past days."""
    if first_day < platform_day(at):
        raise DomainError(_("This day is over. Choose a later one."), field="first_day")
    row = lock_row(visit)
    row.first_day, row.last_day, row.venue, row.reply = first_day, last_day or first_day, venue, reply
    _move(row, VisitState.AGREED, "first_day", "last_day", "venue", "reply")
    return _announce(row, "visit_agreed", GUEST, at=at, by=by)


@action(gettext_lazy("Peer visit declined"))
def decline_visit(*, visit: PeerVisit, reply: str, at: datetime, by: User) -> PeerVisit:
    """Decline a visit, and return it; the guest gets an e-mail with the reply."""
    row = lock_row(visit)
    row.reply = reply
    _hide_addresses(row)
    _move(row, VisitState.DECLINED, "reply", *ADDRESS_KINDS)
    return _announce(row, "visit_declined", GUEST, at=at, by=by)


@action(gettext_lazy("Peer visit cancelled"))
def cancel_visit(*, visit: PeerVisit, at: datetime, by: User) -> PeerVisit:
    """Cancel a visit, as its guest or host, and return it; the other person gets an e-mail."""
    row = lock_row(visit)
    _hide_addresses(row)
    _move(row, VisitState.CANCELLED, *ADDRESS_KINDS)
    return _announce(row, "visit_cancelled", HOST if by.pk == row.guest_id else GUEST, at=at, by=by)


@action(gettext_lazy("Peer visit reported"))
def report_visit(*, visit: PeerVisit, report: str, at: datetime, by: User) -> PeerVisit:
    """Write what came of a visit, which has then taken place, and return it; the host gets an e-mail.

    Raises DomainError before its first day.
    """
    row = lock_row(visit)
    if row.first_day and row.first_day > platform_day(at):
        raise DomainError(_("The visit has not begun yet."), field="report")
    row.report = report
    _move(row, VisitState.DONE, "report")
    return _announce(row, "visit_reported", HOST, at=at, by=by)


@action(gettext_lazy("E-mail address shown or hidden in a peer visit"), forbidden_while_acting=True)
def share_address(*, visit: PeerVisit, is_shared: bool, by: User) -> PeerVisit:
    """Show one's e-mail address to the other person of a visit, or hide it again; return the visit.

    Raises DomainError when the visit is off: both addresses are hidden then.
    """
    row = lock_row(visit)
    column = "guest_shares_address" if by.pk == row.guest_id else "host_shares_address"
    setattr(row, column, is_shared)
    row.save(update_fields=[column])
    record_on_commit(ADDRESS_KINDS[column], row.pk)
    return row


@action(gettext_lazy("E-mail address hidden again after a restore"))
def hide_address_again(*, visit: PeerVisit, column: str, by: None) -> None:
    """Hide the address of the guest or host (`column`) of a visit again that a restore has brought back."""
    PeerVisit.objects.filter(pk=visit.pk).update(**{column: False})


def _hide_addresses(row: PeerVisit) -> None:
    """Withdraw both consents to show an e-mail address; the caller saves the row."""
    row.guest_shares_address = row.host_shares_address = False
    for kind in ADDRESS_KINDS.values():
        record_on_commit(kind, row.pk)


def _move(row: PeerVisit, state: VisitState, *fields: str) -> PeerVisit:
    """Save the visit in another state, with the columns that the caller has set; return it."""
    row.state = state
    row.save(update_fields=["state", *fields])
    return row


def _announce(visit: PeerVisit, email_type: str, audience: str, *, at: datetime, by: User) -> PeerVisit:
    """Plan the e-mail about a visit to its guest or host; return the visit."""
    announce_change(event=EventRef(KIND, visit.pk), email_type=email_type, audience=audience, at=at, by=by)
    return visit
