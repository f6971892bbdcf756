"""The headline of the rates: what was counted, what is estimated at a year, and why these figures differ."""

from fractions import Fraction

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from figures.number_formats import count_of_total, number, share
from figures.outcomes.outcome_counts import HORIZONS, Figures
from figures.share_words import share_word

# Numbers and fractions in words: "one in seven" of the ideas.
NUMBERS: dict[int, StrOrPromise] = {
    1: pgettext_lazy("number in a share", "one"),
    2: pgettext_lazy("number in a share", "two"),
    3: pgettext_lazy("number in a share", "three"),
    4: pgettext_lazy("number in a share", "four"),
    5: pgettext_lazy("number in a share", "five"),
    6: pgettext_lazy("number in a share", "six"),
    7: pgettext_lazy("number in a share", "seven"),
    8: pgettext_lazy("number in a share", "eight"),
    9: pgettext_lazy("number in a share", "nine"),
    10: pgettext_lazy("number in a share", "ten"),
    19: pgettext_lazy("number in a share", "nineteen"),
    20: pgettext_lazy("number in a share", "twenty"),
}
N_IN_M = pgettext_lazy("share", "%(some)s in %(all)s")
SHARES: dict[Fraction, StrOrPromise] = {
    Fraction(0): pgettext_lazy("share", "none"),
    Fraction(1, 2): pgettext_lazy("share", "half"),
    Fraction(1): pgettext_lazy("share", "all"),
}
# The words for shares that are no fraction, and of which "about" is not said.
ENDS: dict[str, StrOrPromise] = {
    "0": SHARES[Fraction(0)],
    "hardly_any": pgettext_lazy("estimate", "hardly any"),
    "almost_all": pgettext_lazy("estimate", "almost all"),
    "1": SHARES[Fraction(1)],
}
ABOUT = pgettext_lazy("estimate", "about %(share)s")
WITHIN_A_YEAR = _("Within a year of acceptance: %(words)s (%(share)s; 95%% confidence interval %(low)s to %(high)s).")
ONE_COHORT_FOLLOWED = _(
    "Within a year of acceptance: too early to say for several cohorts together. All ideas followed for a full year are"
    " of one cohort."
)
TOO_EARLY = _("Within a year of acceptance: not known yet, too few ideas have been followed that long.")
LOWER = _(
    "Why these figures differ: the share within a year is an estimate, which counts ideas followed for less than a year"
    " only as long as they were followed. %(plain)s counts those that are open as not implemented."
)
HIGHER = _(
    "Why these figures differ: %(plain)s also counts ideas implemented later. The share within a year is an estimate,"
    " which counts ideas followed for less than a year only as long as they were followed."
)
FIRST_YEAR = _("Implemented within a year: %(within)s; later: %(later)s. Open and younger than a year: %(young)s.")
COVERAGE = _(
    "If the same were done with many other sets of ideas, about 95 in 100 such intervals would contain the true share."
)
BY_COHORT = _(
    "Ideas of one cohort may be more alike than ideas of different cohorts: the intervals follow from how much the"
    " cohorts differ."
)


def share_in_brackets(figures: Figures) -> str:
    """Return the plain share in brackets, after a space, to follow the counts: “ (27%)”; "" where it is 0."""
    return f" ({share(figures.rate)})" if figures.rate else ""


def within_a_year(figures: Figures) -> str:
    """Return the share implemented within a year of acceptance as a sentence, in words and in numbers.

    The words are those of the nearest simple fraction (`share_word`). The sentence is about these ideas: it predicts
    nothing. Of several cohorts there is no share where only one was followed that long: it would be that cohort's.
    """
    point, estimate = figures.incidence_at(HORIZONS[0]), figures.share_within(HORIZONS[0])
    if point is None or estimate.share is None:
        return str(TOO_EARLY)
    if estimate.low is None or estimate.high is None:
        return str(ONE_COHORT_FOLLOWED)
    words = {"words": estimate_text(estimate.share), "share": share(estimate.share)}
    return str(WITHIN_A_YEAR % {**words, "low": share(estimate.low), "high": share(estimate.high)})


def fraction_text(fraction: Fraction) -> str:
    """Return a fraction from 0 to 1 in words: “three in ten”, “half”, “none”, “all”."""
    some, total = (NUMBERS.get(part, "") for part in (fraction.numerator, fraction.denominator))
    return str(SHARES.get(fraction) or N_IN_M % {"some": some, "all": total})


def estimate_text(value: float) -> str:
    """Return the words for an estimated share (0–1): “about one in three”, “hardly any”, “all”."""
    slug = share_word(value).slug
    return str(ENDS[slug] if slug in ENDS else ABOUT % {"share": fraction_text(Fraction(slug))})


def difference_sentence(figures: Figures) -> str:
    """Return as text why the plain share and the share within a year differ, with the counts behind both.

    The plain share is below the one within a year only because of open ideas that are younger, and above it only
    because of ideas implemented later. Only the counts where there is no share within a year because one of several
    cohorts was followed that long. Empty where both shares read the same, or where there is only one of them.
    """
    if not figures.incidence_at(HORIZONS[0]):
        return ""
    plain, within = figures.rate or 0.0, figures.share_within(HORIZONS[0])
    if within.interval is None:
        return _first_year(figures)
    if share(plain) == share(within.share or 0.0):
        return ""
    reason = LOWER if plain < (within.share or 0.0) else HIGHER
    return f"{str(reason) % {'plain': share(plain)}} {_first_year(figures)}"


def _first_year(figures: Figures) -> str:
    """Return as a sentence how many ideas were implemented within a year, later, or are open and younger."""
    year, rows = HORIZONS[0], figures.by_month
    within = sum(row.implemented for row in rows if row.months <= year)
    counts = {
        "within": count_of_total(within, figures.accepted),
        "later": number(figures.implemented - within),
        "young": number(sum(row.open for row in rows if row.months < year)),
    }
    return str(FIRST_YEAR) % counts


def intervals_sentence(figures: Figures) -> str:
    """Return what the 95 % intervals of the page mean, as text; empty where it shows none."""
    known = [figures.share_within(months) for months in HORIZONS if figures.incidence_at(months)]
    if figures.is_too_few_for_rates or not any(within.interval for within in known):
        return ""
    return f"{COVERAGE} {BY_COHORT}" if figures.pooled else str(COVERAGE)
