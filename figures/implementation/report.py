"""The figures of the rates as the lines of a table: those of the page, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from figures.groups import Group
from figures.implementation.lines import lines
from figures.lines import Line
from figures.outcomes.figures import Figures
from figures.work.figures import WorkFigures
from figures.work.lines import work_lines
from web.exports.tables import Cell

MASKED: Final = gettext_lazy(
    "Fewer than five of these ideas come from other cohorts. Their figures are shown only to people who"
    " can see the ideas one by one."
)
NOTHING: Final = gettext_lazy("Nothing yet: no idea had been accepted by that day.")
NOWHERE: Final = gettext_lazy("Nothing to show yet")


def header() -> list[str]:
    return [
        _("Code"),
        _("Figure"),
        _("Value"),
        _("Low bound"),
        _("High bound"),
        _("Numerator"),
        _("Denominator"),
        _("Note"),
    ]


def cells(figures: Figures | None, work: WorkFigures | None = None) -> list[tuple[Cell, ...]]:
    """In the order of the page; one line that says so where there is nothing for this reader."""
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
        )
        for line in told(figures, work)
    ]


def told(figures: Figures | None, work: WorkFigures | None = None) -> list[Line]:
    if figures is None:
        return [Line("accepted", _("Accepted"), note=str(NOWHERE))]
    return [*_ideas(figures), *([] if work is None or work.empty else work_lines(work))]


def _ideas(figures: Figures) -> Iterator[Line]:
    if figures.masked:
        yield Line("accepted", _("Accepted"), note=str(MASKED))
        return
    if figures.accepted:
        yield from lines(figures)
    else:
        yield Line("accepted", _("Accepted"), 0, note=str(NOTHING))
    yield _group("captured", _("Not counted: captured only"), figures.captured)
    yield _group("merged", _("Not counted: merged into another idea"), figures.merged)
    yield Line("retrospective", _("Not counted: known from publications"), figures.retrospective)


def _group(slug: str, label: str, group: Group) -> Line:
    return Line(slug, label, group.shown, note=_("fewer than five") if group.masked else "")
