"""The headline of the rates on pages of others: of an authority, of an edition, and the home of its admins."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from accounts.requests import person
from figures.implementation.context import headline
from figures.outcomes.queries import implementation_rates
from figures.scope.forms import MONTHLY, told_by
from figures.scope.selection import Scope
from figures.scope.visibility import Reach, reach_of
from programmes.models import Authority, AuthorityAdmin, Edition
from web.database.prepared import prepared
from web.dates.clock import platform_today
from web.pages.panels import Panel


def rates_address(**chosen: str) -> str:
    return f"{reverse('figures:rates')}?{urlencode(chosen)}"


def of_authority(request: HttpRequest, authority: Authority) -> dict[str, Any] | None:
    """For those who may read the authority's ideas one by one."""
    reach = _reach(request)
    if not (reach.own is None or authority.pk in reach.own):
        return None
    return _headline(reach.scope(authority=authority), rates_address(authority=authority.slug), platform_today())


def of_edition(request: HttpRequest, edition: Edition) -> dict[str, Any] | None:
    """For members of any of its cohorts, the edition as a whole."""
    reach = _reach(request)
    if not reach.shares(edition):
        return None
    today, scope = platform_today(), reach.scope(edition=edition)
    as_of = told_by(reach, scope, today)
    shown = _headline(scope, rates_address(edition=edition.slug), as_of)
    return shown and shown | {"another_day": MONTHLY if as_of != today else ""}


def _reach(request: HttpRequest) -> Reach:
    """Lab staff reach everything: nothing has to be read for that."""
    user = person(request)
    return Reach((), None) if user.is_lab_staff else reach_of(user)


def of_administered(request: HttpRequest) -> dict[str, Any] | None:
    """The card of those who answer for an authority: what became of its ideas."""
    user = person(request)
    if user.is_lab_staff:
        return None
    authorities = [admin.authority for admin in _administered(user, platform_today())]
    if not authorities:
        return None
    only = authorities[0] if len(authorities) == 1 else None
    address = rates_address(authority=only.slug) if only else reverse("figures:rates")
    own = frozenset(authority.pk for authority in authorities)
    return (_headline(Scope(own=own), address, platform_today()) or {}) | {"authorities": authorities}


@prepared
def _administered(user: User, today: date) -> QuerySet[AuthorityAdmin]:
    return AuthorityAdmin.objects.active(today).filter(user=user).select_related("authority")


def _headline(scope: Scope, address: str, as_of: date) -> dict[str, Any] | None:
    figures = implementation_rates(scope=scope, as_of=as_of, bounded=False)
    if not (figures.group.total or figures.captured.total or figures.retrospective):
        return None
    return headline(figures) | {"address": address}


AUTHORITY_PANEL = Panel("figures/implementation/panel.html", of_authority)
EDITION_PANEL = Panel("figures/implementation/panel.html", of_edition)
HOME_CARD = Panel("figures/implementation/home_card.html", of_administered)
