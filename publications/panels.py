"""Links to publish ideas and cohorts on their pages, and notices on the home page of lab staff: versions to check after
an erasure, a rule that a colleague asks to end.
"""

from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.requests import person
from accounts.roles import Roles
from cohorts.models import Cohort, Membership
from cohorts.permissions import ROLE_OF_MEMBER
from programmes.models import AuthorityAdmin
from prototypes.models import Idea
from publications.enums import PublicationKind
from publications.models import ApprovalRule, Publication
from publications.permissions import TABLE, can_publish
from web.database.nested_rows import nested
from web.dates.clock import Today, today_everywhere
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, since_day
from web.pages.panels import Panel

TEMPLATE: Final = "publications/panel.html"
MAX_ROWS: Final = 100  # of a notice; a larger count is not useful


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


def _names_to_check_query(user: User, _today: Today) -> ArraySubquery | None:
    """Return a subquery of the versions to check, the oldest first, for lab staff; None for anyone else."""
    rows = Publication.objects.names_to_check()[:MAX_ROWS]
    return nested(rows, "id", "names_to_check_since") if user.is_lab_staff else None


def _names_to_check_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return the notice that counts the versions to check, with a link to their list; [] when there are none."""
    if not rows:
        return []
    strong = ngettext(
        "%(n)d publication may name a person who was erased.",
        "%(n)d publications may name a person who was erased.",
        len(rows),
    ) % {"n": len(rows)}
    href = reverse("publications:publications")
    text = _("Someone else may have the same name. Read the texts.")
    return [HomeNotice(strong, text, href, _("Check names"), when=since_day(rows[0]["names_to_check_since"]))]


def _rule_to_end_query(user: User, _today: Today) -> ArraySubquery | None:
    """Return a subquery of the lab's rule if another person asks to end it, for lab staff; None for anyone else."""
    rows = (
        ApprovalRule.objects.current()
        .filter(authority=None, end_requested_by__isnull=False)
        .exclude(end_requested_by=user)
    )
    return nested(rows.order_by("pk"), "id", person="end_requested_by__full_name") if user.is_lab_staff else None


def _rule_to_end_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return the notice that a colleague asks to end the lab's rule; [] when nobody does."""
    text = _("One person could then submit and publish alone. It ends when a second person of the lab agrees.")
    return [
        HomeNotice(
            _("%(person)s asks to end the approval of publications by a second person.") % {"person": row["person"]},
            text,
            reverse("publications:lab_rule"),
            _("Answer"),
        )
        for row in rows
    ]


NAMES_TO_CHECK: Final = HomeNoticeSource(_names_to_check_query, _names_to_check_notices, "publication_names")
RULE_TO_END: Final = HomeNoticeSource(_rule_to_end_query, _rule_to_end_notices, "publication_rule")
IDEA_PANEL: Final = Panel(TEMPLATE, idea_panel, position="aside")
COHORT_PANEL: Final = Panel(TEMPLATE, cohort_panel, columns=publishers)
