"""The panel “If we are wrong”: how far chance, and what may be recorded wrongly, could change the rates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django_stubs_ext import StrOrPromise

from figures.figure_lines import FigureLine
from figures.formats import number, share
from figures.implementation.lines import count_line, within_line
from figures.outcomes.assumptions import Assumption, acceptance, assumptions, upper_bound
from figures.outcomes.figures import HORIZONS, Figures
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
BY_CHANCE = gettext_lazy(
    "By chance alone, the true share implemented within a year of acceptance may lie anywhere between %(low)s and"
    " %(high)s (95%% confidence interval %(low_percent)s to %(high_percent)s)."
)
ASSUMPTION_LABELS: dict[str, StrOrPromise] = {
    "unconfirmed_abandoned": gettext_lazy("If ideas not confirmed for six months are abandoned"),
    "merged_not_implemented": gettext_lazy("If ideas merged after acceptance count as not implemented"),
    "in_part_abandoned": gettext_lazy("If ideas implemented only in part, with other parts abandoned, are abandoned"),
    "at_once_left_out": gettext_lazy("If ideas implemented within a month of acceptance are left out"),
}
ACCEPTED_OF_CAPTURED = gettext_lazy("Accepted, out of ideas captured")
HALF_ACCEPTED_WITHIN = gettext_lazy("Half of the accepted ideas were accepted after")
UPPER_BOUND = gettext_lazy("Nothing is implemented yet: upper end of the 95% interval of the plain count")


class AssumptionRow(NamedTuple):
    """One row of the panel: what is assumed, the number of ideas concerned, and the lines of the shares."""

    label: StrOrPromise
    ideas: int
    shares: tuple[FigureLine, ...]


def if_wrong_rows(figures: Figures) -> list[AssumptionRow]:
    """Return one row for each assumption, with the plain count and the shares within 12 and 24 months.

    Empty with fewer than five accepted ideas.
    """
    if figures.is_too_few_for_rates:
        return []
    return [
        AssumptionRow(ASSUMPTION_LABELS[one.slug], one.ideas, _shares_lines(one.figures))
        for one in assumptions(figures)
    ]


def _shares_lines(figures: Figures) -> tuple[FigureLine, ...]:
    """Return the lines of the plain count and of the shares within 12 and 24 months."""
    return count_line(figures), *(within_line(figures, months) for months in HORIZONS)


def if_wrong_sentences(figures: Figures) -> list[str]:
    """Return what the panel says besides its rows: the range that chance allows, the bound where nothing is implemented
    yet, and how many captured ideas were accepted.

    Empty with fewer than five accepted ideas.
    """
    if figures.is_too_few_for_rates:
        return []
    return [*_chance_sentence(figures), *_upper_bound_sentence(figures), *_acceptance_sentences(figures)]


def _chance_sentence(figures: Figures) -> Iterator[str]:
    """Yield the sentence on the interval within a year, in words and in numbers; nothing where there is no interval."""
    interval = figures.share_within(HORIZONS[0])
    if figures.incidence_at(HORIZONS[0]) and interval.low is not None and interval.high is not None:
        # The words contain the range itself, and the numbers as they are written.
        ends = words_for_range(
            min(interval.low, round(100 * interval.low) / 100), max(interval.high, round(100 * interval.high) / 100)
        )
        low, high = (END[slug] for slug in ends)
        percents = {"low_percent": share(interval.low), "high_percent": share(interval.high)}
        yield str(BY_CHANCE % {"low": low, "high": high, **percents})


def _upper_bound_sentence(figures: Figures) -> Iterator[str]:
    """Yield the sentence on the upper bound where nothing is implemented yet."""
    bound = upper_bound(figures)
    if bound is not None:
        yield _(
            "Nothing is implemented yet. This does not mean that nothing will be: the 95%% confidence interval"
            " of the plain count goes up to %(bound)s."
        ) % {"bound": share(bound)}


def _acceptance_sentences(figures: Figures) -> Iterator[str]:
    """Yield how many of the ideas captured were accepted, and within how many days half of the accepted ones were."""
    accepted = acceptance(figures)
    if accepted is None or accepted.share is None:
        return
    words = _(
        "The rates are of accepted ideas only: %(accepted)s of %(captured)s ideas captured were accepted (%(share)s)."
    )
    counts = {"accepted": number(accepted.accepted), "captured": number(accepted.captured)}
    yield words % {**counts, "share": share(accepted.share)}
    if accepted.half_within_days is not None:
        words = ngettext(
            "Half of the accepted ideas were accepted within %(days)s day of their capture.",
            "Half of the accepted ideas were accepted within %(days)s days of their capture.",
            accepted.half_within_days,
        )
        yield words % {"days": number(accepted.half_within_days)}


def if_wrong_lines(figures: Figures) -> Iterator[FigureLine]:
    """Yield the figures of the panel as lines for the files; nothing with fewer than five accepted ideas."""
    if figures.is_too_few_for_rates:
        return
    for assumption in assumptions(figures):
        yield from _assumption_lines(assumption)
    accepted = acceptance(figures)
    if accepted:
        yield FigureLine(
            "if_accepted_of_captured",
            ACCEPTED_OF_CAPTURED,
            accepted.share,
            numerator=accepted.accepted,
            denominator=accepted.captured,
        )
        yield FigureLine(
            "if_half_accepted_within", HALF_ACCEPTED_WITHIN, accepted.half_within_days, note=_("days after capture")
        )
    bound = upper_bound(figures)
    if bound is not None:
        yield FigureLine("if_upper_bound", UPPER_BOUND, bound)


def _assumption_lines(assumption: Assumption) -> Iterator[FigureLine]:
    """Yield the number of ideas that an assumption concerns, then the shares under it."""
    slug, label = f"if_{assumption.slug}", ASSUMPTION_LABELS[assumption.slug]
    yield FigureLine(slug, label, assumption.ideas, note=_("ideas concerned"))
    for line in _shares_lines(assumption.figures):
        words = _("%(assumption)s: %(figure)s") % {"assumption": label, "figure": line.label}
        yield line.in_files_only(f"{slug}_{line.slug}", words)
