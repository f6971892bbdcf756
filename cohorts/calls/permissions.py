"""Who may do what with calls and applications: one table of what the lab, its readers and reviewers may.

Applicants have no account: their link opens their own application, and nothing else.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.permissions import READERS_CHANGE_NOTHING
from cohorts.calls.enums import ApplicationState
from cohorts.calls.models import Application, CallReviewer
from cohorts.permissions import ONLY_STAFF
from web.decisions import ALLOW, Decision, deny

LAB, READER, REVIEWER = "lab", "reader", "reviewer"
ONLY_REVIEWERS: Final = _("Only the people whom the lab asked to review this call can do this.")
TABLE: Final[dict[str, tuple[frozenset[str], StrOrPromise]]] = {
    "manage_calls": (frozenset({LAB}), ONLY_STAFF),
    "decide": (frozenset({LAB}), ONLY_STAFF),
    "read_calls": (frozenset({LAB, READER, REVIEWER}), ONLY_REVIEWERS),
    "review": (frozenset({REVIEWER}), ONLY_REVIEWERS),
}


def call_roles(user: User, application: Application | None = None) -> frozenset[str]:
    """Return what the user is for calls: "lab" or "reader" of the lab; "reviewer" of the call of the application, or
    of any call without one (one statement).
    """
    roles = {READER if user.is_lab_reader else LAB} if user.is_lab_staff else set()
    reviewed = CallReviewer.objects.filter(user=user)
    if (reviewed.filter(call=application.call_id) if application else reviewed).exists():
        roles.add(REVIEWER)
    return frozenset(roles)


def _decide(permission: str, roles: frozenset[str]) -> Decision:
    """Return whether someone with these roles may do what the row of the table allows."""
    allowed, reason = TABLE[permission]
    return ALLOW if roles & allowed else deny(READERS_CHANGE_NOTHING if READER in roles else reason)


def can_manage_calls(user: User) -> Decision:
    """Return whether the user may write, publish, close and extend calls, and name reviewers: administrators and
    members of the lab.
    """
    return _decide("manage_calls", frozenset({READER if user.is_lab_reader else LAB} if user.is_lab_staff else ()))


def can_read_calls(user: User) -> Decision:
    """Return whether the user may open the list of calls: lab staff, and people who review one."""
    return _decide("read_calls", call_roles(user))


def can_decide(user: User, application: Application) -> Decision:
    """Return whether the user may decide about an application that was sent and is not decided: the lab."""
    if not (decision := can_manage_calls(user)):
        return decision
    if application.state != ApplicationState.SUBMITTED:
        return deny(_("This application is decided already."))
    return ALLOW


def can_open_cohort(user: User, application: Application) -> Decision:
    """Return whether the user may open the cohort of an accepted application that has none yet: the lab."""
    if not (decision := can_manage_calls(user)):
        return decision
    if application.state != ApplicationState.ACCEPTED:
        return deny(_("Only an accepted application becomes a cohort."))
    return deny(_("This application is a cohort already.")) if application.cohort_id else ALLOW


def can_review(user: User, application: Application) -> Decision:
    """Return whether the user may rate the application: the reviewers of its call, until it is decided."""
    if not (decision := _decide("review", call_roles(user, application))):
        return decision
    return ALLOW if application.state == ApplicationState.SUBMITTED else deny(_("This application is decided already."))
