"""What the templates of the rates need: the page's own, and those of the panels and cards that quote it."""

from typing import Any

from prototypes.figures import HORIZONS, Figures
from prototypes.rates import MASK_BELOW
from prototypes.rates_chart import curve_chart, curve_rows
from prototypes.rates_wording import outlook_sentence
from prototypes.words import outlook


def headline(figures: Figures) -> dict[str, Any]:
    """The sentence in plain words: counts, and what they say of the next ideas unless they are too few."""
    spoken = "" if figures.masked or figures.only_counts else outlook_sentence(outlook(figures))
    return {"figures": figures, "outlook": spoken, "mask_below": MASK_BELOW}


def figures_shown(figures: Figures) -> dict[str, Any]:
    """The sentence, each figure with its interval, and the curve with its table; nothing of a masked group."""
    if figures.masked:
        return headline(figures)
    low, high = figures.interval or (None, None)
    return headline(figures) | {
        "wilson": {"low": low, "high": high},
        "within": [(months, figures.within(months)) for months in HORIZONS],
        "quarter_after": figures.months_to(1 / 4),
        "chart": curve_chart(figures),
        "curve": curve_rows(figures),
    }
