"""Links to publish ideas and cohorts, on their pages, for people who may."""

from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.requests import person
from accounts.roles import Roles
from cohorts.models import Cohort, Membership
from cohorts.permissions import ROLE_OF_MEMBER
from programmes.models import AuthorityAdmin
from prototypes.models import Idea
from publications.enums import PublicationKind
from publications.permissions import TABLE, can_publish
from web.database.nested_rows import nested
from web.dates.clock import today_everywhere
from web.pages.panels import Panel

TEMPLATE: Final = "publications/panel.html"


def idea_panel(request: HttpRequest, idea: Idea, roles: Roles) -> dict[str, Any] | None:
    """Return the template context of the link to publish an idea; None for people who may not."""
    if not can_publish(person(request), roles, of_cohort=True):
        return None
    return {"href": reverse("publications:write", args=[PublicationKind.IDEA, idea.pk])}


def publishers(user: User) -> dict[str, ArraySubquery]:
    """Return columns for a query of cohorts: whether the user leads it, or is an admin of its authority, today."""
    today = today_everywhere()
    leading = [role for role, own in ROLE_OF_MEMBER.items() if own in TABLE["publish"][0]]
    members = Membership.objects.active(today).filter(user=user, cohort=OuterRef("pk"), role__in=leading)
    admins = AuthorityAdmin.objects.active(today).filter(user=user, authority=OuterRef("authority"))
    return {"publishing_members": nested(members, "id"), "publishing_admins": nested(admins, "id")}


def cohort_panel(request: HttpRequest, cohort: Cohort) -> dict[str, Any] | None:
    """Return the template context of the link to publish a cohort; None for people who may not.

    `cohort` has the columns of `publishers`.
    """
    columns = vars(cohort)
    is_staff = can_publish(person(request), frozenset(), of_cohort=False)
    if not (is_staff or columns["publishing_members"] or columns["publishing_admins"]):
        return None
    return {"href": reverse("publications:write", args=[PublicationKind.COHORT, cohort.pk])}


IDEA_PANEL: Final = Panel(TEMPLATE, idea_panel, position="aside")
COHORT_PANEL: Final = Panel(TEMPLATE, cohort_panel, columns=publishers)
