"""The people of a cohort and of a session to whom its leads may write an e-mail."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.clock import local_today
from cohorts.models import Cohort, Membership, Session
from cohorts.people.enums import MembershipRole
from cohorts.people.role_groups import GROUP_LABELS
from cohorts.permissions import can_lead, roles_of
from cohorts.sessions.emails.audiences import SESSION_AUDIENCES
from cohorts.sessions.emails.event_kinds import names as session_names
from notifications.group_emails.circles import CircleAccess, CirclePage, EmailCircle
from notifications.registries import CommandScope
from notifications.reminders.recipients import NOBODY
from programmes.models import AuthorityAdmin
from web.dates.clock import today_everywhere

EVERYONE: Final = "everyone"
ADMINS: Final = "admins"


def _find_cohort(user: User, pk: int) -> CircleAccess | None:
    """Return the name of a cohort that the user may see, and whether they may write to its people: its leads may."""
    cohort = Cohort.objects.visible_to(user).select_related("authority").filter(pk=pk).first()
    if cohort is None:
        return None
    return CircleAccess(cohort.name, can_lead(roles_of(user, cohort, local_today(cohort))))


def _cohort_people(cohort_id: int, audience: str, at: datetime) -> Q:
    """Return a filter for the people of a cohort in an audience: everyone, a role, or its authority's admins.

    Members count on the authority's local day at the moment `at`.
    """
    today = today_everywhere(at)
    if audience == ADMINS:
        return Q(pk__in=AuthorityAdmin.objects.active(today).filter(authority__cohorts=cohort_id).values("user"))
    members = Membership.objects.active(today).filter(cohort=cohort_id)
    if audience == EVERYONE:
        return Q(pk__in=members.values("user"))
    return Q(pk__in=members.filter(role=audience).values("user")) if audience in MembershipRole else NOBODY


def _cohort_pages(pks: Collection[int]) -> dict[int, CirclePage]:
    """Return name and page of each cohort by its id (one statement)."""
    cohorts = Cohort.objects.filter(pk__in=pks)
    return {cohort.pk: CirclePage(cohort.name, cohort.get_absolute_url()) for cohort in cohorts}


def _session_pages(pks: Collection[int]) -> dict[int, CirclePage]:
    """Return name and page of each session by its id (one statement)."""
    return {pk: CirclePage(name, reverse("cohorts:session", args=[pk])) for pk, name in session_names(pks).items()}


def _find_session(user: User, pk: int) -> CircleAccess | None:
    """Return the name of a session that the user may see, and whether they may write to its people."""
    session = Session.objects.visible_to(user).select_related("cohort__authority").filter(pk=pk).first()
    if session is None:
        return None
    cohort = session.cohort
    return CircleAccess(f"{session} · {cohort.name}", can_lead(roles_of(user, cohort, local_today(cohort))))


SESSION_AUDIENCE_LABELS: Final = {
    "expected": _("People expected"),
    "unanswered": _("People who have not answered"),
    "attendees": _("People who came or are still expected"),
}


def _session_people(session_id: int, audience: str, at: datetime) -> Q:
    """Return a filter for the members on a session's list (its id) in an audience, on its local day at `at`."""
    if audience not in SESSION_AUDIENCE_LABELS:
        return NOBODY
    return SESSION_AUDIENCES.people[audience](session_id, SESSION_AUDIENCES.today(session_id, at))


def _cohorts_in_scope(scope: CommandScope) -> set[int]:
    """Return the ids of the cohorts in the scope of a management command."""
    limits = scope.limits(edition="edition__slug", cohort="slug", authority="authority__slug")
    return set(Cohort.objects.filter(**limits).values_list("pk", flat=True))


def _sessions_in_scope(scope: CommandScope) -> set[int]:
    """Return the ids of the sessions in the scope of a management command."""
    limits = scope.limits(edition="cohort__edition__slug", cohort="cohort__slug", authority="cohort__authority__slug")
    return set(Session.objects.filter(**limits).values_list("pk", flat=True))


COHORT_CIRCLE: Final = EmailCircle(
    find=_find_cohort,
    audiences={
        EVERYONE: _("All members"),
        **{str(role): label for role, label in GROUP_LABELS.items()},
        ADMINS: _("Admins of the authority"),
    },
    people=_cohort_people,
    pages=_cohort_pages,
    button=_("See the cohort"),
    in_scope=_cohorts_in_scope,
)
SESSION_CIRCLE: Final = EmailCircle(
    find=_find_session,
    audiences=SESSION_AUDIENCE_LABELS,
    people=_session_people,
    pages=_session_pages,
    button=_("See the session"),
    in_scope=_sessions_in_scope,
)
