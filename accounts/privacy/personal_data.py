"""The personal data of accounts in a person's copy of their data; and `row_reader`, with which apps describe theirs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData
from accounts.models import AddressClaim, AddressRelease, FactorReset, SupportVisit, User


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads columns of a person's rows as dicts, in the order of their primary keys.

    `rows` returns a person's rows. `columns` keep their name; `renamed` gives others: the name in the copy of the data,
    and the lookup path of the column.
    """

    rows: Callable[[User], QuerySet[Any]]
    columns: tuple[str, ...]
    renamed: Mapping[str, str]

    def __call__(self, user: User) -> Iterable[Mapping[str, object]]:
        """Yield the chosen columns of the rows of this person as dicts, read from the database one by one."""
        paths = {name: F(path) for name, path in self.renamed.items()}
        return self.rows(user).order_by("pk").values(*self.columns, **paths).iterator()

    @property
    def paths(self) -> Mapping[str, str]:
        """Return the lookup path of each column, by its name in the copy of the data."""
        return {**{name: name for name in self.columns}, **self.renamed}


def row_reader(rows: Callable[[User], QuerySet[Any]], *columns: str, **renamed: str) -> RowReader:
    """Return a reader of the columns of a person's rows: see `RowReader`."""
    return RowReader(rows, columns, renamed)


ACCOUNT = PersonalData(
    _("Account"),
    row_reader(
        lambda user: User.objects.filter(pk=user.pk),
        *(
            "email",
            "full_name",
            "language",
            "date_joined",
            "last_login",
            "is_lab_staff",
            "lab_role",
            "is_staff",
            "closed_at",
        ),
    ),
)
ADDRESSES = PersonalData(
    _("E-mail addresses"),
    row_reader(lambda user: EmailAddress.objects.filter(user=user), "email", "verified", "primary"),
    covers=("account.EmailAddress.user",),
)
CLAIMS = PersonalData(
    _("E-mail addresses that you added and have not confirmed"),
    row_reader(lambda user: AddressClaim.objects.filter(user=user), "email", "made_at", "expires_at"),
    covers=("accounts.AddressClaim.user",),
)
RELEASES = PersonalData(
    _("E-mail addresses that the lab removed from your account"),
    row_reader(lambda user: AddressRelease.objects.filter(person=user), "email", "because", "made_at"),
    covers=("accounts.AddressRelease.person",),
)
FACTORS = PersonalData(
    _("Second factors and passkeys"),
    row_reader(lambda user: Authenticator.objects.filter(user=user), "type", "created_at", "last_used_at"),
    covers=("mfa.Authenticator.user",),
    labels={"created_at": _("Created on"), "last_used_at": _("Last used on")},
)
SUPPORT = PersonalData(
    _("When the lab acted for you"),
    row_reader(lambda user: SupportVisit.objects.filter(person=user), "because", "began_at", "ended_at"),
    covers=("accounts.SupportVisit.person",),
)
RESETS = PersonalData(
    _("When your lost second factor was removed"),
    row_reader(lambda user: FactorReset.objects.filter(person=user), "because", "made_at"),
    covers=("accounts.FactorReset.person",),
)


def _connections(user: User) -> Iterator[Mapping[str, object]]:
    """Yield the accounts at identity providers that the person has connected, as dicts, in the order of connection.

    Each has `provider`, `subject` (their identifier there), `email`, `connected_at` and `last_used_at`.
    """
    for row in SocialAccount.objects.filter(user=user).order_by("pk"):
        yield {
            "provider": row.provider,
            "subject": row.uid,
            "email": row.extra_data.get("email", ""),
            "connected_at": row.date_joined,
            "last_used_at": row.last_login,
        }


def _sign_ins(user: User) -> Iterator[Mapping[str, object]]:
    """Yield the person's sessions that are still in their list, as dicts, the earliest first.

    Each has `signed_in`, `last_seen`, `address` (the IP address) and `browser` (the User-Agent header).
    """
    for row in UserSession.objects.filter(user_id=user.pk).order_by("pk"):
        yield {
            "signed_in": row.created_at,
            "last_seen": row.last_seen_at,
            "address": row.ip,
            "browser": row.user_agent,
        }


CONNECTIONS = PersonalData(
    _("Your organisation’s sign-in"),
    _connections,
    covers=("socialaccount.SocialAccount.user",),
    labels={
        "provider": _("Identity provider"),
        "subject": _("Your identifier there"),
        "email": _("E-mail address"),
        "connected_at": _("Connected on"),
        "last_used_at": _("Last used on"),
    },
)
SIGN_INS = PersonalData(
    _("Where you are signed in"),
    _sign_ins,
    covers=("usersessions.UserSession.user", "accounts.SignInLink.user"),  # links hold no other data of a person
    labels={
        "signed_in": _("Signed in on"),
        "last_seen": _("Last seen on"),
        "address": _("IP address"),
        "browser": _("Browser"),
    },
)


PARTS = {
    "account": ACCOUNT,
    "addresses": ADDRESSES,
    "factors": FACTORS,
    "support": SUPPORT,
    "resets": RESETS,
    "claims": CLAIMS,
    "releases": RELEASES,
    "connections": CONNECTIONS,
    "sign_ins": SIGN_INS,
}
