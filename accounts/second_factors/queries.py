"""Queries on who has a second factor, for lab staff and for sign-in."""

from typing import Final

from allauth.mfa.models import Authenticator
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import User
from web.text.names import name_ordering

FACTOR_TYPES: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(user: User) -> set[str]:
    """Return the kinds of second factor that a person has set up: "totp" (an app), "webauthn" (a passkey), both or
    none.

    Recovery codes do not count.
    """
    return set(Authenticator.objects.filter(user_id=user.pk, type__in=FACTOR_TYPES).values_list("type", flat=True))


def with_factors() -> QuerySet[User]:
    """Return the people with an open account who have an authenticator app or a passkey, in order of name.

    `kinds` lists the kinds that each has ("totp", "webauthn"); `since` is when the first was set up.
    """
    factors = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTOR_TYPES)
    kinds = ArraySubquery(factors.order_by("type").values("type").distinct())
    since = Subquery(factors.order_by("created_at").values("created_at")[:1])
    return (
        User.objects.filter(Exists(factors), is_active=True)
        .annotate(kinds=kinds, since=since)
        .order_by(*name_ordering("full_name"))
    )
