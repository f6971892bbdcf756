"""What people read when the database refuses a person."""

from django.utils.translation import gettext_lazy as _

from web.refusals import Said

_ONE_ACCOUNT = (_("This address has an account already."), "email")

SENTENCES: dict[str, Said] = {
    "user_email_once": _ONE_ACCOUNT,
    "sign_in_link_one_open": _("Another link was asked for at the same moment. Use the latest letter."),
    "sign_in_link_ends_once": _("This link is over. Ask for a new one."),
    "sign_in_link_ended_how": _("A link that is over says how it ended."),
    "sign_in_link_expires_later": _("A link lasts for some time."),
    "accounts_user_email_key": _ONE_ACCOUNT,  # PostgreSQL's own name for the column's unique index
}
