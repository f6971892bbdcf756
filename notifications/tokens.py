"""The secret in the address of a calendar, and what is kept of it."""

import hashlib
import secrets
from typing import Final

TOKEN_BYTES: Final = 32  # nobody guesses it, so its plain hash is enough


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
