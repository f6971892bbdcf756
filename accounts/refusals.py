"""What people read when the database refuses a person."""

from django.utils.translation import gettext_lazy as _

from web.refusals import Said

_ONE_ACCOUNT = (_("This address has an account already."), "email")

SENTENCES: dict[str, Said] = {
    "support_says_why": (_("Say why: the person reads it."), "reason"),
    "support_ends_after_it_began": _("It cannot end before it began."),
    "support_one_at_a_time": _("You act for somebody already: end that first."),
    "support_of_others_by_lab": _(
        "Only the lab’s staff act for others, and never as a colleague or for a closed account."
    ),
    "support_kept": _("When the lab acted for somebody stays as it was written."),
    "user_email_once": _ONE_ACCOUNT,
    "accounts_user_email_key": _ONE_ACCOUNT,  # PostgreSQL's own name for the column's unique index
}
