"""What the templates of the rates need: the page's own, and those of the panels and cards that quote it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from cohorts.models import Cohort
from figures.implementation.charts import curve_chart, curve_rows, funnel_chart
from figures.implementation.funnel import FEWEST_COHORTS, Limits, funnel, too_early
from figures.implementation.lines import lines, reasons
from figures.implementation.plain_shares import outlook
from figures.implementation.sentences import confirmed_sentence, funnel_sentence, imprecise_sentence, outlook_sentence
from figures.outcomes.figures import CohortCount, Figures
from figures.rates import MASK_BELOW


def headline(figures: Figures) -> dict[str, Any]:
    """The sentences in plain words: counts, what they say of the next ideas unless they are too few, and how fresh."""
    told = not figures.masked and figures.accepted
    return {
        "figures": figures,
        "outlook": outlook_sentence(outlook(figures)) if told and not figures.only_counts else "",
        "confirmed": confirmed_sentence(figures) if told else "",
        "mask_below": MASK_BELOW,
    }


def figures_shown(figures: Figures, cohorts: Iterable[Cohort]) -> dict[str, Any]:
    """The sentence, each figure with its interval, and the curve with its table; nothing of a masked group.

    Without `cohorts`, none stand beside one another.
    """
    if figures.masked:
        return headline(figures)
    shown = [line for line in lines(figures) if line.shown]
    told = [line.meaning for line in shown]
    return (
        headline(figures)
        | {
            "lines": shown,
            "meanings": [line for number, line in enumerate(shown) if line.meaning not in told[:number]],
            "reasons": reasons(figures),
            "imprecise": imprecise_sentence(figures),
            "chart": curve_chart(figures),
            "curve": curve_rows(figures),
        }
        | _beside_one_another(figures, cohorts)
    )


class Row(NamedTuple):
    """A cohort in the table of the funnel."""

    name: str
    dot: CohortCount
    limits: Limits


def _beside_one_another(figures: Figures, cohorts: Iterable[Cohort]) -> dict[str, Any]:
    names = {cohort.pk: cohort.name for cohort in cohorts}
    drawn = funnel(figures.by_cohort) if names else None
    if drawn is None:
        too_soon = bool(names) and len(figures.by_cohort) >= FEWEST_COHORTS and too_early(figures.by_cohort)
        return {"funnel_too_early": too_soon}
    rows = [Row(names[dot.cohort], dot, drawn.of(dot)) for dot in drawn.dots]
    return {
        "funnel": {
            "chart": funnel_chart(drawn, names),
            "drawn": drawn,
            "said": funnel_sentence(drawn),
            "rows": sorted(rows, key=lambda row: (row.name.casefold(), row.dot.cohort)),
        }
    }
