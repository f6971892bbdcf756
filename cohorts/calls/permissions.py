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
ONLY_ACCEPTED: Final = _("A cohort can be opened only from an accepted application.")
ONLY_REVIEWERS: Final = _("Only the people whom the lab asked to review this call can do this.")
TABLE: Final[dict[str, tuple[frozenset[str], StrOrPromise]]] = {
    "manage_calls": (frozenset({LAB}), ONLY_STAFF),
    "decide": (frozenset({LAB}), ONLY_STAFF),
    "read_calls": (frozenset({LAB, READER, REVIEWER}), ONLY_REVIEWERS),
    "review": (frozenset({REVIEWER}), ONLY_REVIEWERS),
}


def _lab_roles(user: User) -> frozenset[str]:
    """Return the role of the user in the lab for calls: "reader", "lab" or none."""
    if not user.is_lab_staff:
        return frozenset()
    return frozenset({READER if user.is_lab_reader else LAB})


def call_roles(user: User, application: Application | None = None) -> frozenset[str]:
    """Return what the user is for calls: "lab" or "reader" of the lab; "reviewer" of the call of the application, or
    of any call without one (one statement).
    """
    reviewed = CallReviewer.objects.current().filter(user=user)
    is_reviewer = (reviewed.filter(call=application.call_id) if application else reviewed).exists()
    return _lab_roles(user) | ({REVIEWER} if is_reviewer else set())


def _decide(permission: str, roles: frozenset[str]) -> Decision:
    """Return whether someone with these roles may do what the row of the table allows."""
    allowed, reason = TABLE[permission]
    return ALLOW if roles & allowed else deny(READERS_CHANGE_NOTHING if READER in roles else reason)


def can_manage_calls(user: User) -> Decision:
    """Return whether the user may write, publish, close and extend calls, and name reviewers: administrators and
    members of the lab.
    """
    return _decide("manage_calls", _lab_roles(user))


def can_read_calls(user: User) -> Decision:
    """Return whether the user may open the list of calls: lab staff, and people who review one."""
    return _decide("read_calls", call_roles(user))


def can_decide(user: User, application: Application) -> Decision:
    """Return whether the user may decide about an application that was sent and is not decided: the lab."""
    if not (decision := _decide("decide", _lab_roles(user))):
        return decision
    if application.state != ApplicationState.SUBMITTED:
        return deny(_("This application is decided already."))
    return ALLOW


def can_open_cohort(user: User, application: Application) -> Decision:
    """Return whether the user may open the cohort of an accepted application that has none yet: the lab."""
    if not (decision := can_manage_calls(user)):
        return decision
    if application.state != ApplicationState.ACCEPTED:
        return deny(ONLY_ACCEPTED)
    return deny(_("The cohort of this application is open already.")) if application.cohort_id else ALLOW


def can_give_up_address(user: User) -> Decision:
    """Return whether the address of someone without an account may be released or go to another account, which erases
    what they applied with: not while they have an application that was begun, sent or accepted.
    """
    needed = [ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.ACCEPTED]
    if not Application.objects.filter(user=user, state__in=needed).exists():
        return ALLOW
    return deny(
        _("This address has an application to a call: the applicant must first withdraw or erase it, with its link.")
    )


def can_review(user: User, application: Application) -> Decision:
    """Return whether the user may rate the application: the reviewers of its call, until it is decided."""
    if not (decision := _decide("review", call_roles(user, application))):
        return decision
    return ALLOW if application.state == ApplicationState.SUBMITTED else deny(_("This application is decided already."))
