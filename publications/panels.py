"""Links to publish ideas and cohorts on their pages, and notices on home pages: versions to approve, or to check after
an erasure, a rule that a colleague asks to end.
"""

from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.requests import person
from accounts.roles import Roles
from cohorts.models import Cohort, Membership
from cohorts.permissions import ROLE_OF_MEMBER
from programmes.models import Authority, AuthorityAdmin
from prototypes.models import Idea
from publications.enums import Approval, PublicationKind, PublicationState
from publications.models import ApprovalRule, Publication
from publications.permissions import TABLE, can_publish
from web.database.nested_rows import nested
from web.dates.clock import Today, today_everywhere
from web.pages.home import HomeNotice, HomeNoticeSource, NestedRows, since_day
from web.pages.panels import Panel
from web.text.language import active_language

TEMPLATE: Final = "publications/panel.html"
MAX_ROWS: Final = 100  # of a notice; a larger count is not useful


def idea_panel(request: HttpRequest, idea: Idea, roles: Roles) -> dict[str, Any] | None:
    """Return the context of the link to publish an idea; for its owner who may not publish it, that of the reason; None
    for anyone else who may not.
    """
    if not (decision := can_publish(person(request), roles, of_cohort=True)):
        return {"reason": decision.reason} if idea.owner_id == person(request).pk else None
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


def authority_panel(_request: HttpRequest, authority: Authority) -> dict[str, Any] | None:
    """Return the template context of the sentence that the admin approves publications; None where no rule says so (one
    statement).
    """
    rule = ApprovalRule.objects.current().filter(authority=authority).first()
    return {"since": rule.since} if rule else None


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


def _to_approve_query(user: User, today: Today) -> ArraySubquery | None:
    """Return a subquery of the versions that wait for the user as lab staff, or as admin of an authority, the oldest
    first; None for readers of the lab.
    """
    submitted_by_others = ~Q(submitted_by=user)
    rows = Publication.objects.filter(state=PublicationState.SUBMITTED).order_by("submitted_at", "pk")
    if user.is_lab_staff:
        rows = rows.filter(Q(approval=Approval.ANYONE) | Q(approval=Approval.SECOND_PERSON) & submitted_by_others)
    else:
        own = AuthorityAdmin.objects.active(today).filter(user=user).values("authority")
        alone = [each for each in Approval if not each.needs_second_person]
        rows = rows.filter(Q(approval__in=alone) | submitted_by_others, cohort__authority__in=own)
    return None if user.is_lab_reader else nested(rows[:MAX_ROWS], "id", "title_fr", "title_en", "submitted_at")


def _to_approve_notices(_request: HttpRequest, rows: NestedRows) -> list[HomeNotice]:
    """Return a notice for each version that the person may approve, which leads to it."""
    text = _("Nobody outside reads it before it is approved.")
    return [
        HomeNotice(
            _("“%(title)s” waits to be published.")
            % {"title": row[f"title_{active_language()}"] or row["title_fr"] or row["title_en"]},
            text,
            reverse("publications:publication", args=[row["id"]]),
            _("Read and publish"),
            when=since_day(row["submitted_at"]),
        )
        for row in rows
    ]


TO_APPROVE: Final = HomeNoticeSource(
    _to_approve_query, _to_approve_notices, "publications_to_approve", gettext_lazy("Publications to approve")
)
NAMES_TO_CHECK: Final = HomeNoticeSource(_names_to_check_query, _names_to_check_notices, "publication_names")
RULE_TO_END: Final = HomeNoticeSource(_rule_to_end_query, _rule_to_end_notices, "publication_rule")
IDEA_PANEL: Final = Panel(TEMPLATE, idea_panel, position="aside")
AUTHORITY_PANEL: Final = Panel("publications/authority_panel.html", authority_panel)
COHORT_PANEL: Final = Panel(TEMPLATE, cohort_panel, position="aside", columns=publishers)
