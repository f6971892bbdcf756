"""The panel “If we are wrong”: how far chance, and what may be recorded wrongly, could change the rates."""

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from figures.figure_lines import FigureLine
from figures.implementation.definitions import LIKE_OLDER_IDEAS
from figures.implementation.headline import fraction_text
from figures.number_formats import number, share
from figures.outcomes.assumptions import acceptance, assumptions, upper_bound
from figures.outcomes.outcome_counts import HORIZONS, Figures
from figures.share_words import words_for_range

COMPATIBLE = gettext_lazy(
    "The share implemented within a year of acceptance may be as low as %(low)s or as high as %(high)s (95%% confidence"
    " interval %(low_percent)s to %(high_percent)s)."
)
ASSUMPTION_LABELS: dict[str, StrOrPromise] = {
    "unconfirmed_abandoned": gettext_lazy("If open ideas not confirmed for six months count as abandoned"),
    "merged_not_implemented": gettext_lazy("If ideas merged after their acceptance count as not implemented"),
    "in_part_abandoned": gettext_lazy("If split ideas with some parts abandoned count as abandoned"),
    "at_once_left_out": gettext_lazy("If ideas implemented within a month of acceptance are left out"),
}
CHANCE_WITHIN_COHORT = gettext_lazy(
    "The interval takes account of chance between the ideas of this cohort only; another cohort may differ by more."
)
NOT_CHANCE = gettext_lazy("The table does not show chance, which may matter more.")
CANNOT_CHANGE = gettext_lazy("cannot change")
NOT_YET = gettext_lazy("not known yet")


def column_titles() -> list[str]:
    """Return the titles of the panel's columns of shares: that so far, then those within 12 and 24 months."""
    within = ngettext("Implemented within %(months)s month", "Implemented within %(months)s months", max(HORIZONS))
    return [_("Implemented so far"), *(within % {"months": months} for months in HORIZONS)]


def _shares(figures: Figures) -> list[float | None]:
    """Return the plain share and those within 12 and 24 months, None where they are not known yet."""
    points = (figures.incidence_at(months) for months in HORIZONS)
    return [figures.rate, *(point.implemented if point else None for point in points)]


class AssumptionRow(NamedTuple):
    """One row of the panel: what is assumed, the number of ideas concerned, and the shares as text."""

    label: StrOrPromise
    ideas: str
    shares: list[StrOrPromise]


def if_wrong_rows(figures: Figures) -> list[AssumptionRow]:
    """Return the shares as counted, then those under each assumption that concerns ideas, with their number.

    Empty with fewer than five accepted ideas, and where no assumption concerns any.
    """
    concerned = [] if figures.is_too_few_for_rates else [one for one in assumptions(figures) if one.ideas]
    if not concerned:
        return []
    recorded = _share_texts(figures)
    rows = [AssumptionRow(_("As recorded"), "", recorded)]
    for one in concerned:
        texts = zip(recorded, _share_texts(one.figures), strict=True)
        shares = [_unchanged(text) if text == before else text for before, text in texts]
        if one.cannot_change_count:
            shares[0] = CANNOT_CHANGE
        rows.append(AssumptionRow(ASSUMPTION_LABELS[one.slug], number(one.ideas), shares))
    return rows


def _share_texts(figures: Figures) -> list[StrOrPromise]:
    """Return the three shares as text, “not known yet” for None."""
    return [NOT_YET if one is None else share(one) for one in _shares(figures)]


def _unchanged(text: StrOrPromise) -> StrOrPromise:
    """Return the text of a share that an assumption does not change: “unchanged: 42%”; “not known yet” as it is."""
    return text if text == NOT_YET else _("unchanged: %(share)s") % {"share": text}


def if_wrong_sentences(figures: Figures, *, has_rows: bool) -> list[str]:
    """Return what the panel says besides its rows, if it has any; empty with fewer than five accepted ideas."""
    if figures.is_too_few_for_rates:
        return []
    sentences = [*_chance_sentence(figures), *_upper_bound_sentence(figures), *_acceptance_sentences(figures)]
    return [*sentences, str(NOT_CHANCE)] if has_rows else sentences


def _chance_sentence(figures: Figures) -> Iterator[str]:
    """Yield the sentences on the share within a year: its interval in words and in numbers, and what it rests on.

    Nothing where that share is not known yet.
    """
    interval = figures.share_within(HORIZONS[0])
    if not figures.incidence_at(HORIZONS[0]):
        return
    if interval.low is None or interval.high is None:
        yield _(
            "Only one of the cohorts was observed for %(months)s months, so no confidence interval is given for all."
        ) % {"months": HORIZONS[0]}
    else:
        # The words contain the range itself, and the numbers as they are written.
        ends = words_for_range(
            min(interval.low, round(100 * interval.low) / 100), max(interval.high, round(100 * interval.high) / 100)
        )
        low, high = map(fraction_text, ends)
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
            "None of %(ideas)s ideas is implemented so far. With ideas of these ages, a share of up to %(bound)s could"
            " still give none by chance. This does not say how many will be implemented later."
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
        words = _("Nothing is implemented yet: upper end of the 95%% interval") % {}
        yield FigureLine("if_upper_bound", words, bound)
