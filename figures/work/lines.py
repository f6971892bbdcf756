"""“What the work gave”, line by line: each figure in words and as numbers, nothing of a masked group."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from figures.formats import between, nothing, number, share, some_of, together
from figures.lines import Line
from figures.outcomes.figures import Figures
from figures.scope.selection import Scope
from figures.work.definitions import work_definitions
from figures.work.figures import WorkFigures
from figures.work.queries import work_done
from prototypes.enums import Result, Strength


def work_shown(scope: Scope, figures: Figures) -> dict[str, Any]:
    """The card's context, in one statement; `figures` are those of the same scope and day."""
    work = work_done(scope=scope, as_of=figures.as_of)
    shown = [] if work.empty else [line for line in work_lines(work) if line.shown]
    return {"work": work, "work_lines": shown, "work_definitions": work_definitions()}


def work_lines(work: WorkFigures) -> Iterator[Line]:
    """Months to the first prototype, tests, how many were locked, what they prove, who came."""
    if not work.tests_only:
        yield from _firsts(work)
    yield from _tests(work)
    if not work.tests_only:
        yield from _attendance(work)


def _line(slug: str, label: str, said: tuple[str, str], *, hidden: bool, **numbers: Any) -> Line:
    """Numbers only where they may be seen."""
    shown, detail = said
    if hidden:
        return Line(slug, label, note=_("fewer than five"), shown=shown, detail=detail)
    return Line(slug, label, shown=shown, detail=detail, **numbers)


def _firsts(work: WorkFigures) -> Iterator[Line]:
    hidden, on_time = work.started.masked, work.firsts["on_time"] if work.targeted else None
    yield _line(
        "first_prototype_on_time",
        _("First prototype in test"),
        first_prototype(work),
        hidden=hidden,
        value=on_time,
        denominator=work.targeted,
    )
    if not hidden:
        yield Line("first_prototype_late", _("First prototype in test, late"), work.firsts["late"])
        yield Line("first_prototype_overdue", _("First prototype in test, overdue"), work.firsts["overdue"])
        yield Line("first_prototype_not_yet", _("First prototype in test, not yet due"), work.firsts["not_yet"])
        half = _("Half of the cohorts had a prototype in test after")
        yield Line("first_prototype_half_after", half, work.median_months, note=_("months"))


def _tests(work: WorkFigures) -> Iterator[Line]:
    hidden, (low, high) = work.tests.masked, work.locked_interval or (None, None)
    concluded = work.tests.total
    yield _line("tests_concluded", _("Tests concluded"), tests(work), hidden=hidden, value=concluded)
    if not hidden:
        for slug, count in work.results.items():
            label = _("Tests concluded: %(result)s") % {"result": Result(slug).label}
            yield Line(f"tests_{slug}", label, count, denominator=concluded)
    yield _line(
        "tests_locked",
        _("Locked before observation"),
        locked(work),
        hidden=hidden,
        value=work.locked_share,
        low=low,
        high=high,
        numerator=work.locked,
        denominator=concluded,
    )
    said = sum(work.strengths.values())
    yield _line("strength", _("Strength of evidence"), strength(work), hidden=hidden, value=said, denominator=concluded)
    if not hidden:
        for slug, count in work.strengths.items():
            label = _("Strength of evidence: %(strength)s") % {"strength": Strength(slug).label}
            yield Line(f"strength_{slug}", label, count, denominator=concluded)


def _attendance(work: WorkFigures) -> Iterator[Line]:
    yield _line(
        "attendance",
        _("Attendance"),
        attendance(work),
        hidden=work.people.masked,
        value=work.attendance,
        numerator=work.came,
        denominator=work.expected,
    )
    if not work.people.masked:
        yield Line(
            "attendance_unknown",
            _("Half-days not recorded"),
            work.unknown_share,
            numerator=work.unknown,
            denominator=work.expected + work.unknown,
        )


def first_prototype(work: WorkFigures) -> tuple[str, str]:
    """How many cohorts had one in time, and after how many months half of them had one."""
    if work.started.masked:
        return masked(), ""
    if not work.started.total:
        return nothing(), ""
    if not work.targeted:
        return _half_after(work), _("no target in the format")
    on_time = _("%(some)s of %(all)s on time") % {"some": work.firsts["on_time"], "all": work.targeted}
    return on_time, together(_others(work), _target(work), _half_after(work))


def _others(work: WorkFigures) -> str:
    late, missing = work.firsts["late"], work.firsts["overdue"]
    return together(
        pgettext("cohorts", "%(count)s late") % {"count": late} if late else "",
        pgettext("cohorts", "%(count)s overdue") % {"count": missing} if missing else "",
        pgettext("cohorts", "%(count)s not yet due") % {"count": work.firsts["not_yet"]}
        if work.firsts["not_yet"]
        else "",
    )


def _target(work: WorkFigures) -> str:
    low, high = work.targets[0], work.targets[-1]
    if low != high:
        return _("target by format: %(low)s to %(high)s months") % {"low": low, "high": high}
    return ngettext("target: %(months)s month", "target: %(months)s months", low) % {"months": low}


def _half_after(work: WorkFigures) -> str:
    months = work.median_months
    if months is None:
        return _("half of the cohorts: not reached yet")
    return ngettext("half after %(months)s month", "half after %(months)s months", months) % {"months": months}


def tests(work: WorkFigures) -> tuple[str, str]:
    """How many, and how they ended."""
    if work.tests.masked:
        return masked(), ""
    if not work.tests.total:
        return nothing(), ""
    return number(work.tests.total), together(
        *(f"{number(count)} {Result(slug).label}" for slug, count in work.results.items() if count)
    )


def locked(work: WorkFigures) -> tuple[str, str]:
    """The share of tests whose threshold was fixed before anything was observed, with its interval."""
    if work.tests.masked:
        return masked(), ""
    if work.locked_interval is None:
        return nothing(), ""
    return some_of(work.locked, work.tests.total), between(*work.locked_interval)


def strength(work: WorkFigures) -> tuple[str, str]:
    """What the tests prove, the strongest first."""
    if work.tests.masked:
        return masked(), ""
    told = [(Strength(slug).label, count) for slug, count in work.strengths.items() if count][::-1]
    if not told:
        return nothing(), ""
    unsaid = work.tests.total - sum(count for _label, count in told)
    return together(*(f"{number(count)} {label}" for label, count in told)), (
        _("not stated for %(count)s") % {"count": number(unsaid)} if unsaid else ""
    )


def attendance(work: WorkFigures) -> tuple[str, str]:
    """The share of half-days that people came to; what nobody noted is left out, and how much that is."""
    if work.people.masked:
        return masked(), ""
    if work.unknown_share is None:
        return nothing(), ""
    unknown = _("not recorded, not counted: %(share)s") % {"share": share(work.unknown_share)} if work.unknown else ""
    if work.attendance is None:
        return nothing(), unknown
    counted = {"came": number(work.came), "expected": number(work.expected)}
    return share(work.attendance), together(_("%(came)s of %(expected)s half-days") % counted, unknown)


def masked() -> str:
    return _("hidden: fewer than five from other cohorts")
