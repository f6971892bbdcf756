"""The lines of the card “Results of the work”: each figure in words and as numbers."""

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django_stubs_ext import StrOrPromise

from figures.figure_lines import FigureLine
from figures.number_formats import count_of_total, join_parts, none_yet, number, share
from figures.outcomes.outcome_counts import Figures
from figures.scope.selection import FiguresScope
from figures.work.definitions import work_definitions
from figures.work.queries import work_done
from figures.work.work_counts import WorkFigures
from prototypes.enums import Result, Strength

# A threshold that is reached is not an idea that works.
RESULT_TEXTS: Final[dict[str, StrOrPromise]] = {
    "met": gettext_lazy("threshold reached"),
    "not_met": gettext_lazy("threshold not reached"),
    "inconclusive": gettext_lazy("inconclusive"),
}


def work_context(scope: FiguresScope, figures: Figures) -> dict[str, Any]:
    """Return the template context of the card “Results of the work” for the day of the rates; one statement."""
    work = work_done(scope=scope, as_of=figures.as_of)
    lines = [] if work.is_empty else [line for line in work_lines(work) if line.display]
    return {"work": work, "work_lines": lines, "work_definitions": work_definitions()}


def work_lines(work: WorkFigures) -> Iterator[FigureLine]:
    """Yield the results of the work as lines: first prototype, tests, strength of evidence, attendance.

    Where a kind of challenge or a period is chosen, only the lines on tests.
    """
    if not work.tests_only:
        yield from _first_prototype_lines(work)
    yield from _test_lines(work)
    if not work.tests_only:
        yield from _attendance_lines(work)


def _figure_line(slug: str, label: str, text: tuple[str, str], **numbers: Any) -> FigureLine:
    """Return a figure as a line: `text` is what the page shows and a detail; `numbers` are the values of the line."""
    display, detail = text
    return FigureLine(slug, label, display=display, detail=detail, **numbers)


def _first_prototype_lines(work: WorkFigures) -> Iterator[FigureLine]:
    """Yield the lines of cohorts by status of their first prototype, and of the months by which half had one."""
    on_time = work.first_prototypes["on_time"] if work.targeted else None
    yield _figure_line(
        "first_prototype_on_time",
        _("First prototype in test"),
        first_prototype_text(work),
        value=on_time,
        denominator=work.targeted,
    )
    yield FigureLine("first_prototype_late", _("First prototype in test, late"), work.first_prototypes["late"])
    yield FigureLine("first_prototype_overdue", _("First prototype in test, overdue"), work.first_prototypes["overdue"])
    yield FigureLine(
        "first_prototype_not_yet", _("First prototype in test, not yet due"), work.first_prototypes["not_yet"]
    )
    half = _("Half of the cohorts had a prototype in test after")
    yield FigureLine("first_prototype_half_after", half, work.median_months, note=_("months"))


def _test_lines(work: WorkFigures) -> Iterator[FigureLine]:
    """Yield the lines of the concluded tests: all, by result, with a threshold fixed in time, by strength."""
    yield _figure_line("tests_concluded", _("Tests concluded"), tests_text(work), value=work.tests)
    for slug, count in work.total.results.items():
        label = _("Tests concluded: %(result)s") % {"result": Result(slug).label}
        yield FigureLine(f"tests_{slug}", label, count, denominator=work.tests)
    yield _figure_line(
        "tests_locked",
        _("Threshold fixed by the day of the test"),
        locked_text(work),
        value=work.locked_share,
        numerator=work.total.locked,
        denominator=work.tests,
    )
    stated = sum(work.total.strengths.values())
    yield _figure_line("strength", _("Strength of evidence"), strength_text(work), value=stated, denominator=work.tests)
    for slug, count in work.total.strengths.items():
        label = _("Strength of evidence: %(strength)s") % {"strength": Strength(slug).label}
        yield FigureLine(f"strength_{slug}", label, count, denominator=work.tests)


def _attendance_lines(work: WorkFigures) -> Iterator[FigureLine]:
    """Yield the lines of the shares of half-days attended, excused and without a record."""
    yield _figure_line(
        "attendance",
        _("Attendance"),
        attendance_text(work),
        value=work.attendance,
        numerator=work.total.came,
        denominator=work.total.expected,
    )
    for slug, label, half_days, of_all in (
        ("excused", _("Half-days excused"), work.total.excused, work.excused_share),
        ("unknown", _("Half-days not recorded"), work.total.unknown, work.unknown_share),
    ):
        yield FigureLine(f"attendance_{slug}", label, of_all, numerator=half_days, denominator=work.half_days)


def first_prototype_text(work: WorkFigures) -> tuple[str, str]:
    """Return how many cohorts had a first prototype in time; as a detail the late ones, target and median.

    “none yet” while no cohort has started.
    """
    if not work.started:
        return none_yet(), ""
    if not work.targeted:
        return _median_text(work), _("no target in the format")
    on_time = _("%(some)s of %(all)s on time") % {"some": work.first_prototypes["on_time"], "all": work.targeted}
    return on_time, join_parts(_not_on_time_text(work), _target_text(work), _median_text(work))


def _not_on_time_text(work: WorkFigures) -> str:
    """Return the cohorts whose first prototype is late, overdue or not yet due as text: “2 late · 1 overdue”."""
    late, missing = work.first_prototypes["late"], work.first_prototypes["overdue"]
    return join_parts(
        pgettext("cohorts", "%(count)s late") % {"count": late} if late else "",
        pgettext("cohorts", "%(count)s overdue") % {"count": missing} if missing else "",
        pgettext("cohorts", "%(count)s not yet due") % {"count": work.first_prototypes["not_yet"]}
        if work.first_prototypes["not_yet"]
        else "",
    )


def _target_text(work: WorkFigures) -> str:
    """Return the months that formats allow for the first prototype as text, lowest and highest if they differ."""
    low, high = work.targets[0], work.targets[-1]
    if low != high:
        return _("target by format: %(low)s to %(high)s months") % {"low": low, "high": high}
    return ngettext("target: %(months)s month", "target: %(months)s months", low) % {"months": low}


def _median_text(work: WorkFigures) -> str:
    """Return as text the months by which half of the cohorts, or the only one, had a first prototype in test."""
    months = work.median_months
    if months is None:
        return _("half of the cohorts: not reached yet") if work.started > 1 else none_yet()
    if work.started == 1:
        return ngettext("in test after %(months)s month", "in test after %(months)s months", months) % {
            "months": months
        }
    return ngettext("half after %(months)s month", "half after %(months)s months", months) % {"months": months}


def tests_text(work: WorkFigures) -> tuple[str, str]:
    """Return as text the number of concluded tests, and as a detail how many had each result.

    “none yet” without tests.
    """
    if not work.tests:
        return none_yet(), ""
    return number(work.tests), join_parts(
        *(_count_with_label(RESULT_TEXTS[slug], count) for slug, count in work.total.results.items() if count)
    )


def _count_with_label(label: StrOrPromise, count: int) -> str:
    """Return a number with what it counts as text: “not met: 10”."""
    return _("%(label)s: %(count)s") % {"label": label, "count": number(count)}


def locked_text(work: WorkFigures) -> tuple[str, str]:
    """Return how many tests had their threshold fixed by the day they were held; “none yet” without tests."""
    return (count_of_total(work.total.locked, work.tests) if work.tests else none_yet()), ""


def strength_text(work: WorkFigures) -> tuple[str, str]:
    """Return the tests by strength of evidence, strongest first; as a detail for how many it is not stated.

    “none yet” without tests.
    """
    counts = [(Strength(slug).label, count) for slug, count in work.total.strengths.items() if count][::-1]
    if not counts:
        return none_yet(), ""
    not_stated = work.tests - sum(count for _label, count in counts)
    return join_parts(*(_count_with_label(label, count) for label, count in counts)), (
        _("not stated for %(count)s") % {"count": number(not_stated)} if not_stated else ""
    )


def attendance_text(work: WorkFigures) -> tuple[str, str]:
    """Return as text the share of half-days attended; as a detail the counts, and the half-days that are not counted.

    “none yet” without half-days that members attended or missed without an excuse.
    """
    apart = ""
    if work.half_days:
        of_all = {"excused": share(work.excused_share or 0), "unknown": share(work.unknown_share or 0)}
        apart = _("of all half-days, excused: %(excused)s, not recorded: %(unknown)s") % of_all
    if work.attendance is None:
        return none_yet(), apart
    counted = {"came": number(work.total.came), "expected": number(work.total.expected)}
    return share(work.attendance), join_parts(_("%(came)s of %(expected)s half-days not excused") % counted, apart)
