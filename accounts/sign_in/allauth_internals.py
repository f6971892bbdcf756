"""The only private modules of allauth that we use: it has no public way to do these three things.

They are pinned with allauth's version; `tests/accounts/sign_in/` covers what each does for us.
"""

from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.manage_email import sync_user_email_address

__all__ = ["record_authentication", "sync_user_email_address", "verify_email_indirectly"]
