"""What people read when the database refuses a person."""

from django.utils.translation import gettext_lazy as _

from web.refusals import Said

_ONE_ACCOUNT = (_("This address has an account already."), "email")

SENTENCES: dict[str, Said] = {
    "user_email_once": _ONE_ACCOUNT,
    "user_joined_to_sign_in": _("Nobody signs in before they have accepted an invitation."),
    "accounts_user_email_key": _ONE_ACCOUNT,  # PostgreSQL's own name for the column's unique index
}
