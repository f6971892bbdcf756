"""What accounts keep of a person, for their own copy; and how the apps say what they keep."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import AddressClaim, AddressRelease, FactorReset, SupportVisit, User
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
CLAIMS = PersonalData(
    _("E-mail addresses that you added and have not confirmed"),
    told(lambda user: AddressClaim.objects.filter(user=user), "email", "made_at", "expires_at"),
    covers=("accounts.AddressClaim.user",),
)
RELEASES = PersonalData(
    _("E-mail addresses that the lab removed from your account"),
    told(lambda user: AddressRelease.objects.filter(person=user), "email", "because", "made_at"),
    covers=("accounts.AddressRelease.person",),
)
FACTORS = PersonalData(
    _("Second factors and passkeys"),
    told(lambda user: Authenticator.objects.filter(user=user), "type", "created_at", "last_used_at"),
    covers=("mfa.Authenticator.user",),
)
SUPPORT = PersonalData(
    _("When the lab acted for you"),
    told(lambda user: SupportVisit.objects.filter(person=user), "because", "began_at", "ended_at"),
    covers=("accounts.SupportVisit.person",),
)
RESETS = PersonalData(
    _("When your lost second factor was removed"),
    told(lambda user: FactorReset.objects.filter(person=user), "because", "made_at"),
    covers=("accounts.FactorReset.person",),
)


def _connections(user: User) -> Iterator[Mapping[str, object]]:
    for row in SocialAccount.objects.filter(user=user).order_by("pk"):
        yield {
            "provider": row.provider,
            "subject": row.uid,
            "email": row.extra_data.get("email", ""),
            "connected_at": row.date_joined.isoformat(),
            "last_used_at": row.last_login.isoformat(),
        }


def _sign_ins(user: User) -> Iterator[Mapping[str, object]]:
    """Where and when the person signed in, as long as it is kept."""
    for row in UserSession.objects.filter(user_id=user.pk).order_by("pk"):
        yield {
            "signed_in": row.created_at.isoformat(),
            "last_seen": row.last_seen_at.isoformat(),
            "address": row.ip,
            "browser": row.user_agent,
        }


CONNECTIONS = PersonalData(_("Your organisation’s sign-in"), _connections, covers=("socialaccount.SocialAccount.user",))
SIGN_INS = PersonalData(
    _("Where you are signed in"),
    _sign_ins,
    covers=("usersessions.UserSession.user", "accounts.SignInLink.user"),  # a link leads to nothing else of a person
)


def register() -> None:
    """Put them into every person's own copy."""
    parts = {"account": ACCOUNT, "addresses": ADDRESSES, "factors": FACTORS, "support": SUPPORT, "resets": RESETS}
    for order, (slug, part) in enumerate((parts | {"claims": CLAIMS, "releases": RELEASES}).items()):
        personal_data.register(slug, part, order=order)
    personal_data.register("connections", CONNECTIONS, order=15)
    personal_data.register("sign_ins", SIGN_INS, order=80)
