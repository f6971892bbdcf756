"""What people read when the database refuses a row of this app: rule, sentence and the field it belongs beside."""

from django.utils.translation import gettext_lazy as _

from prototypes.refusals import SENT_ALREADY
from web.database.created_on import STAYS
from web.database.refusals import Said

SENTENCES: dict[str, Said] = {
    "born_on_fixed": STAYS,
    "canvas_entry_once": SENT_ALREADY,
    "canvas_titled": (_("Give it a title."), "title"),
    "canvas_kind": _("Choose one of the four kinds."),
    "canvas_about_one": _("It is about one challenge or one idea, not both."),
    "canvas_about_of_cohort": _("This challenge or idea belongs to another cohort."),
    "canvas_fixed": _("It keeps its cohort, its kind and what it was copied from."),
    "canvas_copy_of_kind": _("A copy is of the same kind."),
    "canvas_step_order_once": _("Someone else has moved this meanwhile: try again."),
    "canvas_step_entry_once": SENT_ALREADY,
    "canvas_step_room": _("There is room for 60 steps: put two together first."),
    "canvas_step_named": (_("Give it a name."), "name"),
    "canvas_step_fixed": _("A step stays where it is."),
    "canvas_step_of_kind": _("A service model has no steps."),
    "canvas_cell_once": _("Someone else has written here meanwhile: try again."),
    "canvas_cell_length": (_("This is longer than 20,000 characters: shorten it, or split it."), "text"),
    "canvas_cell_basis": _("A text is an assumption, or cites one session or one test; no text, no evidence."),
    "canvas_cell_level": (_("This step of the scale is not known here."), "level"),
    "canvas_cell_fixed": _("A text stays in its place."),
    "canvas_cell_place": _("There is no such place here."),
    "canvas_cell_step_of_canvas": _("This step belongs to something else."),
    "canvas_cell_evidence_of_cohort": _("Cite a session or a test of the same cohort."),
    "canvas_cell_test_concluded": _("Only a concluded test supports or contradicts."),
    "canvas_cell_version": _("Every change counts as one version."),
}
