"""Random secrets for links, of which only the hash is stored."""

import hashlib
import secrets
from typing import Final

TOKEN_BYTES: Final = 32  # too many to guess, so that a plain hash is enough


def new_token() -> str:
    """Return a random secret for a link, as URL-safe text."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return the hash of a link's secret, which is stored in its place."""
    return hashlib.sha256(token.encode()).hexdigest()
