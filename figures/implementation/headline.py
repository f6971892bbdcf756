"""The headline of the rates: what was counted, what is estimated at a year, and why these figures differ."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import StrOrPromise

from figures.number_formats import day, share
from figures.outcomes.outcome_counts import HORIZONS, Figures
from figures.share_words import share_word

# Simple shares in words, as ends of a range ("between one in seven and half of the ideas") and after "about".
SHARES: dict[str, StrOrPromise] = {
    "none": pgettext_lazy("share", "none"),
    "one_in_twenty": pgettext_lazy("share", "one in twenty"),
    "one_in_ten": pgettext_lazy("share", "one in ten"),
    "one_in_seven": pgettext_lazy("share", "one in seven"),
    "one_in_five": pgettext_lazy("share", "one in five"),
    "a_quarter": pgettext_lazy("share", "one in four"),
    "three_in_ten": pgettext_lazy("share", "three in ten"),
    "a_third": pgettext_lazy("share", "one in three"),
    "two_in_five": pgettext_lazy("share", "two in five"),
    "half": pgettext_lazy("share", "half"),
    "three_in_five": pgettext_lazy("share", "three in five"),
    "two_thirds": pgettext_lazy("share", "two in three"),
    "seven_in_ten": pgettext_lazy("share", "seven in ten"),
    "three_quarters": pgettext_lazy("share", "three in four"),
    "four_in_five": pgettext_lazy("share", "four in five"),
    "six_in_seven": pgettext_lazy("share", "six in seven"),
    "nine_in_ten": pgettext_lazy("share", "nine in ten"),
    "nineteen_in_twenty": pgettext_lazy("share", "nineteen in twenty"),
    "all": pgettext_lazy("share", "all"),
}
# The words for shares that are no simple fraction, and of which "about" is not said.
ENDS: dict[str, StrOrPromise] = {
    "none": SHARES["none"],
    "hardly_any": pgettext_lazy("estimate", "hardly any"),
    "almost_all": pgettext_lazy("estimate", "almost all"),
    "all": SHARES["all"],
}
ABOUT = pgettext_lazy("estimate", "about %(share)s")
WITHIN_A_YEAR = _("Within a year of acceptance: %(words)s (%(share)s; 95%% confidence interval %(low)s to %(high)s).")
WITHOUT_INTERVAL = _(
    "Within a year of acceptance: %(words)s (%(share)s; no confidence interval, because only one of the cohorts was"
    " observed that long)."
)
TOO_EARLY = _(
    "Within a year of acceptance: not known yet. Some open ideas were accepted less than a year ago, and of the older"
    " ones fewer than five were still open after a year."
)
LOWER = _(
    "%(plain)s is lower than %(year)s: it counts as not implemented the open ideas that were accepted less than a year"
    " ago and have had less time, while %(year)s estimates from the older ideas how they will fare."
)
HIGHER = _(
    "%(plain)s is higher than %(year)s: it also counts the ideas that were implemented more than a year after their"
    " acceptance."
)
MEASURED = _("%(plain)s is what is recorded here on %(day)s.")
PUBLISHED = _("For %(about)s, publications give %(published)s; how it was counted is not known.")
PUBLISHED_WITH_DEFINITION = _("For %(about)s, publications give %(published)s, counted in their own way.")
DIFFERENCE = _("Why these figures differ: %(reasons)s")
ONE_COHORT = _(
    "The 95%% interval of “Implemented so far” is Wilson’s; those within 12 and 24 months are on the log-log scale."
)
SEVERAL_COHORTS = _(
    "“Implemented so far” counts ideas of different ages and has no confidence interval. The 95%% intervals of the"
    " shares within 12 and 24 months are by cohort: because ideas of one cohort may be more alike than ideas of"
    " different cohorts, they follow from how much the cohorts differ."
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
    words = {"words": estimate_text(estimate.share), "share": share(estimate.share)}
    if estimate.low is None or estimate.high is None:
        return str(WITHOUT_INTERVAL % words)
    return str(WITHIN_A_YEAR % {**words, "low": share(estimate.low), "high": share(estimate.high)})


def estimate_text(value: float) -> str:
    """Return the words for an estimated share (0–1): “about one in three”, “hardly any”, “all”."""
    slug = share_word(value).slug
    return str(ENDS[slug] if slug in ENDS else ABOUT % {"share": SHARES[slug]})


def difference_sentence(figures: Figures, published: Iterable[PublishedShare] = ()) -> str:
    """Return as text why the plain share, the share within a year and published shares differ.

    The plain share is below the one within a year only because of open ideas that are younger, and above it only
    because of ideas implemented later. Empty where they read the same, or where there is only one of them.
    """
    plain, within = figures.rate or 0.0, figures.share_within(HORIZONS[0]).share or 0.0
    words = {"plain": share(plain), "year": share(within), "day": day(figures.as_of)}
    texts = {words["plain"], words["year"]} if figures.incidence_at(HORIZONS[0]) else {words["plain"]}
    reasons = [str(LOWER if plain < within else HIGHER) % words] if len(texts) == 2 else []
    others = dict.fromkeys(_published_reason(one) for one in published if share(one.share) not in texts)
    reasons += [*([] if reasons else [str(MEASURED) % words]), *others] if others else []
    return str(DIFFERENCE) % {"reasons": " ".join(reasons)} if reasons else ""


def _published_reason(published: PublishedShare) -> str:
    """Return as a sentence what a publication gives, and whether it is known how that was counted."""
    words = PUBLISHED_WITH_DEFINITION if published.is_defined else PUBLISHED
    return str(words) % {"about": published.about, "published": share(published.share)}


def intervals_sentence(figures: Figures) -> str:
    """Return which figures have a 95 % interval, and which, as text; empty with fewer than five accepted ideas."""
    if figures.is_too_few_for_rates:
        return ""
    return str(SEVERAL_COHORTS if figures.pooled else ONE_COHORT) % {}
