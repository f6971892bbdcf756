"""The figures of the rates as rows of a table: the figures of the page, and the ideas it does not count."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from figures.figure_lines import FigureLine
from figures.implementation.if_wrong import if_wrong_lines
from figures.implementation.lines import lines
from figures.number_formats import interval_name
from figures.outcomes.outcome_counts import Figures
from figures.work.lines import work_lines
from figures.work.work_counts import WorkFigures
from web.exports.tables import Cell

NO_IDEA_NOTE: Final = gettext_lazy("Nothing yet: no idea had been accepted by that day.")
NO_FIGURE_NOTE: Final = gettext_lazy("Nothing to show yet")


def header() -> list[str]:
    """Return the titles of the columns of the downloaded table of figures, in the reader's language."""
    return [
        _("Code"),
        _("Figure"),
        _("Value"),
        _("Low bound"),
        _("High bound"),
        _("Numerator"),
        _("Denominator"),
        _("Note"),
        _("Interval"),
    ]


def cells(figures: Figures | None, work: WorkFigures | None = None) -> list[tuple[Cell, ...]]:
    """Return one row of cells per figure, in the order of the page and of `header`, then those of the cohorts' work.

    `figures` is None where there is nothing to show: then one row says so. `work` is None or empty where its figures
    are left out.
    """
    return [
        (
            line.slug,
            str(line.label),
            line.value,
            line.low,
            line.high,
            line.numerator,
            line.denominator,
            line.note,
            interval_name(line.interval),
        )
        for line in report_lines(figures, work)
    ]


def report_lines(figures: Figures | None, work: WorkFigures | None = None) -> list[FigureLine]:
    """Return the figures to download as lines, then the results of the work; a single line if there is nothing."""
    if figures is None:
        return [FigureLine("accepted", _("Accepted"), note=str(NO_FIGURE_NOTE))]
    return [*_ideas(figures), *([] if work is None or work.is_empty else work_lines(work))]


def _ideas(figures: Figures) -> Iterator[FigureLine]:
    """Yield the lines of the rates, then those of ideas not counted: captured only, merged, known from publications.

    A note in place of the rates while nothing was accepted.
    """
    if figures.accepted:
        yield from lines(figures)
        yield from if_wrong_lines(figures)
    else:
        yield FigureLine("accepted", _("Accepted"), 0, note=str(NO_IDEA_NOTE))
    yield FigureLine("captured", _("Not counted: captured only"), figures.captured)
    yield FigureLine("merged", _("Not counted: merged into another idea"), figures.merged)
    yield FigureLine("retrospective", _("Not counted: known from publications"), figures.retrospective)
