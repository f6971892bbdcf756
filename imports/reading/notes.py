"""What a reader noticed about a file, stored as slugs, and the sentence for each."""

from collections.abc import Iterable
from enum import StrEnum
from typing import TypeAlias

from django.utils.translation import gettext as _


class NoteKind(StrEnum):
    """What can be noticed about a file while its rows are read."""

    EMPTY_ROWS = "empty_rows"
    TOTALS = "totals"
    HIDDEN_SHEETS = "hidden_sheets"
    OTHER_SHEETS = "other_sheets"
    MERGED = "merged"
    FORMULAS = "formulas"
    MACROS = "macros"
    LINKS = "links"
    EXTRA_CELLS = "extra_cells"
    NO_HEADER = "no_header"
    REFUSED = "refused"


Note: TypeAlias = tuple[str, str]  # a NoteKind, and the value its sentence names


def note_texts(notes: Iterable[Note]) -> list[str]:
    """Return the sentences of these notes, in the current language; notes of unknown kinds are left out."""
    sentences = _sentences()
    return [sentences[kind] % {"value": value} for kind, value in notes if kind in sentences]


def _sentences() -> dict[str, str]:
    """Return the sentence of each kind of note, with a place for its value."""
    return {
        NoteKind.EMPTY_ROWS: _("Empty rows are ignored: %(value)s."),
        NoteKind.TOTALS: _("Totals at the end are ignored: row %(value)s."),
        NoteKind.HIDDEN_SHEETS: _("Hidden sheets are not read: %(value)s."),
        NoteKind.OTHER_SHEETS: _("These sheets are not read: %(value)s. Save each in a separate file to import it."),
        NoteKind.MERGED: _("Of merged cells, only the first one has a value: %(value)s."),
        NoteKind.FORMULAS: _("Formulas are not calculated: the results saved in the file are read."),
        NoteKind.MACROS: _("The file contains macros. They are not run."),
        NoteKind.LINKS: _(
            "The file refers to other files. They are not opened: the results saved in this one are read."
        ),
        NoteKind.EXTRA_CELLS: _("Cells to the right of the last heading are not read: row %(value)s."),
        NoteKind.NO_HEADER: _("The table has no headings: check which column is which."),
        NoteKind.REFUSED: "%(value)s",  # what to do instead, in the language of the person
    }
