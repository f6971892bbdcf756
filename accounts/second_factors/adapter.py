"""allauth's adapter for second factors: it encrypts their secrets and names this platform."""

from ipaddress import ip_address
from itertools import count
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import User
from web.pages.qr_codes import qr_code
from web.security import encryption

SITE_NAME = "labplatform"


class LabMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Encrypts the secrets of second factors in the database; binds passkeys to the host of BASE_URL."""

    def encrypt(self, text: str) -> str:
        """Return a second factor's secret encrypted with the first key of the setting ENCRYPTION_KEYS, as allauth
        stores it.
        """
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret that `encrypt` encrypted, with any key of the setting ENCRYPTION_KEYS."""
        return encryption.decrypt(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code of an address that carries the secret of an app, as SVG.

        allauth would draw it with lxml, which takes 3 MiB of each web process.
        """
        return render_to_string("components/qr_code.html", {"code": qr_code(url), "label": SITE_NAME})

    def _get_site_name(self) -> str:
        return SITE_NAME

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002 - allauth's name
        """Return a name for a new passkey of the person: “Passkey 1”, or with the first number that none of their
        passkeys has.

        `type` is the kind of second factor.
        """
        used_names = set(Authenticator.objects.filter(user_id=user.pk, type=type).values_list("data__name", flat=True))
        names = (_("Passkey %(number)d") % {"number": number} for number in count(1))
        return next(name for name in names if name not in used_names)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the dict that binds new passkeys to this site: `id` is the host, `name` the name of the platform."""
        return {"id": passkey_host(), "name": SITE_NAME}


def passkey_host() -> str:
    """Return the host to which passkeys are bound: that of the setting BASE_URL.

    If BASE_URL has an IP address, as in a demonstration, browsers store no passkey for it: then the host of the current
    request.
    """
    host = urlsplit(settings.BASE_URL).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return host
    return str(context.request.get_host().partition(":")[0])
