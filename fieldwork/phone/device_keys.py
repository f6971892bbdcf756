"""Keys with which phones encrypt the drafts of an account; only its own sign-in receives them."""

from base64 import b64encode

from accounts.models import User
from web.security.encryption import derived_keys


def device_keys(user: User) -> list[str]:
    """Return the keys of 32 bytes for what the person stores on phones, in base64, the newest first.

    A phone encrypts with the first, and decrypts with any: an older one stays while it is in ENCRYPTION_KEYS.
    """
    return [b64encode(key).decode() for key in derived_keys(f"drafts of account {user.pk} on phones")]
