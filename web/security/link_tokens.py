"""Secrets in links: random ones of which only the hash is stored, and pages whose address has one."""

import hashlib
import secrets
from typing import Final

from django.http import HttpResponse

TOKEN_BYTES: Final = 32  # too many to guess, so that a plain hash is enough


def new_token() -> str:
    """Return a new random secret for a link (32 bytes), as text that a URL can hold."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Return the SHA-256 hash of a link's secret as hexadecimal text, which is stored in place of the secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def hide_address(response: HttpResponse) -> HttpResponse:
    """Return the response, marked so that its URL, which contains a secret, reaches no other site, index or log.

    “no-referrer” would also remove the host, and with it the Origin header that tells the platform's forms from forged
    ones.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex"
    response._has_been_logged = True  # type: ignore[attr-defined] # Django would log the address of a refusal
    return response
