"""The lines of the card “Results of the work”: each figure in words and as numbers, without masked groups."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from figures.figure_lines import FigureLine
from figures.formats import between, nothing, number, share, some_of, together
from figures.outcomes.figures import Figures
from figures.scope.selection import FiguresScope
from figures.work.definitions import work_definitions
from figures.work.figures import WorkFigures
from figures.work.queries import work_done
from prototypes.enums import Result, Strength


def work_context(scope: FiguresScope, figures: Figures) -> dict[str, Any]:
    """Return the context of the card “Results of the work”, in one statement.

    `figures` are the rates of the same scope, from which the day is taken.
    """
    work = work_done(scope=scope, as_of=figures.as_of)
    lines = [] if work.is_empty else [line for line in work_lines(work) if line.display]
    return {"work": work, "work_lines": lines, "work_definitions": work_definitions()}


def work_lines(work: WorkFigures) -> Iterator[FigureLine]:
    """Yield the results of the work as lines: first prototype, tests, share locked, evidence, attendance."""
    if not work.tests_only:
        yield from _firsts(work)
    yield from _tests(work)
    if not work.tests_only:
        yield from _attendance(work)


def _line(slug: str, label: str, text: tuple[str, str], *, hidden: bool, **numbers: Any) -> FigureLine:
    """Return a figure as a line; with `hidden`, without its numbers. `text` is what the page shows, and a detail."""
    display, detail = text
    if hidden:
        return FigureLine(slug, label, note=_("fewer than five"), display=display, detail=detail)
    return FigureLine(slug, label, display=display, detail=detail, **numbers)


def _firsts(work: WorkFigures) -> Iterator[FigureLine]:
    """Yield the lines of cohorts by status of their first prototype, and of the months by which half had one."""
    hidden, on_time = work.started.masked, work.first_prototypes["on_time"] if work.targeted else None
    yield _line(
        "first_prototype_on_time",
        _("First prototype in test"),
        first_prototype_text(work),
        hidden=hidden,
        value=on_time,
        denominator=work.targeted,
    )
    if not hidden:
        yield FigureLine("first_prototype_late", _("First prototype in test, late"), work.first_prototypes["late"])
        yield FigureLine(
            "first_prototype_overdue", _("First prototype in test, overdue"), work.first_prototypes["overdue"]
        )
        yield FigureLine(
            "first_prototype_not_yet", _("First prototype in test, not yet due"), work.first_prototypes["not_yet"]
        )
        half = _("Half of the cohorts had a prototype in test after")
        yield FigureLine("first_prototype_half_after", half, work.median_months, note=_("months"))


def _tests(work: WorkFigures) -> Iterator[FigureLine]:
    """Yield the lines of the concluded tests by result, of those locked before observation, and by strength of
    evidence.
    """
    hidden, (low, high) = work.tests.masked, work.locked_interval or (None, None)
    concluded = work.tests.total
    yield _line("tests_concluded", _("Tests concluded"), tests_text(work), hidden=hidden, value=concluded)
    if not hidden:
        for slug, count in work.results.items():
            label = _("Tests concluded: %(result)s") % {"result": Result(slug).label}
            yield FigureLine(f"tests_{slug}", label, count, denominator=concluded)
    yield _line(
        "tests_locked",
        _("Locked before observation"),
        locked_text(work),
        hidden=hidden,
        value=work.locked_share,
        low=low,
        high=high,
        numerator=work.locked,
        denominator=concluded,
    )
    stated = sum(work.strengths.values())
    yield _line(
        "strength", _("Strength of evidence"), strength_text(work), hidden=hidden, value=stated, denominator=concluded
    )
    if not hidden:
        for slug, count in work.strengths.items():
            label = _("Strength of evidence: %(strength)s") % {"strength": Strength(slug).label}
            yield FigureLine(f"strength_{slug}", label, count, denominator=concluded)


def _attendance(work: WorkFigures) -> Iterator[FigureLine]:
    """Yield the lines of the share of half-days attended, and of half-days without a record."""
    yield _line(
        "attendance",
        _("Attendance"),
        attendance_text(work),
        hidden=work.people.masked,
        value=work.attendance,
        numerator=work.came,
        denominator=work.expected,
    )
    if not work.people.masked:
        yield FigureLine(
            "attendance_unknown",
            _("Half-days not recorded"),
            work.unknown_share,
            numerator=work.unknown,
            denominator=work.expected + work.unknown,
        )


def first_prototype_text(work: WorkFigures) -> tuple[str, str]:
    """Return as text how many cohorts had a first prototype in time, and as a detail the late ones and the median
    months.
    """
    if work.started.masked:
        return masked_text(), ""
    if not work.started.total:
        return nothing(), ""
    if not work.targeted:
        return _half_after(work), _("no target in the format")
    on_time = _("%(some)s of %(all)s on time") % {"some": work.first_prototypes["on_time"], "all": work.targeted}
    return on_time, together(_others(work), _target(work), _half_after(work))


def _others(work: WorkFigures) -> str:
    """Return as text the cohorts with a late, overdue or not yet due first prototype; empty without any."""
    late, missing = work.first_prototypes["late"], work.first_prototypes["overdue"]
    return together(
        pgettext("cohorts", "%(count)s late") % {"count": late} if late else "",
        pgettext("cohorts", "%(count)s overdue") % {"count": missing} if missing else "",
        pgettext("cohorts", "%(count)s not yet due") % {"count": work.first_prototypes["not_yet"]}
        if work.first_prototypes["not_yet"]
        else "",
    )


def _target(work: WorkFigures) -> str:
    """Return as text the months that the formats allow for the first prototype."""
    low, high = work.targets[0], work.targets[-1]
    if low != high:
        return _("target by format: %(low)s to %(high)s months") % {"low": low, "high": high}
    return ngettext("target: %(months)s month", "target: %(months)s months", low) % {"months": low}


def _half_after(work: WorkFigures) -> str:
    """Return as text the months by which half of the cohorts had a first prototype in test."""
    months = work.median_months
    if months is None:
        return _("half of the cohorts: not reached yet")
    return ngettext("half after %(months)s month", "half after %(months)s months", months) % {"months": months}


def tests_text(work: WorkFigures) -> tuple[str, str]:
    """Return the number of concluded tests as text, and as a detail their results."""
    if work.tests.masked:
        return masked_text(), ""
    if not work.tests.total:
        return nothing(), ""
    return number(work.tests.total), together(
        *(f"{number(count)} {Result(slug).label}" for slug, count in work.results.items() if count)
    )


def locked_text(work: WorkFigures) -> tuple[str, str]:
    """Return as text how many tests had their threshold fixed before anything was observed, and the interval of the
    share.
    """
    if work.tests.masked:
        return masked_text(), ""
    if work.locked_interval is None:
        return nothing(), ""
    return some_of(work.locked, work.tests.total), between(*work.locked_interval)


def strength_text(work: WorkFigures) -> tuple[str, str]:
    """Return as text the concluded tests by strength of evidence, strongest first.

    The second text says for how many tests it is not stated.
    """
    if work.tests.masked:
        return masked_text(), ""
    counts = [(Strength(slug).label, count) for slug, count in work.strengths.items() if count][::-1]
    if not counts:
        return nothing(), ""
    not_stated = work.tests.total - sum(count for _label, count in counts)
    return together(*(f"{number(count)} {label}" for label, count in counts)), (
        _("not stated for %(count)s") % {"count": number(not_stated)} if not_stated else ""
    )


def attendance_text(work: WorkFigures) -> tuple[str, str]:
    """Return as text the share of half-days attended, and as a detail the counts and the share without a record."""
    if work.people.masked:
        return masked_text(), ""
    if work.unknown_share is None:
        return nothing(), ""
    unknown = _("not recorded, not counted: %(share)s") % {"share": share(work.unknown_share)} if work.unknown else ""
    if work.attendance is None:
        return nothing(), unknown
    counted = {"came": number(work.came), "expected": number(work.expected)}
    return share(work.attendance), together(_("%(came)s of %(expected)s half-days") % counted, unknown)


def masked_text() -> str:
    """Return the text shown instead of a number that would reveal too much about other cohorts."""
    return _("hidden: fewer than five from other cohorts")
