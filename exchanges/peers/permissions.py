"""Who may read the directory, be in it, and ask for a visit; what each side of a visit may do."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Membership
from exchanges.peers.enums import VisitState
from exchanges.peers.models import ENDED_COHORT_STATES, PeerProfile, PeerVisit, current_editions
from web.dates.clock import today_everywhere
from web.decisions import ALLOW, Decision, deny

ONLY_MEMBERS_OF_COHORTS = _("Only members of a cohort can do this.")
ONLY_GUEST = _("Only the person who asked for the visit can do this.")
ONLY_HOST = _("Only the person who was asked can do this.")
ONLY_VISITOR_AND_HOST = _("Only the two people of the visit can do this.")


def can_read_directory(user: User, today: date) -> Decision:
    """Return whether the user may read the directory: lab staff, and members of a cohort on the day `today`.

    It reads nothing.
    """
    return ALLOW if user.is_lab_staff else can_join_directory(user, today)


def can_join_directory(user: User, today: date) -> Decision:
    """Return whether the user may be in the directory, and ask for visits: members of a cohort on the day `today`.

    It reads nothing.
    """
    return ALLOW if not user.is_lab_staff and current_editions(user, today) else deny(ONLY_MEMBERS_OF_COHORTS)


def can_join_alumni(user: User) -> bool:
    """Return whether a cohort of the user has ended, so that they can join the alumni circle (one statement)."""
    return Membership.objects.filter(user=user, cohort__state__in=ENDED_COHORT_STATES).exists()


def can_ask_for_visit(user: User, profile: PeerProfile, today: date) -> Decision:
    """Return whether the user may ask the person of an entry for a visit: a member of another cohort."""
    if profile.user_id == user.pk:
        return deny(_("This is your own entry."))
    if decision := can_join_directory(user, today):
        own = Membership.objects.active(today_everywhere()).filter(user=user).values("cohort")
        if Membership.objects.active(today_everywhere()).filter(user=profile.user_id, cohort__in=own).exists():
            return deny(_("This person is in your own cohort."))
    return decision


def can_answer_visit(user: User, visit: PeerVisit) -> Decision:
    """Return whether the user may agree to a visit or decline it: its host, while it is requested."""
    if user.pk != visit.host_id:
        return deny(ONLY_HOST)
    return ALLOW if visit.state == VisitState.REQUESTED else deny(_("This request has already been answered."))


def can_cancel_visit(user: User, visit: PeerVisit) -> Decision:
    """Return whether the user may cancel a visit: its guest, and its host once it is agreed."""
    if user.pk not in (visit.guest_id, visit.host_id):
        return deny(ONLY_VISITOR_AND_HOST)
    if visit.state == VisitState.AGREED:
        return ALLOW
    if user.pk == visit.host_id:
        return deny(ONLY_GUEST)
    return ALLOW if visit.state == VisitState.REQUESTED else deny(_("This visit is over."))


def can_report_visit(user: User, visit: PeerVisit) -> Decision:
    """Return whether the user may write the report of a visit: its guest, once it is agreed."""
    if user.pk != visit.guest_id:
        return deny(ONLY_GUEST)
    return ALLOW if visit.state == VisitState.AGREED else deny(_("Only a visit that is agreed has a report."))


def can_share_address(user: User, visit: PeerVisit) -> Decision:
    """Return whether the user may show the other person their e-mail address: both, unless the visit is declined or
    cancelled.
    """
    if user.pk not in (visit.guest_id, visit.host_id):
        return deny(ONLY_VISITOR_AND_HOST)
    is_off = visit.state in (VisitState.DECLINED, VisitState.CANCELLED)
    return deny(_("This visit is over.")) if is_off else ALLOW
