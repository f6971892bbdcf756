"""Template context of the rates: for the page, and for the panels and cards that show its headline."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from cohorts.models import Cohort
from figures.implementation.charts import funnel_chart
from figures.implementation.curve import curve_chart, curve_rows, month_sentence, unfinished_month
from figures.implementation.funnel import MIN_COHORTS, Limits, build_funnel, too_early
from figures.implementation.lines import lines, reasons
from figures.implementation.plain_shares import project
from figures.implementation.sentences import (
    confirmed_sentence,
    funnel_sentence,
    imprecise_sentence,
    projection_sentence,
)
from figures.outcomes.figures import CohortCount, Figures


def headline_context(figures: Figures) -> dict[str, Any]:
    """Return the template context of the headline: `figures`, `projection` and `confirmed`.

    `projection` is a sentence on what the next ideas may become, `confirmed` one on recent updates. Both are empty
    where nothing was accepted; `projection` also with fewer than five ideas.
    """
    return {
        "figures": figures,
        "projection": "" if figures.is_too_few_for_rates else projection_sentence(project(figures)),
        "confirmed": confirmed_sentence(figures) if figures.accepted else "",
    }


def figures_context(figures: Figures, cohorts: Iterable[Cohort]) -> dict[str, Any]:
    """Return the template context of the rates: the headline, the lines of figures, the curve with its table, the
    funnel.

    `cohorts` are those in the funnel; without any there is no funnel.
    """
    displayed = [line for line in lines(figures) if line.display]
    meanings = [line.meaning for line in displayed]
    return (
        headline_context(figures)
        | {
            "lines": displayed,
            "meanings": [line for number, line in enumerate(displayed) if line.meaning not in meanings[:number]],
            "reasons": reasons(figures),
            "imprecise": imprecise_sentence(figures),
            "chart": curve_chart(figures),
            "curve": curve_rows(figures),
            "unfinished_month": month_sentence(unfinished) if (unfinished := unfinished_month(figures)) else "",
        }
        | _funnel_context(figures, cohorts)
    )


class FunnelRow(NamedTuple):
    """A cohort in the table of the funnel."""

    name: str
    dot: CohortCount
    limits: Limits


def _funnel_context(figures: Figures, cohorts: Iterable[Cohort]) -> dict[str, Any]:
    """Return `{"funnel": …}` with the chart, figures, sentence and table rows of the funnel of `cohorts`.

    Where there is no funnel, return `{"funnel_too_early": bool}`: whether enough cohorts have ideas, but too few are
    old enough.
    """
    names = {cohort.pk: cohort.name for cohort in cohorts}
    funnel = build_funnel(figures.by_cohort) if names else None
    if funnel is None:
        too_soon = bool(names) and len(figures.by_cohort) >= MIN_COHORTS and too_early(figures.by_cohort)
        return {"funnel_too_early": too_soon}
    rows = [FunnelRow(names[dot.cohort], dot, funnel.limits_for(dot)) for dot in funnel.dots]
    return {
        "funnel": {
            "chart": funnel_chart(funnel, names),
            "figures": funnel,
            "sentence": funnel_sentence(funnel),
            "rows": sorted(rows, key=lambda row: (row.name.casefold(), row.dot.cohort)),
        }
    }
