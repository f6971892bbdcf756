"""The sentences of a rates page beside its headline: the filters that apply, updates, imprecise dates, the funnel."""

from collections.abc import Iterator
from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from figures.implementation.funnel import Funnel
from figures.number_formats import day, number, share
from figures.outcomes.outcome_counts import HORIZONS, Figures
from figures.scope.moments import moment_text
from figures.scope.selection import FiguresScope
from prototypes.ideas.stale import stale_cutoff

# The filters, where there are any: "Counted here: those of priority challenges, accepted from … on."
OF_KIND: dict[str, StrOrPromise] = {
    "test_case": _("ideas of test cases"),
    "priority": _("ideas of priority challenges"),
    "other": _("ideas of other challenges"),
}
ANY_KIND = _("ideas")
PERIOD = _("accepted from %(first)s to %(last)s")
SINCE = _("accepted from %(first)s on")
UNTIL = _("accepted until %(last)s")
KNOWN = _("as known on %(day)s")
NARROWED = _("Counted here: {}.")
BOUNDS_OF_COUNT = _("Depending on the exact dates, between %(low)s and %(high)s of the ideas are implemented.")
BOUNDS_OF_INCIDENCE = _(
    "Depending on the exact dates, between %(low)s and %(high)s of the ideas would be implemented within"
    " %(months)s months."
)


def narrowing_sentence(scope: FiguresScope, known_on: date | None) -> str:
    """Return the filters of the scope, and the day or moment `known_on`, as a sentence; empty without any."""
    if not (scope.kind or scope.accepted_from or scope.accepted_until or known_on):
        return ""
    return str(format_lazy(NARROWED, ", ".join(map(str, _narrowings(scope, known_on)))))


def _narrowings(scope: FiguresScope, known_on: date | None) -> Iterator[StrOrPromise]:
    """Yield each filter in words: kind of challenge (“ideas” for all), period of acceptance, `known_on` if set.

    `known_on` is the day or the moment chosen under “As known on”.
    """
    yield OF_KIND[scope.kind] if scope.kind else ANY_KIND
    first, last = scope.accepted_from, scope.accepted_until
    if first or last:
        words = PERIOD if first and last else SINCE if first else UNTIL
        yield str(words) % {"first": first and day(first), "last": last and day(last)}
    if known_on:
        yield str(KNOWN) % {"day": moment_text(known_on)}


def confirmed_sentence(figures: Figures) -> str:
    """Return as a sentence how many accepted ideas had an update in the six months before the day of the figures."""
    words = ngettext(
        "%(confirmed)s of %(accepted)s accepted ideas had an update after %(day)s.",
        "%(confirmed)s of %(accepted)s accepted ideas had an update after %(day)s.",
        figures.confirmed,
    )
    counts = {"confirmed": number(figures.confirmed), "accepted": number(figures.accepted)}
    return words % {**counts, "day": day(stale_cutoff(figures.as_of))}


def imprecise_sentence(figures: Figures) -> str:
    """Return as text how many ideas have imprecise dates, and how far these could change the rates.

    Empty where all dates are precise.
    """
    if not figures.imprecise:
        return ""
    words = ngettext(
        "%(ideas)s idea has a date known to the month or the year only.",
        "%(ideas)s ideas have dates known to the month or the year only.",
        figures.imprecise,
    )
    return " ".join([words % {"ideas": number(figures.imprecise)}, *_bounds_sentence(figures)])


def _bounds_sentence(figures: Figures) -> Iterator[str]:
    """Yield one sentence with the lowest and highest share that imprecise dates allow.

    The share is that implemented within 12 months if the page shows it, else the plain share. Yield nothing where both
    ends read the same, and with fewer than five ideas.
    """
    if figures.bounds is None or figures.is_too_few_for_rates:
        return
    points = [bound.incidence_at(HORIZONS[0]) for bound in figures.bounds]
    shares = [point.implemented for point in points if point and point.implemented is not None]
    both = len(shares) == len(points)
    low, high = (share(end) for end in sorted(shares if both else (bound.rate or 0.0 for bound in figures.bounds)))
    if low != high:
        yield str(BOUNDS_OF_INCIDENCE if both else BOUNDS_OF_COUNT) % {"low": low, "high": high, "months": HORIZONS[0]}


def funnel_sentence(funnel: Funnel) -> str:
    """Return as a sentence whether cohorts differ, a year after acceptance, more than chance alone would make them.

    It counts the cohorts outside the outer (99.8 %) limits; without any, those outside the inner (95 %) ones; else
    all are inside.
    """
    counts = {"months": HORIZONS[0], "all": len(funnel.dots)}
    if funnel.far_outside:
        words = ngettext(
            "At the same age, %(months)s months after acceptance,"
            " %(cohorts)s of %(all)s cohorts lies outside the outer lines,"
            " where chance alone puts two in a thousand. These figures do not say why.",
            "At the same age, %(months)s months after acceptance,"
            " %(cohorts)s of %(all)s cohorts lie outside the outer lines,"
            " where chance alone puts two in a thousand. These figures do not say why.",
            funnel.far_outside,
        )
    elif funnel.outside:
        words = ngettext(
            "At the same age, %(months)s months after acceptance, %(cohorts)s of %(all)s cohorts lies outside the inner"
            " lines: chance alone puts about one in twenty there.",
            "At the same age, %(months)s months after acceptance, %(cohorts)s of %(all)s cohorts lie outside the inner"
            " lines: chance alone puts about one in twenty there.",
            funnel.outside,
        )
    else:
        words = ngettext(
            "At the same age, %(months)s months after acceptance, the cohort shown is within the range that chance"
            " alone would give.",
            "At the same age, %(months)s months after acceptance, all cohorts shown are within the range that chance"
            " alone would give.",
            len(funnel.dots),
        )
    return words % {"cohorts": funnel.far_outside or funnel.outside, **counts}
