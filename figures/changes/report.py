"""What changed as rows of a table to download: ideas, cohorts, and the difference of the two figures."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from figures.changes.lines import ChangedIdea, ChangeLog, RecordText
from figures.number_formats import day, number
from figures.scope.moments import moment_text
from web.exports.tables import Cell

MAX_ROWS: Final = 2_000
DIFFERENCE: Final = gettext_lazy("Difference of the two figures")
WIDTHS: Final = (24, 28, 24, 12, 48, 48, 16, 20, 80, 12, 12, 12)


def header() -> list[str]:
    """Return the titles of the columns of the downloaded table, in the reader's language."""
    return [
        _("Code"),
        _("Authority"),
        _("Cohort"),
        _("Reference"),
        _("Idea"),
        _("What changed"),
        _("By a correction"),
        _("Parts"),
        _("What was recorded"),
        _("Accepted"),
        _("Implemented"),
        _("Abandoned"),
    ]


def cells(log: ChangeLog) -> Iterator[tuple[Cell, ...]]:
    """Yield one row of cells per cohort and idea, in the order of the page, then one with the difference.

    The counts of all rows before it add up to the last one: ideas that are too many for a file share one row.
    """
    rest = log.changes.effect_of_ideas
    for cohort in log.cohorts:
        yield ("cohort", cohort.authority, cohort.name, "", "", str(cohort.cause), "", "", "", *cohort.effect)
    for change in log.ideas:
        rest = rest.minus(change.effect)
        yield _idea_cells(change)
    if left_out := log.changes.idea_count - len(log.ideas):
        yield ("further", "", "", "", "", further_ideas(left_out), "", "", "", *rest)
    yield ("difference", "", "", "", "", str(DIFFERENCE), "", "", "", *log.changes.difference)


def further_ideas(ideas: int) -> str:
    """Return how many ideas changed that are not listed, as text."""
    words = ngettext(
        "%(ideas)s further idea. Choose a later first day to list it.",
        "%(ideas)s further ideas. Choose a later first day to list them.",
        ideas,
    )
    return words % {"ideas": number(ideas)}


def _idea_cells(change: ChangedIdea) -> tuple[Cell, ...]:
    """Return the cells of a changed idea; its records are one text, one line for each."""
    cohort = change.idea.cohort
    return (
        change.cause.value,
        cohort.authority.name,
        cohort.name,
        change.idea.reference,
        change.idea.title,
        str(change.cause.label),
        _("yes") if change.is_correction else _("no"),
        ", ".join(change.parts),
        "\n".join(map(record_sentence, change.records)),
        *change.effect,
    )


def record_sentence(text: RecordText) -> str:
    """Return a record as one line: when recorded, of which part, what, on which day, by whom, and why."""
    happened_on = text.record.effective_on
    parts = (
        moment_text(text.record.recorded_at),
        text.reference,
        str(text.label) + (f" ({day(happened_on)})" if happened_on else ""),
        text.by,
        text.reason,
    )
    return " · ".join(part for part in parts if part)
