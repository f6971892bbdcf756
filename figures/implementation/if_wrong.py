"""The panel “If we are wrong”: how far chance, and what may be recorded wrongly, could change the rates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from figures.figure_lines import FigureLine
from figures.implementation.definitions import LIKE_OLDER_IDEAS
from figures.number_formats import number, share
from figures.outcomes.assumptions import acceptance, assumptions, upper_bound
from figures.outcomes.outcome_counts import HORIZONS, Figures
from figures.share_words import words_for_range

# As an end of a range: "anywhere between one in seven and half of the ideas".
END: dict[str, StrOrPromise] = {
    "none": pgettext_lazy("end of a range", "none"),
    "one_in_twenty": pgettext_lazy("end of a range", "one in twenty"),
    "one_in_ten": pgettext_lazy("end of a range", "one in ten"),
    "one_in_seven": pgettext_lazy("end of a range", "one in seven"),
    "one_in_five": pgettext_lazy("end of a range", "one in five"),
    "a_quarter": pgettext_lazy("end of a range", "one in four"),
    "three_in_ten": pgettext_lazy("end of a range", "three in ten"),
    "a_third": pgettext_lazy("end of a range", "one in three"),
    "two_in_five": pgettext_lazy("end of a range", "two in five"),
    "half": pgettext_lazy("end of a range", "half"),
    "three_in_five": pgettext_lazy("end of a range", "three in five"),
    "two_thirds": pgettext_lazy("end of a range", "two in three"),
    "seven_in_ten": pgettext_lazy("end of a range", "seven in ten"),
    "three_quarters": pgettext_lazy("end of a range", "three in four"),
    "four_in_five": pgettext_lazy("end of a range", "four in five"),
    "six_in_seven": pgettext_lazy("end of a range", "six in seven"),
    "nine_in_ten": pgettext_lazy("end of a range", "nine in ten"),
    "nineteen_in_twenty": pgettext_lazy("end of a range", "nineteen in twenty"),
    "all": pgettext_lazy("end of a range", "all"),
}
COMPATIBLE = gettext_lazy(
    "These ideas are compatible with any share implemented within a year of acceptance between %(low)s and %(high)s"
    " (95%% confidence interval %(low_percent)s to %(high_percent)s)."
)
ASSUMPTION_LABELS: dict[str, StrOrPromise] = {
    "unconfirmed_abandoned": gettext_lazy("If open ideas not confirmed for six months count as abandoned"),
    "merged_not_implemented": gettext_lazy("If ideas merged after their acceptance count as not implemented"),
    "in_part_abandoned": gettext_lazy("If ideas implemented only in part count as abandoned"),
    "at_once_left_out": gettext_lazy("If ideas implemented within a month of acceptance are left out"),
}
CHANCE_WITHIN_COHORT = gettext_lazy("The interval covers chance between the ideas of this cohort.")
NOT_YET = gettext_lazy("not known yet")


def column_titles() -> list[str]:
    """Return the titles of the panel's columns of shares: the plain count, then those within 12 and 24 months."""
    within = ngettext("Implemented within %(months)s month", "Implemented within %(months)s months", max(HORIZONS))
    return [_("Plain count"), *(within % {"months": months} for months in HORIZONS)]


def _shares(figures: Figures) -> list[float | None]:
    """Return the plain share and those within 12 and 24 months, None where fewer than five ideas were followed."""
    points = (figures.incidence_at(months) for months in HORIZONS)
    return [figures.rate, *(point.implemented if point else None for point in points)]


class AssumptionRow(NamedTuple):
    """One row of the panel: what is assumed, the number of ideas concerned, and the shares as text."""

    label: StrOrPromise
    ideas: str
    shares: list[StrOrPromise]


def if_wrong_rows(figures: Figures) -> list[AssumptionRow]:
    """Return the shares as counted, then those under each assumption, with the ideas concerned.

    Empty with fewer than five accepted ideas.
    """
    if figures.is_too_few_for_rates:
        return []
    return [
        _row(_("As counted"), "", figures),
        *(_row(ASSUMPTION_LABELS[one.slug], number(one.ideas), one.figures) for one in assumptions(figures)),
    ]


def _row(label: StrOrPromise, ideas: str, figures: Figures) -> AssumptionRow:
    """Return a row of the panel with the shares of `figures`."""
    return AssumptionRow(label, ideas, [NOT_YET if one is None else share(one) for one in _shares(figures)])


def if_wrong_sentences(figures: Figures) -> list[str]:
    """Return what the panel says besides its rows; empty with fewer than five accepted ideas."""
    if figures.is_too_few_for_rates:
        return []
    return [*_chance_sentence(figures), *_upper_bound_sentence(figures), *_acceptance_sentences(figures)]


def _chance_sentence(figures: Figures) -> Iterator[str]:
    """Yield the sentences on the share within a year: its interval in words and in numbers, and what it rests on.

    Nothing where that share is not known yet.
    """
    interval = figures.share_within(HORIZONS[0])
    if not figures.incidence_at(HORIZONS[0]):
        return
    if interval.low is None or interval.high is None:
        yield _(
            "All ideas followed for %(months)s months are of one cohort, so no interval is given for all of them."
        ) % {"months": HORIZONS[0]}
    else:
        # The words contain the range itself, and the numbers as they are written.
        ends = words_for_range(
            min(interval.low, round(100 * interval.low) / 100), max(interval.high, round(100 * interval.high) / 100)
        )
        low, high = (END[slug] for slug in ends)
        percents = {"low_percent": share(interval.low), "high_percent": share(interval.high)}
        yield str(COMPATIBLE % {"low": low, "high": high, **percents})
        if not figures.pooled:
            yield str(CHANCE_WITHIN_COHORT)
    yield str(LIKE_OLDER_IDEAS)


def _upper_bound_sentence(figures: Figures) -> Iterator[str]:
    """Yield the sentence on the upper bound where nothing is implemented yet."""
    bound = upper_bound(figures)
    if bound is not None:
        yield _(
            "None of %(ideas)s is implemented so far. At their present ages, a share of up to %(bound)s would be"
            " compatible with this; it does not tell what it will be a year after acceptance."
        ) % {"ideas": number(figures.accepted), "bound": share(bound)}


def _acceptance_sentences(figures: Figures) -> Iterator[str]:
    """Yield how many of the ideas captured were accepted, and within how many days half of the accepted ones were."""
    found = acceptance(figures)
    if found is None:
        return
    words = _(
        "The rates are of accepted ideas only: %(accepted)s of %(captured)s ideas captured were accepted so far"
        " (%(share)s; merged ideas left out)."
    )
    yield words % {"accepted": number(found.accepted), "captured": number(found.captured), "share": share(found.share)}
    if found.half_within_days is not None:
        words = ngettext(
            "Half of the accepted ideas were accepted within %(days)s day of their capture.",
            "Half of the accepted ideas were accepted within %(days)s days of their capture.",
            found.half_within_days,
        )
        yield words % {"days": number(found.half_within_days)}


def if_wrong_lines(figures: Figures) -> Iterator[FigureLine]:
    """Yield the figures of the panel as lines for the files; nothing with fewer than five accepted ideas."""
    if figures.is_too_few_for_rates:
        return
    for one in assumptions(figures):
        slug, label = f"if_{one.slug}", ASSUMPTION_LABELS[one.slug]
        yield FigureLine(slug, label, one.ideas, note=_("ideas concerned"))
        names = zip(("rate", *(f"within_{months}" for months in HORIZONS)), column_titles(), strict=True)
        for (name, title), value in zip(names, _shares(one.figures), strict=True):
            words = _("%(assumption)s: %(figure)s") % {"assumption": label, "figure": title}
            yield FigureLine(f"{slug}_{name}", words, value, note="" if value is not None else str(NOT_YET))
    if found := acceptance(figures):
        words = _("Accepted, out of ideas captured")
        yield FigureLine("if_accepted", words, found.share, numerator=found.accepted, denominator=found.captured)
        words = _("Half of the accepted ideas were accepted within")
        yield FigureLine("if_half_accepted_within", words, found.half_within_days, note=_("days of their capture"))
    if (bound := upper_bound(figures)) is not None:
        words = _("Nothing is implemented yet: upper end of the 95%% interval of the plain count") % {}
        yield FigureLine("if_upper_bound", words, bound)
