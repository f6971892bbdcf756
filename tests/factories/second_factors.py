"""Second factors: an authenticator app as allauth stores it, and its codes."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

from accounts.models import User

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def an_app(user: User, secret: str = SECRET) -> Authenticator:
    app: Authenticator = TOTP.activate(user, secret).instance
    return app


def recovery_codes(user: User) -> list[str]:
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def code_of(secret: str = SECRET) -> str:
    """Return the current code of the app."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
