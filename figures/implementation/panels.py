"""The headline of the rates on other pages: of an authority, of an edition, and the home page of its admins."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.requests import person
from figures.implementation.addresses import rates_address
from figures.implementation.context import headline_context
from figures.outcomes.queries import implementation_rates
from figures.scope.selection import FiguresScope
from figures.scope.sentences import coverage
from figures.scope.visibility import VisibleCohorts, visible_cohorts
from programmes.models import Authority, AuthorityAdmin, Edition
from web.database.prepared import prepared
from web.dates.clock import platform_today
from web.pages.panels import Panel


def authority_panel(request: HttpRequest, authority: Authority) -> dict[str, Any] | None:
    """Return the template context of the rates headline of an authority, for its page; None where it is not shown.

    It is shown to lab staff, current members of the authority's cohorts and its admins, once there is an idea.
    """
    visible = _visible(request)
    if not (visible.own is None or authority.pk in visible.own):
        return None
    return _headline_context(
        visible.scope(authority=authority), rates_address(authority=authority.slug), platform_today()
    )


def edition_panel(request: HttpRequest, edition: Edition) -> dict[str, Any] | None:
    """Return the template context of the rates headline of a whole edition, for its page; None where it is not shown.

    It is shown to lab staff, to people with a cohort or an authority in the edition and, for an edition known from
    publications, to everyone. `coverage` names the authorities that are counted, and those that are not.
    """
    visible = _visible(request, edition)
    if not visible.reads_edition(edition):
        return None
    scope = visible.scope(edition=edition)
    headline = _headline_context(scope, rates_address(edition=edition.slug), platform_today())
    return headline and headline | {"coverage": coverage(visible, scope).sentences}


def _visible(request: HttpRequest, edition: Edition | None = None) -> VisibleCohorts:
    """Return the cohorts, of an edition or of all, whose ideas the user may count.

    None is read for lab staff, who may count all.
    """
    user = person(request)
    return VisibleCohorts((), None) if user.is_lab_staff else visible_cohorts(user, edition=edition)


def home_card(request: HttpRequest) -> dict[str, Any] | None:
    """Return the template context of the headline of the authorities that the user administers, for the home page.

    None for lab staff, and for users who administer no authority today.
    """
    user = person(request)
    if user.is_lab_staff:
        return None
    authorities = [admin.authority for admin in _active_mandates(user, platform_today())]
    if not authorities:
        return None
    single_authority = authorities[0] if len(authorities) == 1 else None
    address = rates_address(authority=single_authority.slug) if single_authority else reverse("figures:rates")
    own = frozenset(authority.pk for authority in authorities)
    return (_headline_context(FiguresScope(own=own), address, platform_today()) or {}) | {"authorities": authorities}


@prepared
def _active_mandates(user: User, today: date) -> QuerySet[AuthorityAdmin]:
    """Return the user's mandates as admin of an authority that are in force on `today`, with their authorities."""
    return AuthorityAdmin.objects.active(today).filter(user=user).select_related("authority")


def _headline_context(scope: FiguresScope, address: str, as_of: date) -> dict[str, Any] | None:
    """Return the context of the rates headline with a link to `address`; None for a scope without any idea."""
    figures = implementation_rates(scope=scope, as_of=as_of, bounded=False)
    if not (figures.accepted or figures.captured or figures.retrospective):
        return None
    return headline_context(figures) | {"address": address}


AUTHORITY_PANEL = Panel("figures/implementation/panel.html", authority_panel)
EDITION_PANEL = Panel("figures/implementation/panel.html", edition_panel)
HOME_CARD = Panel("figures/implementation/home_card.html", home_card)
