"""Personal data of the directory and of peer visits: one's own copy, how long it is kept, how it is erased."""

from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.hooks import A_YEAR, JournalKind, PersonalData, Retention
from accounts.models import User
from accounts.privacy.erasure_journal import ConsentsTakenBack, ErasedRows
from accounts.privacy.personal_data import row_reader
from cohorts.models import Membership
from exchanges.peers.actions import ADDRESS_KINDS, PROFILE, hide_address_again, leave_directory
from exchanges.peers.enums import VisitState
from exchanges.peers.models import PeerProfile, PeerVisit
from web.dates.clock import platform_day

DAYS_AFTER_LEAVING: Final = 30


def _visits(user: User) -> QuerySet[PeerVisit]:
    """Return the visits in which the person is guest or host."""
    return PeerVisit.objects.filter(Q(guest=user) | Q(host=user))


PARTS: Final = {
    "directory": PersonalData(
        _("Your entry in the directory"),
        row_reader(lambda user: PeerProfile.objects.filter(user=user), "skills", "offers", "requests", "is_alumnus"),
        covers=("exchanges.PeerProfile.user",),
    ),
    "peer_visits": PersonalData(
        _("Peer visits"),
        row_reader(
            _visits,
            *("state", "purpose", "reply", "first_day", "last_day", "venue", "report"),
            guest_name="guest__full_name",
            host_name="host__full_name",
        ),
        labels={"guest_name": pgettext_lazy("visit", "Visitor"), "host_name": pgettext_lazy("visit", "Host")},
        covers=("exchanges.PeerVisit.guest", "exchanges.PeerVisit.host"),
    ),
}


def erase(*, user: User, at: datetime) -> None:
    """Delete the entry of a person in the directory, and their visits that did not take place; hide their address in
    the others, which stay by number. `at`, the moment of the erasure, is not used.
    """
    leave_directory(user=user, by=None)
    _visits(user).exclude(state=VisitState.DONE).delete()
    PeerVisit.objects.filter(guest=user).update(guest_shares_address=False)
    PeerVisit.objects.filter(host=user).update(host_shares_address=False)


def purge_profiles(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the entries of people who left all cohorts thirty days ago or earlier; return how many."""
    day = platform_day(at) - timedelta(days=DAYS_AFTER_LEAVING)
    recent = Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gt=day), user=OuterRef("user"))
    return _purge(PeerProfile.objects.filter(~Exists(recent)), dry_run=dry_run)


def purge_visits(*, at: datetime, dry_run: bool = False) -> int:
    """Delete requests for visits that led to none, a year after they were made; return how many."""
    day = platform_day(at) - timedelta(days=A_YEAR)
    off = (VisitState.REQUESTED, VisitState.DECLINED, VisitState.CANCELLED)
    return _purge(PeerVisit.objects.filter(state__in=off, created_on__lte=day), dry_run=dry_run)


def _purge(rows: QuerySet[PeerProfile] | QuerySet[PeerVisit], *, dry_run: bool) -> int:
    """Delete the rows and return how many there were; `dry_run` only counts."""
    return rows.count() if dry_run else rows.delete()[0]


def _leave_again(profile: PeerProfile, _at: datetime) -> None:
    """Delete an entry again that a restore has brought back."""
    leave_directory(user=profile.user, by=None)


def _hide_again(column: str, visit: PeerVisit, _at: datetime) -> None:
    """Hide an address again that a restore has brought back."""
    hide_address_again(visit=visit, column=column, by=None)


JOURNAL: Final[tuple[JournalKind, ...]] = (
    ErasedRows(PROFILE, PeerProfile, Q(pk__in=[]), _leave_again),  # deleted, never emptied
    *(
        ConsentsTakenBack(slug, PeerVisit, Q(**{column: False}), partial(_hide_again, column))
        for column, slug in ADDRESS_KINDS.items()
    ),
)
RETENTIONS: Final = {
    "directory": Retention(
        _("Entries in the directory"),
        _("They are deleted at once when their person leaves the directory, and thirty days after their last cohort."),
        days=DAYS_AFTER_LEAVING,
        purge=purge_profiles,
    ),
    "peer_visits": Retention(
        _("Requests for peer visits that led to none"),
        _("They are kept a year, so that both people can see what was asked and answered."),
        days=A_YEAR,
        purge=purge_visits,
    ),
}
