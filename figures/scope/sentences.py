"""Whose ideas a page counts, in words."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from figures.scope.selection import Scope
from figures.scope.visibility import Reach

ALL_EDITIONS = _("all editions")


def whose(reach: Reach, scope: Scope) -> list[StrOrPromise]:
    """Whose ideas are counted, from the widest to the narrowest, for the line above the heading."""
    where = scope.authority or (scope.cohort and scope.cohort.authority)
    parts: list[StrOrPromise] = [where.name if where else _everybody(reach, scope)]
    parts.append(scope.edition.name if scope.edition else ALL_EDITIONS)
    return [*parts, scope.cohort.name] if scope.cohort else parts


def _everybody(reach: Reach, scope: Scope) -> StrOrPromise:
    if scope.edition and (scope.everyone or reach.own is None):
        return _("All authorities of the edition")
    if reach.own is None:
        return _("All authorities")
    own = reach.authorities()
    return own[0].name if len(own) == 1 else _("Your authorities")
