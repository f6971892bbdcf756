"""The sentences that people read when the database refuses a token."""

from django.utils.translation import gettext_lazy as _

from web.database.refusals import RefusalText

NO_SCOPE = _("Choose what the token may do in one area at least.")

SENTENCES: dict[str, RefusalText] = {
    "api_token_once": _("The token could not be created. Try again."),
    "api_token_hashed": _("The token could not be created. Try again."),
    "api_token_name": (_("Say what the token is for."), "name"),
    "api_token_scopes_known": NO_SCOPE,
    "api_token_expires": (_("A token is valid for one year at most."), "days"),
    "api_token_fixed": _("A token cannot be changed. Revoke it, and create another one."),
    "idempotency_key_once": _("This request is being made. Send it again with the same key."),
    "api_token_revoked_for_good": _("This token is revoked already. Create another one."),
}
