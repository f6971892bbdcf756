"""allauth's adapter for accounts: nobody signs up, and the e-mails are our own, with links below BASE_URL."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import emails
from accounts.addresses.actions import has_pending_invitation
from web.mailboxes import has_slash
from web.security.log import log_security_event
from web.security.own_paths import own_path
from web.site_addresses import absolute_url

UNKNOWN, INVITATION_WAITS = "account/email/unknown_account", "account/email/invitation_waits"

logger = logging.getLogger(__name__)


class ClosedAccountAdapter(DefaultAccountAdapter):
    """allauth's adapter for a platform that people join by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: nobody can create an account on the sign-in pages, people join by invitation."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Return whether allauth may redirect to `url`: it must be a page of this site that opens by GET.

        After the person gave their password again, also a page that only takes forms.
        """
        match = self.request.resolver_match if self.request else None
        waiting = match is not None and "reauthenticate" in match.view_name
        return bool(own_path(url, by_get=not waiting))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link to choose a new password, below the setting BASE_URL.

        `key` is allauth's secret in the link.
        """
        return self._at_base_url(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the link to confirm a main e-mail address, below the setting BASE_URL.

        `emailconfirmation` is allauth's confirmation, whose key the link holds.
        """
        return self._at_base_url(super().get_email_confirmation_url(request, emailconfirmation))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the account e-mail that allauth calls `template_prefix` to `email`, in our layout and the person's
        language.

        An unreachable mail server fails no page: the page shows an error, and `request.email_failed` keeps it from
        claiming that the e-mail was sent. Where the e-mail would say that there is no account, an address with an open
        invitation gets one about it, and an address that no account could have gets none.
        """
        if template_prefix == UNKNOWN:
            if has_pending_invitation(email, timezone.now()):
                template_prefix = INVITATION_WAITS
            elif has_slash(email):
                return
        message = emails.account_email(template_prefix, email, context.get("user"), context)
        try:
            message.send()
        except OSError:  # the base of smtplib's exceptions
            logger.exception("An e-mail about an account could not be sent: %s", template_prefix)
            if self.request is not None:  # a command has none
                self.request.email_failed = True
                messages.error(self.request, _("The e-mail could not be sent just now. Try again in a few minutes."))

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Send an e-mail about a change of the person's account: to `email`, or to the main address when it is None.

        `template_prefix` is allauth's name for the e-mail; its context also holds the person (`user`).
        """
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write to the security log that a sign-in with a password failed; the credentials are not logged."""
        log_security_event("sign_in_failed", request=request)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Return (not raise) allauth's error for a code.

        Write to the security log when a limit of attempts is reached.
        """
        if code in {"too_many_login_attempts", "rate_limited"}:
            log_security_event("limit_reached", request=self.request)
        error: ValidationError = super().validation_error(code, *args)
        return error

    def _at_base_url(self, url: str) -> str:
        """Return the URL with the scheme and host of the setting BASE_URL in place of its own.

        A forged Host header must not choose where an e-mail leads.
        """
        return absolute_url(url.split("/", 3)[3] if "://" in url else url)
