"""Receivers that log sign-ins and changes of ways to sign in, by signals of allauth and Django (`web.security.log`)."""

from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth import signals as auth
from django.http import HttpRequest
from django.utils.timezone import now

from accounts.hooks import account_hooks
from accounts.models import User
from accounts.second_factors.requirement import forget_factor_use, remember_factor_use
from accounts.sign_in import proved_address, session_limits
from accounts.sign_in.actions.sessions import end_sign_ins
from web.security.log import log_security_event


def connect() -> None:
    """Connect the receivers that log sign-ins, passwords, addresses and second factors, and those of the limits of
    sessions.

    Safe to call again.
    """
    auth.user_logged_in.connect(session_limits.record_sign_in, dispatch_uid="session_begins")
    auth.user_logged_out.connect(signed_out, dispatch_uid="signed_out")
    account.user_logged_in.connect(signed_in, dispatch_uid="signed_in")
    for signal in (account.password_changed, account.password_set, account.password_reset):
        signal.connect(password_changed, dispatch_uid="password_changed")
    account.password_reset.connect(proved_address.verify_address_after_reset, dispatch_uid="verify_address_after_reset")
    for signal in (mfa.authenticator_used, mfa.authenticator_added):
        signal.connect(remember_factor_use, dispatch_uid="second_factor_used")
    mfa.authenticator_removed.connect(forget_factor_use, dispatch_uid="second_factor_use_forgotten")
    mfa.authenticator_added.connect(factor_added, dispatch_uid="factor_added")
    mfa.authenticator_removed.connect(factor_removed, dispatch_uid="factor_removed")
    mfa.authenticator_reset.connect(factor_added, dispatch_uid="factor_reset")
    mfa.authentication_failed.connect(factor_refused, dispatch_uid="factor_refused")
    account.email_changed.connect(address_changed, dispatch_uid="address_changed")


def signed_in(*, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Log a sign-in with the methods used, in order, such as `password+mfa`. Receives allauth's `user_logged_in`."""
    steps = [str(step["method"]) for step in get_authentication_records(request, user)]
    log_security_event("signed_in", request=request, by="+".join(steps) or "other")


def signed_out(*, request: HttpRequest | None, user: User | None, **_kwargs: Any) -> None:
    """Log a sign-out; nothing when nobody was signed in (`user` is None). Receives Django's `user_logged_out`."""
    if user is not None:
        log_security_event("signed_out", request=request, person=user.pk)


def password_changed(*, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """End all other sessions of a person whose password was set, changed or reset, revoke their personal API tokens
    (hook `password_changed`), and log how many sessions ended.

    Someone else may know the old password. Receives three signals of allauth.
    """
    ended = end_sign_ins(user=user, but=request.session.session_key or "", by=user)
    log_security_event("password_changed", request=request, of=user.pk, others_ended=ended)
    for hooks in account_hooks:
        hooks.password_changed(user=user, at=now())


def factor_added(*, request: HttpRequest, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Log a new second factor of the signed-in person, with its kind; use up the code that set up an app.

    Nobody can then sign in with this code. Receives allauth's `authenticator_added` and `authenticator_reset`.
    """
    log_security_event("factor_added", request=request, kind=str(authenticator.type))
    if authenticator.type == Authenticator.Type.TOTP:
        authenticator.wrap().validate_code(request.POST.get("code", ""))


def factor_removed(*, request: HttpRequest, authenticator: Authenticator, **_kwargs: Any) -> None:
    """Log that the signed-in person removed a second factor, with its kind.

    Receives allauth's `authenticator_removed`.
    """
    log_security_event("factor_removed", request=request, kind=str(authenticator.type))


def factor_refused(*, request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Log that a code or passkey given to sign in as `user` was refused. Receives allauth's `authentication_failed`."""
    log_security_event("factor_refused", request=request, of=user.pk)


def address_changed(*, request: HttpRequest, **_kwargs: Any) -> None:
    """Log that the signed-in person changed their main address. Receives allauth's `email_changed`."""
    log_security_event("address_changed", request=request)
