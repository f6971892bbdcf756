"""Template context of the headline of the rates: for their page, and for panels and cards of other pages."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from cohorts.models import Cohort
from figures.effects.sentences import effects_sentence
from figures.figure_lines import FigureLine
from figures.implementation.curve import curve_chart, curve_rows, end_sentence, month_sentence, unfinished_month
from figures.implementation.funnel import MIN_COHORTS, build_funnel, too_early
from figures.implementation.headline import (
    difference_sentence,
    intervals_sentence,
    share_in_brackets,
    within_a_year,
)
from figures.implementation.if_wrong import column_titles, if_wrong_rows, if_wrong_sentences
from figures.implementation.lines import lines, reasons
from figures.implementation.sentences import confirmed_sentence, funnel_sentence, imprecise_sentence
from figures.implementation.table_rows import FunnelRow, curve_table_rows, funnel_table_rows
from figures.outcomes.outcome_counts import Figures

# The slugs of the figures beside the curve that the page shows without a click.
HEADLINE_SLUGS = frozenset(("within_12", "within_24", "rate", "half_decided_after", "still_live"))

MAX_COHORTS_LISTED: Final = 20  # in the table of the funnel, unless all are to be shown


def headline_context(figures: Figures) -> dict[str, Any]:
    """Return the template context of the headline: what was counted, what is estimated, and why these differ.

    With fewer than five accepted ideas the context has counts only, and no share.
    """
    rated = not figures.is_too_few_for_rates
    return {
        "figures": figures,
        "share_in_brackets": share_in_brackets(figures) if rated else "",
        "within_a_year": within_a_year(figures) if rated else "",
        "difference": difference_sentence(figures) if rated else "",
        "confirmed": confirmed_sentence(figures) if figures.accepted else "",
    }


def figures_context(figures: Figures, cohorts: Iterable[Cohort], *, show_all: bool) -> dict[str, Any]:
    """Return the template context of the rates: headline, figures, curve with table, funnel, “If we are wrong”.

    `cohorts` are those in the funnel; without any there is no funnel. Its table lists the first of them by name, or
    with `show_all` all.
    """
    assumptions, curve_points = if_wrong_rows(figures), curve_rows(figures)
    return (
        headline_context(figures)
        | {
            **_headline_and_folded_lines(figures),
            "intervals": intervals_sentence(figures),
            "reasons": reasons(figures),
            "imprecise": imprecise_sentence(figures),
            "effects": effects_sentence(figures.measured_effects or 0, figures.implemented),
            "chart": curve_chart(figures),
            "curve_end": end_sentence(figures),
            "curve": curve_points,
            "curve_rows": curve_table_rows(curve_points),
            "if_wrong": assumptions,
            "if_wrong_titles": column_titles(),
            "if_wrong_sentences": if_wrong_sentences(figures, has_rows=bool(assumptions)),
            "unfinished_month": month_sentence(unfinished) if (unfinished := unfinished_month(figures)) else "",
        }
        | _funnel_context(figures, cohorts, limit=None if show_all else MAX_COHORTS_LISTED)
    )


def _headline_and_folded_lines(figures: Figures) -> dict[str, list[FigureLine]]:
    """Return the lines that the page shows without a click, and those that it folds away."""
    visible_lines = list(_without_repeated_meanings(line for line in lines(figures) if line.display))
    return {
        "lines": [line for line in visible_lines if line.slug in HEADLINE_SLUGS],
        "folded_lines": [line for line in visible_lines if line.slug not in HEADLINE_SLUGS],
    }


def _without_repeated_meanings(visible_lines: Iterable[FigureLine]) -> Iterator[FigureLine]:
    """Yield the lines; one that means the same as a line before it has no `meaning`."""
    explained = set[str]()
    for line in visible_lines:
        yield replace(line, meaning="") if str(line.meaning) in explained else line
        explained.add(str(line.meaning))


def _funnel_context(figures: Figures, cohorts: Iterable[Cohort], *, limit: int | None) -> dict[str, Any]:
    """Return `{"funnel": …}` with the figures and sentence of the funnel of `cohorts`, and rows of its first `limit`.

    Where there is no funnel, return `{"funnel_too_early": bool}`: whether enough cohorts have ideas, but too few are
    old enough.
    """
    names = {cohort.pk: cohort.name for cohort in cohorts}
    funnel = build_funnel(figures.by_cohort) if names else None
    if funnel is None:
        too_soon = bool(names) and len(figures.by_cohort) >= MIN_COHORTS and too_early(figures.by_cohort)
        return {"funnel_too_early": too_soon}
    unsorted = (FunnelRow(names[dot.cohort], dot, funnel.limits_for(dot)) for dot in funnel.dots)
    rows = sorted(unsorted, key=lambda row: (row.name.casefold(), row.dot.cohort))
    return {
        "funnel": {
            "figures": funnel,
            "sentence": funnel_sentence(funnel),
            "rows": rows,
            "listed": len(rows[:limit]),
            "table_rows": funnel_table_rows(rows[:limit]),
        }
    }
