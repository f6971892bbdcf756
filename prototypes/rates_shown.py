"""What the templates of the rates need: the page's own, and those of the panels and cards that quote it."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from cohorts.models import Cohort
from prototypes.figures import CohortCount, Figures
from prototypes.funnel import Funnel, Limits, funnel, share_of
from prototypes.rates import MASK_BELOW
from prototypes.rates_chart import curve_chart, curve_rows, funnel_chart
from prototypes.rates_lines import lines, reasons
from prototypes.rates_wording import confirmed_sentence, funnel_sentence, imprecise_sentence, outlook_sentence
from prototypes.words import outlook


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
    shown = list(lines(figures))
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
    """A cohort in the table of the funnel; without a name where the reader may not see its ideas."""

    name: str
    dot: CohortCount
    share: float
    limits: Limits


def _beside_one_another(figures: Figures, cohorts: Iterable[Cohort]) -> dict[str, Any]:
    names = {cohort.pk: cohort.name for cohort in cohorts}
    drawn = funnel(figures.by_cohort) if names else None
    if drawn is None:
        return {}
    named = {dot.cohort: names[dot.cohort] for dot in drawn.dots if dot.own and dot.cohort in names}
    return {
        "funnel": {
            "chart": funnel_chart(drawn, named),
            "said": funnel_sentence(drawn),
            "rows": sorted(_rows(drawn, named), key=lambda row: (not row.name, row.name.casefold(), row.dot.accepted)),
        }
    }


def _rows(drawn: Funnel, named: dict[int, str]) -> Iterator[Row]:
    for dot in drawn.dots:
        yield Row(named.get(dot.cohort, ""), dot, share_of(dot), drawn.of(dot))
