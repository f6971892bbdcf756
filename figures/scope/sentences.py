"""The ideas that a page counts, in words."""

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from figures.scope.selection import FiguresScope
from figures.scope.visibility import VisibleCohorts

ALL_EDITIONS = _("all editions")


def scope_labels(visible: VisibleCohorts, scope: FiguresScope) -> list[StrOrPromise]:
    """Return the names of what the scope covers, for the line above the heading: authority, edition, and cohort if
    chosen.

    Where no authority or edition is chosen, words such as “Your authorities” and “all editions”.
    """
    authority = scope.authority or (scope.cohort and scope.cohort.authority)
    parts: list[StrOrPromise] = [authority.name if authority else _authorities_label(visible, scope)]
    parts.append(scope.edition.name if scope.edition else ALL_EDITIONS)
    return [*parts, scope.cohort.name] if scope.cohort else parts


def _authorities_label(visible: VisibleCohorts, scope: FiguresScope) -> StrOrPromise:
    """Return the words for the authorities covered where no single one was chosen: “All authorities”, “Your
    authorities”.

    For a reader with one authority, its name.
    """
    if scope.edition and (scope.everyone or visible.own is None):
        return _("All authorities of the edition")
    if visible.own is None:
        return _("All authorities")
    own = visible.authorities()
    return own[0].name if len(own) == 1 else _("Your authorities")
