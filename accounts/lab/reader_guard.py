"""Refuses every change that a reader of the lab asks for, except on the pages that concern only themselves.

Pages are listed by name: a page that is added later is refused to readers until it is listed here.
"""

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from accounts.models import User
from accounts.permissions import READERS_CHANGE_NOTHING
from web.errors import Refused
from web.security.log import log_security_event

READING_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

# Pages on which readers change what concerns only themselves: account, sign-in, e-mails, calendar, saved views,
# reminders of their home page, files that they read in a program of their own.
OPEN_TO_READERS: Final = frozenset(
    {
        "account",
        "account_confirm_email",
        "account_email",
        "account_logout",
        "cohorts:accept_remembered",
        "cohorts:join",
        "confirm_claim",
        "dossiers:cohort_dossier",
        "dossiers:edition_dossier",
        "dossiers:idea_dossier",
        "end_other_sign_ins",
        "end_sign_in",
        "figures:rates_ideas_csv",
        "figures:rates_ideas_xlsx",
        "files:list_file",
        "files:own_copy",
        "language",
        "leave",
        "lists:add_view",
        "lists:delete_view",
        "lists:edit_view",
        "notifications:preferences",
        "notifications:revoke_calendar",
        "notifications:subscribe",
        "notifications:unsubscribe",
        "openid_connect_login",
        "request_sign_in_link",
        "second_factor",
        "sign_in_link",
        "snooze_notice",
        "withdraw_claim",
    }
)
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
        if name in OPEN_TO_READERS or name.startswith(LIBRARY_PREFIXES):
            return None
        log_security_event("change_refused_to_reader", request=request)
        raise Refused(READERS_CHANGE_NOTHING)
