"""Encrypt secrets in the database with keys from the environment, which no dump contains."""

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
    """Return the text encrypted with the first of the keys in the setting ENCRYPTION_KEYS, as URL-safe base64."""
    return _cipher().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """Return the text that `encrypt` encrypted, with any of the keys in the setting ENCRYPTION_KEYS.

    Raises ImproperlyConfigured when none of them fits.
    """
    try:
        return _cipher().decrypt(encrypted).decode()
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "No key of ENCRYPTION_KEYS decrypts a secret of the database: add the key it was written with to the list."
        ) from error


def _cipher() -> MultiFernet:
    """Return the cipher with all keys: it encrypts with the newest."""
    return _cipher_of(_keys())


@lru_cache(maxsize=4)
def _cipher_of(keys: tuple[str, ...]) -> MultiFernet:
    """Return a cipher that encrypts with the first of these keys and decrypts with any of them; cached by keys."""
    return MultiFernet([Fernet(urlsafe_b64encode(_derive_key(key, PURPOSE))) for key in keys])


def derived_keys(purpose: str) -> list[bytes]:
    """Return a key of 32 bytes for this purpose, derived from each of the keys in ENCRYPTION_KEYS, in their order."""
    return [_derive_key(key, purpose.encode()) for key in _keys()]


def _keys() -> tuple[str, ...]:
    """Return the keys in the setting ENCRYPTION_KEYS, the newest first; SECRET_KEY where none is set."""
    return tuple(settings.ENCRYPTION_KEYS or [settings.SECRET_KEY])


def _derive_key(key: str, purpose: bytes) -> bytes:
    """Return a key of 32 bytes derived from a random key of any length (HKDF with SHA-256).

    No slow function is needed, because the key is random.
    """
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
