"""allauth's second factors under our own name and address."""

from ipaddress import ip_address
from itertools import count
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from web.security import encryption

NAME = "labplatform"


class LabMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Secrets are encrypted at rest; passkeys belong to the host of BASE_URL, whatever host a request names."""

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)

    def _get_site_name(self) -> str:
        return NAME

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        """What a passkey is called until the person says otherwise: by the first number that none of theirs has."""
        taken = set(Authenticator.objects.filter(user_id=user.pk, type=type).values_list("data__name", flat=True))
        names = (_("Passkey %(number)d") % {"number": number} for number in count(1))
        return next(name for name in names if name not in taken)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": passkey_host(), "name": NAME}


def passkey_host() -> str:
    """Browsers keep no passkey for an IP address: where BASE_URL is one (a demonstration), the name that was asked."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host
    return str(context.request.get_host().partition(":")[0])
