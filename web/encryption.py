"""Encryption of secrets that the database keeps: under keys of the environment, which no dump holds."""

from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

PURPOSE: Final = b"labplatform secrets at rest"
PREFIX: Final = "gAAAA"  # of everything that Fernet encrypts: its version, and a time before the year 2106


def encrypt(text: str) -> str:
    """Return `text` encrypted under the first of ENCRYPTION_KEYS, in letters and figures."""
    return _box().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Return the text. Raises ImproperlyConfigured when none of ENCRYPTION_KEYS opens it."""
    try:
        return _box().decrypt(encrypted).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "No key of ENCRYPTION_KEYS decrypts a secret of the database: add the key it was written with to the list."
        ) from error


def _box() -> MultiFernet:
    return _box_of(tuple(settings.ENCRYPTION_KEYS or [settings.SECRET_KEY]))


@lru_cache(maxsize=4)
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    """Return what encrypts under the first key and decrypts under any."""
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    """Return 32 bytes from a key of any length: keys are drawn at random, so that no slow function is needed."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
