"""Messages for the rules by which the database refuses changes to imports."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText

_CANNOT_IMPORT = _("The server could not save this import. Import the file again; if that fails too, tell the lab.")
READING_ANOTHER = _("Another table of yours is still being read. Wait until that is done, then send this one.")
_CHANGED = _("The state of this import has changed. Reload the page.")

SENTENCES: dict[str, RefusalText] = {
    "import_batch_state_known": _CANNOT_IMPORT,
    "import_batch_language_known": _CANNOT_IMPORT,
    "import_batch_rows_done": _CANNOT_IMPORT,
    "import_batch_counts": _CANNOT_IMPORT,
    "import_batch_confirmed": _CHANGED,
    "import_batch_ended": _CHANGED,
    "import_batch_stop_reason": _CANNOT_IMPORT,
    "import_batch_one_per_target": _(
        "Another import changes the same cohort, edition or list. Wait until it has ended, then try again."
    ),
    "import_batch_one_unread_file": READING_ANOTHER,
    "import_batch_idempotency_key_unique": _("You have already sent this form. Find the table under “Your imports”."),
    "import_batch_state": _CHANGED,
    "import_batch_fixed": _("An import that is confirmed cannot be changed. Undo it, or import another file."),
    "import_row_once": _CANNOT_IMPORT,
    "import_row_outcome_known": _CANNOT_IMPORT,
    "import_row_refused_reason": _CANNOT_IMPORT,
    "import_row_imported_what": _CANNOT_IMPORT,
    "import_row_state": _CHANGED,
    "import_row_fixed": _("A row that is imported cannot be changed."),
    "import_file_part_once": _CANNOT_IMPORT,
    "column_choice_once": _CHANGED,
}
