"""Whose account is guarded by more than a password: read by lab staff and by who signs in."""

from __future__ import annotations

from typing import Final

from allauth.mfa.models import Authenticator
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import User
from web.text.names import by_name

FACTORS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(user: User) -> set[str]:
    """Kinds of second factor the person has set up."""
    return set(Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).values_list("type", flat=True))


def with_factors() -> QuerySet[User]:
    """Who has a second factor, by name: `kinds` says which, `since` when the first was set up."""
    has = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTORS)
    kinds = ArraySubquery(has.order_by("type").values("type").distinct())
    since = Subquery(has.order_by("created_at").values("created_at")[:1])
    return (
        User.objects.filter(Exists(has), is_active=True)
        .annotate(kinds=kinds, since=since)
        .order_by(*by_name("full_name"))
    )
