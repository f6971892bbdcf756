"""The secret in the link of an invitation: computed from the platform's key for each e-mail, stored nowhere.

So a reminder can contain the link although the database only has its hash.
"""

import base64
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from web.security.link_tokens import hash_token

SALT: Final = "cohorts.invitation"
TOKEN_CHARACTERS: Final = 43  # of 256 bits in base64 without its padding


def token_of(seed: UUID, version: int, email: str) -> str:
    """Return the secret token in the link of an invitation (43 characters), computed with the present key of the
    platform.

    `seed` is the invitation's random id, `email` its address; `version` goes up with every sending, and so changes the
    token.
    """
    return _compute_token(settings.SECRET_KEY, seed, version, email)


def token_for_hash(seed: UUID, version: int, email: str, token_hash: str) -> str:
    """Return the token of an invitation's link whose hash is stored, tried with the present and earlier keys of the
    platform.

    `seed`, `version` and `email` are those of the invitation. "" when no key gives a token with that hash.
    """
    made = (_compute_token(key, seed, version, email) for key in _keys())
    return next((token for token in made if hash_token(token) == token_hash), "")


def _keys() -> Iterator[str]:
    """Yield the secret keys of the platform, the present one first."""
    yield settings.SECRET_KEY
    yield from (str(key) for key in settings.SECRET_KEY_FALLBACKS)


def _compute_token(key: str, seed: UUID, version: int, email: str) -> str:
    """Return the token of an invitation's link, 43 characters, from the secret `key` and the invitation's seed,
    version, address.
    """
    digest = salted_hmac(SALT, f"{seed}:{version}:{email}", secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
