"""The figures of a rates page one by one: what each is called, says and means, and which ideas stand behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from prototypes.figures import HORIZONS, Figures
from prototypes.outcomes import REASONS, UNSAID, of_reason
from web.formats import number, percent

SHARES: tuple[tuple[float, StrOrPromise], ...] = (
    (1 / 4, gettext_lazy("A quarter implemented after")),
    (1 / 2, gettext_lazy("Half implemented after")),
    (3 / 4, gettext_lazy("Three quarters implemented after")),
)
# What each figure means, in a few words: beside it on the page, all together on paper.
MEANINGS: dict[str, StrOrPromise] = {
    "within": gettext_lazy(
        "The chance that an idea is in place so long after it was accepted, from all ideas for as long as each was"
        " followed. Ideas abandoned stay in it as ideas that will not be implemented. Chance alone could have given any"
        " share within the range, nineteen times in twenty."
    ),
    "count": gettext_lazy(
        "So many implemented of so many accepted, old and young ideas alike. Implemented: live in its own authority, in"
        " full or adapted, with evidence. Chance alone could have given any share within the range, nineteen times"
        " in twenty."
    ),
    "time": gettext_lazy(
        "The month after acceptance by which that share of all ideas was in place; not reached where the curve stops"
        " before."
    ),
    "confirmed": gettext_lazy(
        "Ideas accepted of which there was a sign in the six months before that day: a step, a test, somebody’s word"
        " that it is still so. What became of the others may have changed unseen."
    ),
    "live": gettext_lazy(
        "Of the ideas implemented, those still in use on that day. One that stopped later was implemented all the same."
    ),
    "abandoned": gettext_lazy("Given up, and not taken up again by that day."),
    "open": gettext_lazy("Accepted, and neither implemented nor abandoned so far: parked ideas too."),
    "elsewhere": gettext_lazy(
        "Ideas of which another authority has its own version live. That counts in no rate: only the idea’s own"
        " authority does."
    ),
}


@dataclass(frozen=True, slots=True)
class Behind:
    """A number that leads to its ideas, for those who may see them."""

    words: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Line:
    """`meaning` is a slug of `MEANINGS`; `outcome` names the ideas behind the value, `others` those behind the rest."""

    label: StrOrPromise
    value: str
    meaning: str
    detail: str = ""
    outcome: str = ""
    others: Behind | None = None

    @property
    def means(self) -> StrOrPromise:
        return MEANINGS[self.meaning]


def lines(figures: Figures) -> Iterator[Line]:
    """Rates only where five ideas or more were accepted."""
    if not figures.only_counts:
        yield from (_within(figures, months) for months in HORIZONS)
    yield _count(figures)
    if not figures.only_counts:
        yield from (Line(label, _months_to(figures, share), "time") for share, label in SHARES)
    yield _confirmed(figures)
    yield _still_live(figures)
    yield Line(_("Abandoned"), _number(figures.abandoned), "abandoned", outcome="abandoned")
    yield Line(_("Open"), _number(figures.open), "open", outcome="open")
    if figures.replications and not figures.group.hidden:
        yield Line(_("Live in another authority too"), _number(figures.replications), "elsewhere")


def _within(figures: Figures, months: int) -> Line:
    words = ngettext("Implemented within %(months)s month", "Implemented within %(months)s months", months)
    label, point = words % {"months": months}, figures.within(months)
    if point is None or point.implemented is None:
        return Line(label, _("not yet"), "within", _("fewer than five ideas were followed that long"))
    return Line(label, _whole(point.implemented), "within", between(point.low, point.high))


def _count(figures: Figures) -> Line:
    value = _("%(implemented)s of %(accepted)s") % {
        "implemented": _number(figures.implemented),
        "accepted": _number(figures.accepted),
    }
    detail = "" if figures.only_counts else between(*(figures.interval or (None, None)))
    return Line(_("Plain count"), value, "count", detail, outcome="implemented")


def _months_to(figures: Figures, share: float) -> str:
    months = figures.months_to(share)
    if months is None:
        return _("not reached")
    return ngettext("%(months)s month", "%(months)s months", months) % {"months": months}


def _confirmed(figures: Figures) -> Line:
    words = {"confirmed": _number(figures.confirmed), "accepted": _number(figures.accepted)}
    silent = figures.accepted - figures.confirmed
    rest = ngettext("%(silent)s not confirmed", "%(silent)s not confirmed", silent) % {"silent": _number(silent)}
    return Line(
        _("Confirmed in the last six months"),
        _("%(confirmed)s of %(accepted)s") % words,
        "confirmed",
        others=Behind(rest, "unconfirmed") if silent else None,
    )


def _still_live(figures: Figures) -> Line:
    if not figures.implemented:
        return Line(_("Still live on that day"), _("none yet"), "live")
    words = {"live": _number(figures.still_live), "implemented": _number(figures.implemented)}
    stopped = figures.implemented - figures.still_live
    rest = ngettext("%(stopped)s no longer", "%(stopped)s no longer", stopped) % {"stopped": _number(stopped)}
    return Line(
        _("Still live on that day"),
        _("%(live)s of %(implemented)s") % words,
        "live",
        others=Behind(rest, "discontinued") if stopped else None,
    )


def reasons(figures: Figures) -> list[tuple[StrOrPromise, str, int]]:
    """Reason, outcome and number, the most frequent first; none where some of the ideas are others'.

    Those who see others' ideas as a whole could subtract their own from each reason and be left with one idea.
    """
    if figures.group.hidden:
        return []
    told = ((REASONS[slug or UNSAID], of_reason(slug), count) for slug, count in figures.reasons.items() if count)
    return sorted(told, key=lambda row: (-row[2], str(row[0])))


def between(low: float | None, high: float | None) -> str:
    """A range in whole percents, empty where there is none."""
    if low is None or high is None:
        return ""
    return _("between %(low)s and %(high)s") % {"low": _whole(low), "high": _whole(high)}


def _number(count: int) -> str:
    return number(count, _locale())


def _whole(share: float) -> str:
    return percent(share, _locale(), decimals=0)


def _locale() -> str:
    return (get_language() or "fr")[:2]
