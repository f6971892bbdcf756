"""The sentences that people read when the database refuses a comment, by rule, with the form field."""

from django.utils.translation import gettext_lazy as _

from web.database.created_on import NEVER_CHANGES
from web.database.refusals import SENT_ALREADY, RefusalText

ONLY_WRITER_OR_LAB = _("Only the person who wrote a comment can withdraw it, or the lab with a reason.")
ALREADY_WITHDRAWN = _("This comment was withdrawn. It can no longer be changed.")

SENTENCES: dict[str, RefusalText] = {
    "created_on_fixed": NEVER_CHANGES,
    "comment_idempotency_key_unique": SENT_ALREADY,
    "comment_about_one": _("A comment can be about one subject only: an idea, a prototype or a canvas."),
    "comment_length": (_("This comment is too long: 20,000 characters at most. Shorten it, or write two."), "text"),
    "comment_says_something": (_("The comment is empty. Write something, or withdraw it."), "text"),
    "comment_withdrawal_reason_given": (_("Give a reason. Everyone who reads the page sees it."), "reason"),
    "comment_withdrawn_by_lab": ONLY_WRITER_OR_LAB,
    "comment_in_order": _("This change is dated before the comment was written. Try again."),
    "comment_on_running_work": _("These are published facts. They cannot be commented on here."),
    "comment_answers_one_level": _("You can only reply to the comment that opens a conversation, on the same page."),
    "comment_fixed": _("A comment cannot be moved."),
    "comment_stays": ALREADY_WITHDRAWN,
    "mention_once": _("The comment names this person already."),
    "mention_of_a_reader": (_("One of these people cannot read this page. Choose other people."), "mentioned"),
}
