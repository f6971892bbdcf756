"""Questions about cohorts, members and sessions. Every page starts from `visible_to`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User
    from cohorts.models.cohorts import Cohort
    from cohorts.models.people import InnovationTeam, Membership, Stakeholder
    from cohorts.models.sessions import Session


def active_on(day: date, prefix: str = "") -> Q:
    """Memberships that hold on a day."""
    return Q(**{f"{prefix}starts_on__lte": day}) & (
        Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gte": day})
    )


def within_reach(user: User, path: str = "") -> Q:
    """Rows whose cohort the person may see; `path` leads to the cohort ("cohort__"), empty for cohorts themselves.

    Members, past ones too, and admins of its authority; published facts are open to everyone signed in.
    Lab staff see all. Nobody who is signed out sees anything.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    return (
        Q(**{f"{path}pk__in": user.memberships.values("cohort")})
        | Q(**{f"{path}authority__in": user.administered.values("authority")})
        | Q(**{f"{path}retrospective": True})
    )


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: User) -> CohortQuerySet:
        return self.filter(within_reach(user))

    def running(self) -> CohortQuerySet:
        return self.filter(state="running")

    def of_member(self, user: User) -> CohortQuerySet:
        """Cohorts the person is or was in."""
        return self.filter(pk__in=user.memberships.values("cohort"))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, at: date) -> MembershipQuerySet:
        return self.filter(active_on(at))

    def ambassadors(self) -> MembershipQuerySet:
        return self.filter(role="ambassador")


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> SessionQuerySet:
        return self.filter(within_reach(user, "cohort__"))


class StakeholderQuerySet(models.QuerySet["Stakeholder"]):
    def visible_to(self, user: User) -> StakeholderQuerySet:
        return self.filter(within_reach(user, "cohort__"))


class InnovationTeamQuerySet(models.QuerySet["InnovationTeam"]):
    def visible_to(self, user: User) -> InnovationTeamQuerySet:
        """Those of cohorts within reach, of one's own authorities, and published ones."""
        if not user.is_authenticated:
            return self.none()
        administered = Q(authority__in=user.administered.values("authority"))
        return self.filter(within_reach(user, "cohort__") | administered | Q(retrospective=True))
