"""Actions on the directory, which people take for themselves only, and on peer visits, each with its e-mail."""

from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from exchanges.peers.enums import VisitState
from exchanges.peers.models import PeerProfile, PeerVisit
from notifications.actions import announce_change
from notifications.events import EventRef
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError
from web.forms.edit_conflicts import check_version, column_values

KIND: Final = "peer_visit"
GUEST, HOST = "guest", "host"  # audiences, as stored
ADDRESSES: Final = ("guest_shares_address", "host_shares_address")


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
    PeerProfile.objects.filter(user=user).delete()


@action(gettext_lazy("Peer visit requested"), forbidden_while_acting=True)
def request_visit(*, host: User, purpose: str, at: datetime, by: User) -> PeerVisit:
    """Ask a person for a visit, and return it; the host gets an e-mail, without the address of the guest.

    Raises DomainError while an earlier request to the same person is open, and for oneself.
    """
    visit = PeerVisit.objects.create(guest=by, host=host, purpose=purpose)
    return _announce(visit, "visit_requested", HOST, at=at, by=by)


@action(gettext_lazy("Peer visit agreed"))
def agree_to_visit(
    *, visit: PeerVisit, first_day: date, last_day: date | None, venue: str, reply: str, at: datetime, by: User
) -> PeerVisit:
    """Agree to a visit on these days, and return it; the guest gets an e-mail. Raises DomainError for past days."""
    if first_day < platform_day(at):
        raise DomainError(_("This day is over. Choose a later one."), field="first_day")
    row = _lock(visit)
    row.first_day, row.last_day, row.venue, row.reply = first_day, last_day or first_day, venue, reply
    _move(row, VisitState.AGREED, "first_day", "last_day", "venue", "reply")
    return _announce(row, "visit_agreed", GUEST, at=at, by=by)


@action(gettext_lazy("Peer visit declined"))
def decline_visit(*, visit: PeerVisit, reply: str, at: datetime, by: User) -> PeerVisit:
    """Decline a visit, and return it; the guest gets an e-mail with the reply."""
    row = _lock(visit)
    row.reply = reply
    _hide_addresses(row)
    _move(row, VisitState.DECLINED, "reply", *ADDRESSES)
    return _announce(row, "visit_declined", GUEST, at=at, by=by)


@action(gettext_lazy("Peer visit cancelled"))
def cancel_visit(*, visit: PeerVisit, at: datetime, by: User) -> PeerVisit:
    """Cancel a visit, as its guest or host, and return it; the other person gets an e-mail."""
    row = _lock(visit)
    _hide_addresses(row)
    _move(row, VisitState.CANCELLED, *ADDRESSES)
    return _announce(row, "visit_cancelled", HOST if by.pk == row.guest_id else GUEST, at=at, by=by)


@action(gettext_lazy("Peer visit reported"))
def report_visit(*, visit: PeerVisit, report: str, at: datetime, by: User) -> PeerVisit:
    """Write what came of a visit, which has then taken place, and return it; the host gets an e-mail.

    Raises DomainError before its first day.
    """
    row = _lock(visit)
    if row.first_day and row.first_day > platform_day(at):
        raise DomainError(_("The visit has not begun yet."), field="report")
    row.report = report
    _move(row, VisitState.DONE, "report")
    return _announce(row, "visit_reported", HOST, at=at, by=by)


@action(gettext_lazy("E-mail address shown or hidden in a peer visit"), forbidden_while_acting=True)
def share_address(*, visit: PeerVisit, is_shared: bool, by: User) -> PeerVisit:
    """Show one's e-mail address to the other person of a visit, or hide it again; return the visit."""
    row = _lock(visit)
    column = "guest_shares_address" if by.pk == row.guest_id else "host_shares_address"
    setattr(row, column, is_shared)
    row.save(update_fields=[column])
    return row


def _hide_addresses(row: PeerVisit) -> None:
    """Withdraw both consents to show an e-mail address; the caller saves the row."""
    row.guest_shares_address = row.host_shares_address = False


def _lock(visit: PeerVisit) -> PeerVisit:
    """Return the visit as the database has it now, locked until the transaction ends."""
    return PeerVisit.objects.select_for_update(no_key=True).get(pk=visit.pk)


def _move(row: PeerVisit, state: VisitState, *fields: str) -> PeerVisit:
    """Save the visit in another state, with the columns that the caller has set; return it."""
    row.state = state
    row.save(update_fields=["state", *fields])
    return row


def _announce(visit: PeerVisit, email_type: str, audience: str, *, at: datetime, by: User) -> PeerVisit:
    """Plan the e-mail about a visit to its guest or host; return the visit."""
    announce_change(event=EventRef(KIND, visit.pk), email_type=email_type, audience=audience, at=at, by=by)
    return visit
