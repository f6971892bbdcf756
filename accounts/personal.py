"""What accounts keep of a person, for their own copy; and how the apps say what they keep."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import FactorReset, SupportVisit, User
from accounts.registries import PersonalData, personal_data

Rows = Callable[[User], Iterable[Mapping[str, object]]]


def told(rows: Callable[[User], QuerySet[Any]], *columns: str, **named: str) -> Rows:
    """These columns of the rows a person has, in the order they were made; `named` are columns under another name."""

    paths = {name: F(path) for name, path in named.items()}

    def read(user: User) -> Iterable[Mapping[str, object]]:
        return rows(user).order_by("pk").values(*columns, **paths).iterator()

    return read


ACCOUNT = PersonalData(
    _("Account"),
    told(
        lambda user: User.objects.filter(pk=user.pk),
        *("email", "full_name", "language", "date_joined", "last_login", "is_lab_staff", "is_staff", "closed_at"),
    ),
)
ADDRESSES = PersonalData(
    _("E-mail addresses"),
    told(lambda user: EmailAddress.objects.filter(user=user), "email", "verified", "primary"),
    covers=("account.EmailAddress.user",),
)
FACTORS = PersonalData(
    _("Second factors and passkeys"),
    told(lambda user: Authenticator.objects.filter(user=user), "type", "created_at", "last_used_at"),
    covers=("mfa.Authenticator.user",),
)
SUPPORT = PersonalData(
    _("When the lab acted as you"),
    told(lambda user: SupportVisit.objects.filter(person=user), "because", "began_at", "ended_at"),
    covers=("accounts.SupportVisit.person",),
)
RESETS = PersonalData(
    _("When your second factor was taken away because it was lost"),
    told(lambda user: FactorReset.objects.filter(person=user), "because", "made_at"),
    covers=("accounts.FactorReset.person",),
)


def register() -> None:
    """Put them into every person's own copy."""
    parts = {"account": ACCOUNT, "addresses": ADDRESSES, "factors": FACTORS, "support": SUPPORT, "resets": RESETS}
    for order, (slug, part) in enumerate(parts.items()):
        personal_data.register(slug, part, order=order)
