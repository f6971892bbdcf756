"""The sentences of a rates page: plain words for shares and horizons, whose ideas are meant, and what was narrowed."""

from collections.abc import Iterator
from datetime import date

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from figures.formats import day, number, share
from figures.implementation.funnel import Funnel
from figures.implementation.plain_shares import Outlook
from figures.outcomes.figures import HORIZONS, Figures
from figures.scope.selection import Scope
from prototypes.ideas.stale import silence

# As the one estimate: "about half would be in place".
ABOUT: dict[str, StrOrPromise] = {
    "hardly_any": pgettext_lazy("estimate", "hardly any"),
    "one_in_ten": pgettext_lazy("estimate", "about one in ten"),
    "one_in_five": pgettext_lazy("estimate", "about one in five"),
    "a_quarter": pgettext_lazy("estimate", "about a quarter"),
    "a_third": pgettext_lazy("estimate", "about a third"),
    "two_in_five": pgettext_lazy("estimate", "about two in five"),
    "half": pgettext_lazy("estimate", "about half"),
    "three_in_five": pgettext_lazy("estimate", "about three in five"),
    "two_thirds": pgettext_lazy("estimate", "about two thirds"),
    "three_quarters": pgettext_lazy("estimate", "about three quarters"),
    "four_in_five": pgettext_lazy("estimate", "about four in five"),
    "nine_in_ten": pgettext_lazy("estimate", "about nine in ten"),
    "almost_all": pgettext_lazy("estimate", "almost all"),
}
# As an end of what would not surprise: "anything between a quarter and two thirds".
END: dict[str, StrOrPromise] = {
    "hardly_any": pgettext_lazy("end of a range", "almost none"),
    "one_in_ten": pgettext_lazy("end of a range", "one in ten"),
    "one_in_five": pgettext_lazy("end of a range", "one in five"),
    "a_quarter": pgettext_lazy("end of a range", "a quarter"),
    "a_third": pgettext_lazy("end of a range", "a third"),
    "two_in_five": pgettext_lazy("end of a range", "two in five"),
    "half": pgettext_lazy("end of a range", "half"),
    "three_in_five": pgettext_lazy("end of a range", "three in five"),
    "two_thirds": pgettext_lazy("end of a range", "two thirds"),
    "three_quarters": pgettext_lazy("end of a range", "three quarters"),
    "four_in_five": pgettext_lazy("end of a range", "four in five"),
    "nine_in_ten": pgettext_lazy("end of a range", "nine in ten"),
    "almost_all": pgettext_lazy("end of a range", "almost all"),
}
AFTER: dict[int, StrOrPromise] = {
    6: _("six months after acceptance"),
    12: _("a year after acceptance"),
    18: _("a year and a half after acceptance"),
    24: _("two years after acceptance"),
}
TOO_EARLY = _(
    "It is too early to say how the next ideas will fare: fewer than five ideas were followed for six months."
)
NONE = _("None of these ideas was in place %(after)s. That says little yet about the next ideas.")
ALL = _("The ideas followed that long were all in place %(after)s.")
SHARE = _("If the next ideas fare like these, %(share)s would be in place %(after)s.")
RANGE = _(
    "If the next ideas fare like these, %(share)s would be in place %(after)s. The actual share could be"
    " anywhere between %(low)s and %(high)s."
)
FEW = _(
    "If the next ideas fare like these, %(share)s would be in place %(after)s. Because there are few"
    " ideas, the actual share could be anywhere between %(low)s and %(high)s."
)

# Whose ideas are counted, where not all: "Counted here: those of priority challenges, accepted from … on."
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
BY_THEM = _("Depending on the exact dates, between %(low)s and %(high)s of the ideas are implemented.")
BY_THEM_WITHIN = _(
    "Depending on the exact dates, between %(low)s and %(high)s of the ideas would be implemented within"
    " %(months)s months."
)


def outlook_sentence(outlook: Outlook) -> str:
    """What may be said of the next ideas, as one whole sentence in the reader's language."""
    if outlook.kind == "too_early":
        return str(TOO_EARLY)
    words = {"after": AFTER[outlook.months]}
    if outlook.kind != "share":
        return str({"none": NONE, "all": ALL}[outlook.kind] % words)
    words["share"] = ABOUT[outlook.share]
    if not outlook.ranges:
        return str(SHARE % words)
    words |= {"low": END[outlook.low], "high": END[outlook.high]}
    return str((FEW if outlook.few else RANGE) % words)


def narrowed_to(scope: Scope, known_on: date | None) -> str:
    """Which of the ideas are counted, as a sentence; empty where all are, as they are known now."""
    if not (scope.kind or scope.accepted_from or scope.accepted_until or known_on):
        return ""
    return str(format_lazy(NARROWED, ", ".join(map(str, _narrowings(scope, known_on)))))


def _narrowings(scope: Scope, known_on: date | None) -> Iterator[StrOrPromise]:
    yield OF_KIND[scope.kind] if scope.kind else ANY_KIND
    first, last = scope.accepted_from, scope.accepted_until
    if first or last:
        words = PERIOD if first and last else SINCE if first else UNTIL
        yield str(words) % {"first": first and day(first), "last": last and day(last)}
    if known_on:
        yield str(KNOWN) % {"day": day(known_on)}


def confirmed_sentence(figures: Figures) -> str:
    """How many of the ideas accepted there was a sign of in the six months before the day of the figures."""
    words = ngettext(
        "%(confirmed)s of %(accepted)s accepted ideas has been confirmed since %(day)s.",
        "%(confirmed)s of %(accepted)s accepted ideas have been confirmed since %(day)s.",
        figures.confirmed,
    )
    counts = {"confirmed": number(figures.confirmed), "accepted": number(figures.accepted)}
    return words % {**counts, "day": day(silence(figures.as_of))}


def imprecise_sentence(figures: Figures) -> str:
    """How much days known to the month or the year only could change; empty without any."""
    if not figures.imprecise:
        return ""
    words = ngettext(
        "%(ideas)s idea has a date known to the month or the year only.",
        "%(ideas)s ideas have dates known to the month or the year only.",
        figures.imprecise,
    )
    return " ".join([words % {"ideas": number(figures.imprecise)}, *_least_and_most(figures)])


def _least_and_most(figures: Figures) -> Iterator[str]:
    """Of the share within a year where it is shown, else of the plain one; nothing where both ends are the same."""
    if figures.bounds is None or figures.only_counts:
        return
    points = [bound.within(HORIZONS[0]) for bound in figures.bounds]
    within = [point.implemented for point in points if point and point.implemented is not None]
    both = len(within) == len(points)
    low, high = (share(end) for end in sorted(within if both else (bound.rate or 0.0 for bound in figures.bounds)))
    if low != high:
        yield str(BY_THEM_WITHIN if both else BY_THEM) % {"low": low, "high": high, "months": HORIZONS[0]}


def funnel_sentence(drawn: Funnel) -> str:
    """What may be said of cohorts beside one another, at one age: whether chance alone would put them so."""
    count = drawn.far_outside or drawn.outside or len(drawn.dots)
    words = _far_outside(count) if drawn.far_outside else _outside(count) if drawn.outside else _inside(count)
    return words % {"months": HORIZONS[0], "cohorts": count, "all": len(drawn.dots)}


def _far_outside(cohorts: int) -> str:
    return ngettext(
        "At the same age, %(months)s months after acceptance,"
        " %(cohorts)s of %(all)s cohorts lies outside the outer lines,"
        " where chance alone puts two in a thousand. These figures do not say why.",
        "At the same age, %(months)s months after acceptance,"
        " %(cohorts)s of %(all)s cohorts lie outside the outer lines,"
        " where chance alone puts two in a thousand. These figures do not say why.",
        cohorts,
    )


def _outside(cohorts: int) -> str:
    return ngettext(
        "At the same age, %(months)s months after acceptance,"
        " %(cohorts)s of %(all)s cohorts lies outside the inner lines: chance alone puts about one in twenty there.",
        "At the same age, %(months)s months after acceptance,"
        " %(cohorts)s of %(all)s cohorts lie outside the inner lines: chance alone puts about one in twenty there.",
        cohorts,
    )


def _inside(cohorts: int) -> str:
    return ngettext(
        "At the same age, %(months)s months after acceptance, the cohort shown is within the range that"
        " chance alone would give.",
        "At the same age, %(months)s months after acceptance, all cohorts shown are within the range that"
        " chance alone would give.",
        cohorts,
    )
