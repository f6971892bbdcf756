"""The secret in an address: drawn so that nobody guesses it, and kept as a hash, from which nobody finds it."""

import hashlib
import secrets
from typing import Final

TOKEN_BYTES: Final = 32  # nobody guesses them, so a plain hash is enough


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
