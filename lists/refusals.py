"""The sentences that people read when the database refuses a saved view or a bulk action."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText

_CHANGED = _("Someone else worked on this at the same moment. Open the page again.")

SENTENCES: dict[str, RefusalText] = {
    "saved_view_name_once": (_("You have a view with this name already. Choose another name."), "name"),
    "saved_view_name": (_("Give the view a name."), "name"),
    "saved_view_query": _("Choose a filter, an order or columns first. Then save the view."),
    "bulk_run_idempotency_key_unique": _("You have already sent this form. Open the list to see what was done."),
    "bulk_run_undo_in_time": _("This can be undone for one day only. Change the rows one by one."),
    "bulk_run_undone_once": _("This bulk action has already been undone."),
    "bulk_row_once": _CHANGED,
    "bulk_row_state_known": _CHANGED,
    "bulk_row_state": _CHANGED,
}
