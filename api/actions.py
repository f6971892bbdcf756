"""Actions on tokens: create, revoke, record their use, delete old ones."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from api.models import PREFIX_LENGTH, USE_INTERVAL, ApiToken, IdempotencyKey
from api.permissions import can_create_token
from web.actions import action
from web.decisions import enforce
from web.errors import DomainError
from web.security.link_tokens import hash_token, new_token

MAX_TOKENS: Final = 10  # valid ones of a person: each has rate limits of its own
RETAINED: Final = timedelta(days=365)


@action(gettext_lazy("API token created"), security_event=True, forbidden_while_acting=True)
def create_token(
    *,
    name: str,
    scopes: Collection[str],
    days: int,
    at: datetime,
    by: User,
    is_service: bool = False,
    with_second_factor: bool = False,
) -> tuple[ApiToken, str]:
    """Create a token for the person `by`, valid for `days` days from the moment `at`, and return it with its secret.

    The secret is stored nowhere, only its hash. Raises Refused for a service account unless they are an administrator
    of the lab, DomainError when they have ten valid tokens already.
    """
    enforce(can_create_token(by, is_service=is_service))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if ApiToken.objects.filter(user=by).valid(at).count() >= MAX_TOKENS:
        raise DomainError(
            _("You have %(number)s valid tokens already. Revoke one that you no longer use.") % {"number": MAX_TOKENS}
        )
    secret = f"lab_{new_token()}"
    token = ApiToken.objects.create(
        user=by,
        name=name,
        is_service=is_service,
        prefix=secret[:PREFIX_LENGTH],
        token_hash=hash_token(secret),
        scopes=sorted(scopes),
        with_second_factor=with_second_factor,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    return token, secret


@action(gettext_lazy("API token revoked"), security_event=True, forbidden_while_acting=True)
def revoke_token(*, token: ApiToken, at: datetime, by: User) -> ApiToken:
    """Revoke a token at the moment `at`, for good, and return it. One that is revoked already stays as it is."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)
    return ApiToken.objects.get(pk=token.pk)


def revoke_tokens_of(*, people: QuerySet[User], at: datetime, by: User | None) -> None:
    """Revoke all tokens of people whose accounts are closed, within the action that closes them."""
    ApiToken.objects.filter(user__in=people, revoked_at=None).update(revoked_at=at)


@action(gettext_lazy("Personal API tokens revoked after a password change"), security_event=True)
def revoke_personal_tokens(*, user: User, at: datetime, by: User | None = None) -> int:
    """Revoke the personal tokens of a person whose password has changed, and return how many were valid.

    Those of service accounts stay: the administrators of the lab look after them together. `by` is None: the platform
    does it, also where the person could not sign in.
    """
    return ApiToken.objects.filter(user=user, is_service=False).valid(at).update(revoked_at=at)


def revoke_after_new_password(*, user: User, at: datetime) -> None:
    """Revoke the personal tokens of a person whose password has changed, if they have valid ones."""
    if ApiToken.objects.filter(user=user, is_service=False).valid(at).exists():
        revoke_personal_tokens(user=user, at=at)


def record_use(*, token: ApiToken, at: datetime) -> None:
    """Save that a request with the token was allowed at the moment `at`, unless one of the five minutes before is.

    Not an action: nobody acts, and it leaves no history.
    """
    if token.last_used_at is None or token.last_used_at <= at - USE_INTERVAL:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


def purge_tokens(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the tokens that expired or were revoked a year before the moment `at` or earlier; return how many.

    With `dry_run`, only count them.
    """
    limit = at - RETAINED
    old = ApiToken.objects.filter(Q(expires_at__lte=limit) | Q(revoked_at__lte=limit))
    return old.count() if dry_run else old.delete()[1].get("api.ApiToken", 0)


def purge_idempotency_keys(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the idempotency keys that were sent a day before the moment `at` or earlier; return how many.

    With `dry_run`, only count them.
    """
    old = IdempotencyKey.objects.outdated(at)
    return old.count() if dry_run else old.delete()[0]
