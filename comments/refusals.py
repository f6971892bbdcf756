"""What people read when the database refuses a row of this app: rule, sentence and the field it belongs beside."""

from django.utils.translation import gettext_lazy as _

from prototypes.refusals import SENT_ALREADY
from web.database.created_on import STAYS
from web.database.refusals import Said

ONLY_WRITER_OR_LAB = _("Only whoever wrote a comment, or the lab with a reason, takes it back.")
TAKEN_BACK = _("This comment was taken back: what there was is not changed any more.")

SENTENCES: dict[str, Said] = {
    "born_on_fixed": STAYS,
    "comment_entry_once": SENT_ALREADY,
    "comment_about_one": _("A comment is about one thing."),
    "comment_length": (_("A comment takes 20,000 letters at most: cut it, or write two."), "text"),
    "comment_says_something": (_("Write something, or take the comment back."), "text"),
    "comment_taken_back_why": (_("Say why: everybody who reads the page sees it."), "reason"),
    "comment_taken_back_by_lab": ONLY_WRITER_OR_LAB,
    "comment_in_order": _("A comment is changed or taken back after it was written."),
    "comment_on_running_work": _("These are published facts: nobody comments on them here."),
    "comment_answers_one_level": _("An answer goes to the comment that opens a conversation, on the same page."),
    "comment_fixed": _("A comment stays where it was written."),
    "comment_stays": TAKEN_BACK,
    "mention_once": _("The comment names this person already."),
    "mention_of_a_reader": (_("One of these people cannot read this: choose others."), "named"),
}
