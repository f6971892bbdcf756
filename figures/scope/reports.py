"""Permanent addresses of reports: an address that names the cohorts counted, and what its reader may no longer read."""

import re
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from figures.scope.selection import FiguresScope
from figures.scope.visibility import VisibleCohorts

ALL_COHORTS: Final = "all"
INCOMPLETE: Final = gettext_lazy(
    "The address of this report is not complete. Copy it from the report again, up to its last character."
)
WRITTEN_IDS: Final = re.compile(r"\d{1,18}(-\d{1,18}){0,499}")


class ReportCohortsField(forms.CharField):
    """The cohorts that a report counted, as its address writes them: their ids joined by “-”, or “all”."""

    widget = forms.HiddenInput

    def __init__(self, *, label: StrOrPromise) -> None:
        super().__init__(label=label, required=False)

    def clean(self, value: Any) -> str:
        """Return the value as written; raise ValidationError for anything but ids and “all”."""
        text = str(super().clean(value))
        if text and text != ALL_COHORTS and parse_report_cohorts(text) is None:
            raise forms.ValidationError(INCOMPLETE)
        return text

    def text_of(self, value: str) -> str:
        """Return the value in words: “3 cohorts”, “all cohorts”."""
        ids = parse_report_cohorts(value)
        if ids is None:
            return _("all cohorts")
        return ngettext("%(cohorts)s cohort", "%(cohorts)s cohorts", len(ids)) % {"cohorts": len(ids)}


def parse_report_cohorts(text: str) -> frozenset[int] | None:
    """Return the ids of the cohorts that an address names, like “4-7-9”; None for any other text, such as “all”."""
    return frozenset(map(int, text.split("-"))) if WRITTEN_IDS.fullmatch(text) else None


def write_report_cohorts(visible: VisibleCohorts, scope: FiguresScope) -> str:
    """Return the cohorts that a scope counts, for the permanent address of a report.

    Empty where the scope names an authority or a cohort: everyone who may choose it counts the same ideas.
    """
    if scope.authority or scope.cohort:
        return ""
    if scope.report_cohorts is not None:
        return _joined(scope.report_cohorts)
    return ALL_COHORTS if visible.own is None else _joined(cohort.pk for cohort in visible.cohorts_in(scope))


def _joined(ids: Iterable[int]) -> str:
    """Return ids as an address writes them, in ascending order."""
    return "-".join(map(str, sorted(ids)))


def missing_from_report(visible: VisibleCohorts, scope: FiguresScope, counted: str) -> list[str]:
    """Return sentences on the cohorts that the report at this address counted and this reader does not count.

    `counted` is the value of the field “counted”. Empty where the figures are those of the report.
    """
    if not counted or visible.own is None:
        return []
    if counted == ALL_COHORTS and not (scope.edition or scope.authority or scope.cohort):
        return [_("The report counted all authorities. You can read only some of them: these figures differ from it.")]
    names, unnamed = _missing_cohorts(visible, scope)
    sentences = []
    if names:
        words = _(
            "The report also counted %(authorities)s. You cannot read these figures, or no longer: they are left out"
            " here, so that the figures differ from the report."
        )
        sentences.append(words % {"authorities": ", ".join(names)})
    if unnamed:
        words = ngettext(
            "The report also counted %(cohorts)s cohort whose figures you cannot read, or no longer: it is left out"
            " here, so that the figures differ from the report.",
            "The report also counted %(cohorts)s cohorts whose figures you cannot read, or no longer: they are left out"
            " here, so that the figures differ from the report.",
            unnamed,
        )
        sentences.append(words % {"cohorts": unnamed})
    return sentences


def _missing_cohorts(visible: VisibleCohorts, scope: FiguresScope) -> tuple[list[str], int]:
    """Return the names of the authorities whose cohorts are left out, and how many further cohorts are.

    An authority is named where the reader takes part in the edition and so knows that it does too.
    """
    if scope.report_cohorts is None:
        missing = frozenset(cohort.pk for cohort in visible.withheld_from(scope))
    else:
        missing = scope.report_cohorts - {cohort.pk for cohort in visible.cohorts_in(scope)}
    known = [cohort for cohort in (*visible.withheld, *visible.cohorts) if cohort.pk in missing]
    return sorted({cohort.authority.name for cohort in known}, key=str.casefold), len(missing) - len(known)
