"""The sentences that people read when the database refuses a canvas, by rule, with the form field."""

from django.utils.translation import gettext_lazy as _

from web.database.created_on import NEVER_CHANGES
from web.database.refusals import SENT_ALREADY, RefusalText

SENTENCES: dict[str, RefusalText] = {
    "created_on_fixed": NEVER_CHANGES,
    "canvas_idempotency_key_unique": SENT_ALREADY,
    "canvas_titled": (_("Give the canvas a title."), "title"),
    "canvas_kind": _("Choose one of the four kinds."),
    "canvas_about_one": _("A canvas is about one challenge or one idea, not both."),
    "canvas_about_of_cohort": _("This challenge or idea belongs to another cohort."),
    "canvas_fixed": _("The cohort and the kind of a canvas cannot be changed, nor the canvas it was copied from."),
    "canvas_copy_of_kind": _("A copy must be of the same kind as its original."),
    "canvas_step_order_once": _("Someone else moved this step at the same time. Try again."),
    "canvas_step_idempotency_key_unique": SENT_ALREADY,
    "canvas_step_room": _("A canvas has 60 steps at most. Combine two steps first."),
    "canvas_step_named": (_("Give the step a name."), "name"),
    "canvas_step_fixed": _("A step cannot move to another canvas."),
    "canvas_step_of_kind": _("A service model has no steps."),
    "canvas_cell_once": _("Someone else wrote in this cell at the same time. Try again."),
    "canvas_cell_length": (_("This text is longer than 20,000 characters. Shorten it, or split it."), "text"),
    "canvas_cell_basis": _(
        "A text is an assumption, or cites one session or one test. An empty cell cannot have evidence."
    ),
    "canvas_cell_level": (_("This value is not on the scale. Choose another one."), "level"),
    "canvas_cell_fixed": _("A text cannot move to another cell."),
    "canvas_cell_of_kind": _("This canvas has no such cell. Reload the page and try again."),
    "canvas_cell_step_of_canvas": _("This step belongs to another canvas."),
    "canvas_cell_evidence_of_cohort": _("Cite a session or a test of the same cohort."),
    "canvas_cell_test_concluded": _("Only a concluded test can support or contradict a text."),
    "canvas_cell_version": _("The version number of this text does not match. Reload the page and try again."),
}
