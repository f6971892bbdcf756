"""allauth, closed: nobody signs up by themselves, and letters lead to our own address."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import emails
from accounts.addresses.actions import is_awaited
from web.mailboxes import has_slash
from web.security.log import note
from web.security.own_paths import own_path
from web.site_addresses import absolute

if TYPE_CHECKING:
    from django.core.exceptions import ValidationError

UNKNOWN, INVITATION_WAITS = "account/email/unknown_account", "account/email/invitation_waits"

logger = logging.getLogger(__name__)


class ClosedAccountAdapter(DefaultAccountAdapter):
    """People get in by being added to a cohort, an authority or the lab."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Return whether allauth may lead to `url`; after a password is given again, to the form that waited for it."""
        match = self.request.resolver_match if self.request else None
        waiting = match is not None and "reauthenticate" in match.view_name
        return bool(own_path(url, by_get=not waiting))

    def get_reset_password_from_key_url(self, key: str) -> str:
        return self._at_base_url(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return self._at_base_url(super().get_email_confirmation_url(request, emailconfirmation))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the e-mail in our look and the person's language.

        A mail server that is away fails no page: it is reported, logged, and kept with the request (`email_failed`),
        so that no message claims that the e-mail is on its way. An address without an account, for which an invitation
        waits, gets an e-mail about the invitation; one that no account could be given gets none.
        """
        if template_prefix == UNKNOWN:
            if is_awaited(email, timezone.now()):
                template_prefix = INVITATION_WAITS
            elif has_slash(email):
                return
        message = emails.written(template_prefix, email, context.get("user"), context)
        try:
            message.send()
        except OSError:  # what smtplib raises is one too
            logger.exception("A letter about an account could not be sent: %s", template_prefix)
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
        super().send_notification_mail(template_prefix, user, {**(context or {}), "user": user}, email)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note("sign_in_failed", request=request)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code in {"too_many_login_attempts", "rate_limited"}:
            note("limit_reached", request=self.request)
        error: ValidationError = super().validation_error(code, *args)
        return error

    def _at_base_url(self, url: str) -> str:
        """The same path under BASE_URL: a forged Host header must not choose where a letter leads."""
        return absolute(url.split("/", 3)[3] if "://" in url else url)
