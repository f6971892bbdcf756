"""allauth, closed: nobody signs up by themselves, and letters lead to our own address."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """People get in by being added to a cohort, an authority or the lab."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        return self._at_base_url(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return self._at_base_url(super().get_email_confirmation_url(request, emailconfirmation))

    def _at_base_url(self, url: str) -> str:
        """The same path under BASE_URL: a forged Host header must not choose where a letter leads."""
        path = url.split("/", 3)[3] if "://" in url else url.lstrip("/")
        return f"{settings.BASE_URL.rstrip('/')}/{path}"
