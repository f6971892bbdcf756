"""What the template of “What the work gave” needs: each figure in words, nothing of a masked group."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from prototypes.enums import Result, Strength
from prototypes.figures import Figures
from prototypes.rates_queries import Scope
from prototypes.work_figures import WorkFigures
from prototypes.work_queries import work_done
from web import formats


@dataclass(frozen=True, slots=True)
class Said:
    """One figure as people read it: what it is, its value, and what must be known beside it."""

    label: str
    value: str
    detail: str = ""


def work_shown(scope: Scope, figures: Figures) -> dict[str, Any]:
    """The card's context, in one statement; `figures` are those of the same scope and day, for what is beside rates."""
    work = work_done(scope=scope, as_of=figures.as_of)
    return {"work": work, "work_lines": [] if work.empty else [*work_lines(work), *beside(figures)]}


def work_lines(work: WorkFigures) -> list[Said]:
    """Months to the first prototype, tests, how many were locked, what they prove, who came."""
    return [
        Said(_("First prototype in test"), *first_prototype(work)),
        Said(_("Tests concluded"), *tests(work)),
        Said(_("Locked before observing"), *locked(work)),
        Said(_("Strength of evidence"), *strength(work)),
        Said(_("Attendance"), *attendance(work)),
    ]


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
        return _("half of the cohorts: not yet")
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
    return _("%(some)s of %(all)s") % {"some": number(work.locked), "all": number(work.tests.total)}, between(
        *work.locked_interval
    )


def strength(work: WorkFigures) -> tuple[str, str]:
    """What the tests prove, the strongest first."""
    if work.tests.masked:
        return masked(), ""
    told = [(Strength(slug).label, count) for slug, count in work.strengths.items() if count][::-1]
    if not told:
        return nothing(), ""
    unsaid = work.tests.total - sum(count for _label, count in told)
    return together(*(f"{number(count)} {label}" for label, count in told)), (
        _("not said of %(count)s") % {"count": number(unsaid)} if unsaid else ""
    )


def attendance(work: WorkFigures) -> tuple[str, str]:
    """The share of half-days that people came to; what nobody noted is left out, and how much that is."""
    if work.people.masked:
        return masked(), ""
    if work.unknown_share is None:
        return nothing(), ""
    unknown = _("not noted, left out: %(share)s") % {"share": share(work.unknown_share)} if work.unknown else ""
    if work.attendance is None:
        return nothing(), unknown
    counted = {"came": number(work.came), "expected": number(work.expected)}
    return share(work.attendance), together(_("%(came)s of %(expected)s half-days") % counted, unknown)


def beside(figures: Figures) -> list[Said]:
    """What is in no rate: ideas taken up elsewhere, and those that are still live."""
    if figures.masked:
        return []
    live = {"some": number(figures.still_live), "all": number(figures.implemented)}
    return [
        Said(_("Still live on that day"), _("%(some)s of %(all)s") % live if figures.implemented else nothing()),
        Said(_("Taken up in other authorities"), number(figures.replications), _("in no rate")),
    ]


def masked() -> str:
    return _("hidden: fewer than five of others")


def nothing() -> str:
    return pgettext("figure", "none yet")


def together(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def between(low: float, high: float) -> str:
    """An interval of a share, in whole percent."""
    return _("between %(low)s and %(high)s") % {"low": share(low), "high": share(high)}


def share(value: float) -> str:
    return formats.percent(value, language(), decimals=0)


def number(value: float) -> str:
    return formats.number(value, language())


def language() -> str:
    return (get_language() or "fr")[:2]
