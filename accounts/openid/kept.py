"""What is kept of a person's connections: theirs to take along, and gone when they are erased."""

from collections.abc import Iterator, Mapping

from allauth.socialaccount.models import SocialAccount
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.registries import PersonalData


def _connections(user: User) -> Iterator[Mapping[str, object]]:
    for row in SocialAccount.objects.filter(user=user).order_by("pk"):
        yield {
            "provider": row.provider,
            "subject": row.uid,
            "email": row.extra_data.get("email", ""),
            "connected_at": row.date_joined.isoformat(),
            "last_used_at": row.last_login.isoformat(),
        }


def erase(*, user: User, **_when: object) -> None:
    """An anonymous row is nobody's to sign in with."""
    SocialAccount.objects.filter(user=user).delete()


CONNECTIONS = PersonalData(_("Your organisation’s sign-in"), _connections, covers=("socialaccount.SocialAccount.user",))
