"""The ideas that a page counts, in words: whose they are, and whose are left out."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from cohorts.models import Cohort
from figures.scope.selection import MAX_COHORTS, FiguresScope
from figures.scope.visibility import VisibleCohorts

ALL_EDITIONS = _("all editions")
# What a page counts that follows ideas from the day of their acceptance.
DATED_EDITIONS = _("editions with known dates")
ONLY = _("%(authority)s only")
COUNTED = _("Counted: %(authorities)s.")
NOT_COUNTED = _("Not included: %(authorities)s. Each cohort chooses whether to share its figures.")


class Coverage(NamedTuple):
    """The names of the authorities whose cohorts a total of an edition holds, and of those it leaves out.

    An authority with several cohorts may be among both.
    """

    counted: list[str]
    not_counted: list[str]

    @property
    def sentences(self) -> list[str]:
        """The two lists as sentences; without those that have no name."""
        texts = ((COUNTED, self.counted), (NOT_COUNTED, self.not_counted))
        return [str(text) % {"authorities": ", ".join(names)} for text, names in texts if names]


def coverage(visible: VisibleCohorts, scope: FiguresScope) -> Coverage:
    """Return the authorities that the total of an edition includes, and those it leaves out, by name.

    Both are empty for any other scope, for an edition known from publications, and for more than 100 cohorts.
    """
    is_edition = scope.edition and not (scope.authority or scope.cohort or scope.edition.retrospective)
    if not is_edition or not (scope.everyone or visible.own is None):
        return Coverage([], [])
    counted, withheld = visible.cohorts_in(scope), visible.withheld_from(scope)
    if len(counted) + len(withheld) > MAX_COHORTS:
        return Coverage([], [])
    return Coverage(authority_names(counted), authority_names(withheld))


def coverage_rows(visible: VisibleCohorts, scope: FiguresScope) -> list[tuple[str, str]]:
    """Return the authorities that a total holds and leaves out as rows of a file: pairs of a label and the names."""
    counted, not_counted = coverage(visible, scope)
    rows = (
        (_("Counted"), counted),
        (_("Not included (each cohort chooses whether to share its figures)"), not_counted),
    )
    return [(str(label), ", ".join(names)) for label, names in rows if names]


def authority_names(cohorts: Iterable[Cohort]) -> list[str]:
    """Return the names of the authorities of the cohorts, each once, in alphabetical order."""
    return sorted({cohort.authority.name for cohort in cohorts}, key=str.casefold)


def scope_labels(
    visible: VisibleCohorts, scope: FiguresScope, *, editions: StrOrPromise = ALL_EDITIONS
) -> list[StrOrPromise]:
    """Return the names of what the scope covers, for the line above the heading: authority, edition, cohort.

    Where no authority or edition is chosen, words such as “Your authorities” and `editions`.
    """
    authority = scope.authority or (scope.cohort and scope.cohort.authority)
    parts: list[StrOrPromise] = [authority.name if authority else _authorities_label(visible, scope)]
    parts.append(scope.edition.name if scope.edition else editions)
    return [*parts, scope.cohort.name] if scope.cohort else parts


def _authorities_label(visible: VisibleCohorts, scope: FiguresScope) -> StrOrPromise:
    """Return the words for the authorities where none was chosen: “All authorities”, “Your authorities”.

    For a reader with one authority, its name and “only”.
    """
    if scope.edition and (scope.everyone or visible.own is None):
        is_full = visible.counts_all_of(scope)
        return _("All authorities of the edition") if is_full else _("Some authorities of the edition")
    if visible.own is None:
        return _("All authorities")
    own = visible.authorities()
    return ONLY % {"authority": own[0].name} if len(own) == 1 else _("Your authorities")
