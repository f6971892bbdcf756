"""Refuses every change that a reader of the lab asks for, except on the pages that concern only themselves.

Their views are marked `open_to_lab_readers`: a page that is added later is refused to readers until it is marked.
"""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from accounts.models import User
from accounts.permissions import READERS_CHANGE_NOTHING
from web.errors import Refused
from web.security.lab_readers import is_open_to_lab_readers
from web.security.log import log_security_event

READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

LIBRARY_PREFIXES: Final = ("account_", "mfa_", "socialaccount_")  # allauth's pages on one's own account


class ReaderGuardMiddleware(MiddlewareMixin):
    """Refuses requests of readers of the lab that could change something, whatever the page would allow."""

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Return None for requests that may go on; raise Refused for a change that a reader asks for, and log it."""
        user = request.user
        if not isinstance(user, User) or not user.is_lab_reader or request.method in READING_METHODS:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if is_open_to_lab_readers(view) or name.startswith(LIBRARY_PREFIXES):
            return None
        log_security_event("change_refused_to_reader", request=request)
        raise Refused(READERS_CHANGE_NOTHING)
