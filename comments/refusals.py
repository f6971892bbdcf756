"""What people read when the database refuses a row of this app: rule, sentence and the field it belongs beside."""

from django.utils.translation import gettext_lazy as _

from prototypes.refusals import SENT_ALREADY
from web.database.created_on import STAYS
from web.database.refusals import Said

ONLY_WRITER_OR_LAB = _("Only the person who wrote a comment can withdraw it, or the lab with a reason.")
TAKEN_BACK = _("This comment was withdrawn. It can no longer be changed.")

SENTENCES: dict[str, Said] = {
    "born_on_fixed": STAYS,
    "comment_entry_once": SENT_ALREADY,
    "comment_about_one": _("A comment can be about one subject only: an idea, a prototype or a canvas."),
    "comment_length": (_("This comment is too long: 20,000 characters at most. Shorten it, or write two."), "text"),
    "comment_says_something": (_("The comment is empty. Write something, or withdraw it."), "text"),
    "comment_taken_back_why": (_("Give a reason. Everyone who reads the page sees it."), "reason"),
    "comment_taken_back_by_lab": ONLY_WRITER_OR_LAB,
    "comment_in_order": _("This change is dated before the comment was written. Try again."),
    "comment_on_running_work": _("These are published facts. They cannot be commented on here."),
    "comment_answers_one_level": _("You can only answer the comment that opens a conversation, on the same page."),
    "comment_fixed": _("A comment cannot be moved."),
    "comment_stays": TAKEN_BACK,
    "mention_once": _("The comment names this person already."),
    "mention_of_a_reader": (_("One of these people cannot read this page. Choose other people."), "named"),
}
