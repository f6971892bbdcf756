"""Random secrets for links, of which only the hash is stored."""

import hashlib
import secrets
from typing import Final

TOKEN_BYTES: Final = 32  # too many to guess, so that a plain hash is enough


def new_token() -> str:
    """Return a new random secret for a link (32 bytes), as text that a URL can hold."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return the SHA-256 hash of a link's secret as hexadecimal text, which is stored in place of the secret."""
    return hashlib.sha256(token.encode()).hexdigest()
