"""The headline of the rates: what was counted, what is estimated at a year, and why these figures differ."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from figures.number_formats import share
from figures.outcomes.outcome_counts import HORIZONS, Figures
from figures.share_words import share_word

# A share in words, as an estimate: "Within a year of acceptance: about one in three".
ABOUT: dict[str, StrOrPromise] = {
    "none": pgettext_lazy("estimate", "none"),
    "hardly_any": pgettext_lazy("estimate", "hardly any"),
    "one_in_twenty": pgettext_lazy("estimate", "about one in twenty"),
    "one_in_ten": pgettext_lazy("estimate", "about one in ten"),
    "one_in_seven": pgettext_lazy("estimate", "about one in seven"),
    "one_in_five": pgettext_lazy("estimate", "about one in five"),
    "a_quarter": pgettext_lazy("estimate", "about one in four"),
    "three_in_ten": pgettext_lazy("estimate", "about three in ten"),
    "a_third": pgettext_lazy("estimate", "about one in three"),
    "two_in_five": pgettext_lazy("estimate", "about two in five"),
    "half": pgettext_lazy("estimate", "about half"),
    "three_in_five": pgettext_lazy("estimate", "about three in five"),
    "two_thirds": pgettext_lazy("estimate", "about two in three"),
    "seven_in_ten": pgettext_lazy("estimate", "about seven in ten"),
    "three_quarters": pgettext_lazy("estimate", "about three in four"),
    "four_in_five": pgettext_lazy("estimate", "about four in five"),
    "six_in_seven": pgettext_lazy("estimate", "about six in seven"),
    "nine_in_ten": pgettext_lazy("estimate", "about nine in ten"),
    "nineteen_in_twenty": pgettext_lazy("estimate", "about nineteen in twenty"),
    "almost_all": pgettext_lazy("estimate", "almost all"),
    "all": pgettext_lazy("estimate", "all"),
}
WITHIN_A_YEAR = _("Within a year of acceptance: %(words)s (%(share)s; 95%% confidence interval %(low)s to %(high)s).")
WITHOUT_INTERVAL = _(
    "Within a year of acceptance: %(words)s (%(share)s; no confidence interval, because fewer than two cohorts were"
    " followed that long)."
)
TOO_EARLY = _("Within a year of acceptance: not known yet, because fewer than five ideas were followed that long.")
PLAIN = _("%(plain)s counts all ideas accepted, however recent")
SAME_AGE = _("%(year)s takes all ideas at the same age, a year after acceptance")
PUBLISHED = _("%(published)s was published, and counted in its own way")
BETWEEN_REASONS = pgettext_lazy("between two reasons", "; ")
DIFFERENCE = _("Why these figures differ: %(reasons)s.")
ONE_COHORT = _(
    "The 95%% interval of the plain count is Wilson’s; those within 12 and 24 months are on the log-log scale."
)
SEVERAL_COHORTS = _(
    "The 95%% intervals are by cohort: because ideas of one cohort are alike, they follow from how much the cohorts"
    " differ."
)


def share_in_brackets(figures: Figures) -> str:
    """Return the plain share in brackets, after a space, to follow the counts: “ (27%)”; "" where it is 0."""
    return f" ({share(figures.rate)})" if figures.rate else ""


def within_a_year(figures: Figures) -> str:
    """Return the share implemented within a year of acceptance as a sentence, in words and in numbers.

    The words are those of the nearest simple fraction (`share_word`). The sentence is about these ideas: it predicts
    nothing.
    """
    point, estimate = figures.incidence_at(HORIZONS[0]), figures.share_within(HORIZONS[0])
    if point is None or estimate.share is None:
        return str(TOO_EARLY)
    words = {"words": ABOUT[share_word(estimate.share).slug], "share": share(estimate.share)}
    if estimate.low is None or estimate.high is None:
        return str(WITHOUT_INTERVAL % words)
    return str(WITHIN_A_YEAR % {**words, "low": share(estimate.low), "high": share(estimate.high)})


def difference_sentence(figures: Figures, published: Iterable[float] = ()) -> str:
    """Return one sentence on why the plain share, the share within a year and published shares (0–1) differ.

    Empty where they read the same, or where there is only one of them.
    """
    plain = share(figures.rate or 0.0)
    year = share(figures.share_within(HORIZONS[0]).share or 0.0) if figures.incidence_at(HORIZONS[0]) else plain
    others = list(dict.fromkeys(text for text in map(share, published) if text not in {plain, year}))
    reasons = [str(PLAIN) % {"plain": plain}]
    reasons += [str(SAME_AGE) % {"year": year}] if year != plain else []
    reasons += [str(PUBLISHED) % {"published": text} for text in others]
    return str(DIFFERENCE) % {"reasons": str(BETWEEN_REASONS).join(reasons)} if len(reasons) > 1 else ""


def intervals_sentence(figures: Figures) -> str:
    """Return which 95 % intervals the page shows, as a sentence; empty with fewer than five accepted ideas."""
    if figures.is_too_few_for_rates:
        return ""
    return str(SEVERAL_COHORTS if figures.plain_share.interval == "by cohort" else ONE_COHORT) % {}
