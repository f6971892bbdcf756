"""The panel of a cohort's page that lists who reads its figures, with the buttons of those who decide."""

from datetime import date
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.permissions import lab_roles
from accounts.requests import person
from accounts.roles import Role, Roles
from cohorts.models import Cohort, Membership
from cohorts.people.enums import MembershipRole
from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
from figures.sharing.permissions import can_share_figures, can_stop_sharing_figures
from figures.sharing.texts import AUDIENCES
from programmes.models import AuthorityAdmin
from web.database.nested_rows import nested
from web.dates.clock import today_everywhere
from web.pages.panels import Panel


def consents_and_deciders(user: User) -> dict[str, ArraySubquery]:
    """Return columns for a query of cohorts: the open consents, and whether the user is pilot or admin there today."""
    today, consents = today_everywhere(), FiguresConsent.objects.open().filter(cohort=OuterRef("pk"))
    pilots = Membership.objects.active(today).filter(user=user, cohort=OuterRef("pk"), role=MembershipRole.PILOT)
    admins = AuthorityAdmin.objects.active(today).filter(user=user, authority=OuterRef("authority"))
    return {
        "sharing_consents": nested(consents, "audience", "granted_on", by="granted_by__full_name"),
        "sharing_pilots": nested(pilots, "id"),
        "sharing_admins": nested(admins, "id"),
    }


def sharing_panel(request: HttpRequest, cohort: Cohort) -> dict[str, Any] | None:
    """Return the template context `audiences`: for each audience its texts, the consent if any, and the buttons.

    `cohort` has the columns of `consents_and_deciders`. None for published facts, which are open to everyone.
    """
    columns = vars(cohort)
    if cohort.retrospective:
        return None
    roles = lab_roles(person(request)) | frozenset(
        role
        for role, has_role in (
            (Role.PILOT, columns["sharing_pilots"]),
            (Role.ADMIN, columns["sharing_admins"]),
        )
        if has_role
    )
    consents = {row["audience"]: row for row in columns["sharing_consents"]}
    return {"audiences": [_audience_context(cohort, audience, consents.get(audience), roles) for audience in Audience]}


def _audience_context(
    cohort: Cohort, audience: Audience, consent: dict[str, Any] | None, roles: Roles
) -> dict[str, StrOrPromise | date | None]:
    """Return the context of one audience: the sentence, since when and by whom, and label and address of the button.

    `consent` is the nested row of the open consent, None without one. No button where the roles do not allow it.
    """
    texts = AUDIENCES[audience]
    allowed = can_stop_sharing_figures(roles) if consent else can_share_figures(roles)
    name = "figures:stop_sharing_figures" if consent else "figures:share_figures"
    return {
        "text": texts.is_shared if consent else texts.is_not_shared,
        "since": date.fromisoformat(consent["granted_on"]) if consent else None,
        "by": consent["by"] if consent else "",
        "action": texts.stop if consent else texts.share,
        "href": reverse(name, args=[cohort.slug, audience.value]) if allowed else "",
    }


COHORT_PANEL: Final = Panel(
    "figures/sharing/panel.html", sharing_panel, position="aside", columns=consents_and_deciders
)
