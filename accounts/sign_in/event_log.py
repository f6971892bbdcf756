"""What is noted of signing in and of ways in, as allauth and Django tell of it (`web.security.log`)."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth
from django.http import HttpRequest

from accounts.models import User
from accounts.second_factors.requirement import shown, taken_away
from accounts.sign_in import proved_address, session_limits
from accounts.sign_in.actions.sessions import end_sign_ins
from web.security.log import note


def connect() -> None:
    """Listen: each receiver once, however often it is called."""
    auth.user_logged_in.connect(session_limits.begin, dispatch_uid="session_begins")
    auth.user_logged_out.connect(signed_out, dispatch_uid="signed_out")
    account.user_logged_in.connect(signed_in, dispatch_uid="signed_in")
    for changed in (account.password_changed, account.password_set, account.password_reset):
        changed.connect(password_changed, dispatch_uid="password_changed")
    account.password_reset.connect(proved_address.mailbox_shown, dispatch_uid="mailbox_shown")
    for used in (mfa.authenticator_used, mfa.authenticator_added):
        used.connect(shown, dispatch_uid="second_factor_shown")
    mfa.authenticator_removed.connect(taken_away, dispatch_uid="second_factor_taken_away")
    mfa.authenticator_added.connect(factor_added, dispatch_uid="factor_added")
    mfa.authenticator_removed.connect(factor_removed, dispatch_uid="factor_removed")
    mfa.authenticator_reset.connect(factor_added, dispatch_uid="factor_reset")
    mfa.authentication_failed.connect(factor_refused, dispatch_uid="factor_refused")
    account.email_changed.connect(address_changed, dispatch_uid="address_changed")


def signed_in(*, request: HttpRequest, user: User, **_told: Any) -> None:
    """By what: the steps of this sign-in in their order, such as `password+mfa`."""
    steps = [str(step["method"]) for step in get_authentication_records(request, user)]
    note("signed_in", request=request, by="+".join(steps) or "other")


def signed_out(*, request: HttpRequest | None, user: User | None, **_told: Any) -> None:
    if user is not None:
        note("signed_out", request=request, person=user.pk)


def password_changed(*, request: HttpRequest, user: User, **_told: Any) -> None:
    """The others end: whoever changes a password may fear that somebody knows it."""
    ended = end_sign_ins(user=user, but=request.session.session_key or "", by=user)
    note("password_changed", request=request, of=user.pk, others_ended=ended)


def factor_added(*, request: HttpRequest, authenticator: Authenticator, **_told: Any) -> None:
    """The code that set an app up has served: within its thirty seconds it signs nobody in."""
    note("factor_added", request=request, kind=str(authenticator.type))
    if authenticator.type == Authenticator.Type.TOTP:
        authenticator.wrap().validate_code(request.POST.get("code", ""))


def factor_removed(*, request: HttpRequest, authenticator: Authenticator, **_told: Any) -> None:
    note("factor_removed", request=request, kind=str(authenticator.type))


def factor_refused(*, request: HttpRequest, user: User, **_told: Any) -> None:
    note("factor_refused", request=request, of=user.pk)


def address_changed(*, request: HttpRequest, **_told: Any) -> None:
    note("address_changed", request=request)
