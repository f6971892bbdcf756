"""The secret in the link of an invitation: made anew from our key whenever a letter needs it, kept nowhere.

A reminder can so carry the link although the database has no more than its hash.
"""

import base64
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from web.security.link_tokens import hash_of

SALT: Final = "cohorts.invitation"
LETTERS: Final = 43  # of 256 bits in base64 without its padding


def token_of(seed: UUID, version: int, email: str) -> str:
    """The token of one sending of an invitation, under the present key."""
    return _made(settings.SECRET_KEY, seed, version, email)


def kept_token(seed: UUID, version: int, email: str, token_hash: str) -> str:
    """The token whose hash is kept, also when the key was changed since; "" where no key we have makes it."""
    made = (_made(key, seed, version, email) for key in _keys())
    return next((token for token in made if hash_of(token) == token_hash), "")


def _keys() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from (str(key) for key in settings.SECRET_KEY_FALLBACKS)


def _made(key: str, seed: UUID, version: int, email: str) -> str:
    digest = salted_hmac(SALT, f"{seed}:{version}:{email}", secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
