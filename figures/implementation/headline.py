"""The headline of the rates: what was counted, what is estimated at a year, and why these figures differ."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from figures.number_formats import day, share
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
    "Within a year of acceptance: %(words)s (%(share)s; no confidence interval, because all ideas followed that"
    " long are of one cohort)."
)
TOO_EARLY = _("Within a year of acceptance: not known yet, because fewer than five ideas were followed that long.")
PLAIN = _("%(plain)s counts every implementation until %(day)s, of all ideas, however recent.")
PLAIN_WITH_LATER = _(
    "%(plain)s counts every implementation until %(day)s, also those later than a year after acceptance, of all ideas,"
    " however recent."
)
FIRST_YEAR = _("%(year)s counts the first year only.")
FIRST_YEAR_ESTIMATED = _(
    "%(year)s counts the first year only; for ideas not a year old yet it is estimated from the older ones."
)
PUBLISHED = _("For %(about)s, publications give %(published)s; how it was counted is not known.")
PUBLISHED_WITH_DEFINITION = _("For %(about)s, publications give %(published)s, counted in their own way.")
DIFFERENCE = _("Why these figures differ: %(reasons)s")
# By the number of shares within 12 and 24 months whose interval is log-log.
ONE_COHORT = (
    _("The 95%% interval of the plain count is Wilson’s."),
    _("The 95%% interval of the plain count is Wilson’s; that within %(months)s months is on the log-log scale."),
    _("The 95%% interval of the plain count is Wilson’s; those within 12 and 24 months are on the log-log scale."),
)
SEVERAL_COHORTS = _(
    "The 95%% intervals are by cohort: because ideas of one cohort may be more alike than ideas of different cohorts,"
    " they follow from how much the cohorts differ."
)


class PublishedShare(NamedTuple):
    """A published share (0–1) of implemented ideas, and the name of what it is `about`.

    `is_defined`: whether the publication defines how it was counted.
    """

    about: str
    share: float
    is_defined: bool


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


def difference_sentence(figures: Figures, published: Iterable[PublishedShare] = ()) -> str:
    """Return as text why the plain share, the share within a year and published shares differ.

    Empty where they read the same, or where there is only one of them.
    """
    plain = share(figures.rate or 0.0)
    year = share(figures.share_within(HORIZONS[0]).share or 0.0) if figures.incidence_at(HORIZONS[0]) else plain
    later = any(row.implemented for row in figures.by_month if row.months > HORIZONS[0])
    recent = any(row.open for row in figures.by_month if row.months < HORIZONS[0])
    reasons = [str(PLAIN_WITH_LATER if later else PLAIN) % {"plain": plain, "day": day(figures.as_of)}]
    reasons += [str(FIRST_YEAR_ESTIMATED if recent else FIRST_YEAR) % {"year": year}] if year != plain else []
    reasons += dict.fromkeys(_published_reason(one) for one in published if share(one.share) not in {plain, year})
    return str(DIFFERENCE) % {"reasons": " ".join(reasons)} if len(reasons) > 1 else ""


def _published_reason(published: PublishedShare) -> str:
    """Return as a sentence what a publication gives, and whether it is known how that was counted."""
    words = PUBLISHED_WITH_DEFINITION if published.is_defined else PUBLISHED
    return str(words) % {"about": published.about, "published": share(published.share)}


def intervals_sentence(figures: Figures) -> str:
    """Return which 95 % intervals the page shows, as a sentence; empty with fewer than five accepted ideas."""
    if figures.is_too_few_for_rates:
        return ""
    if figures.plain_share.interval == "by cohort":
        return str(SEVERAL_COHORTS) % {}
    known = [months for months in HORIZONS if figures.incidence_at(months)]
    log_log = [months for months in known if figures.share_within(months).interval == "log-log"]
    return str(ONE_COHORT[len(log_log)]) % {"months": log_log[0] if log_log else ""}
