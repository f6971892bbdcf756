"""What a provider signed: read with its own keys only, for us, from it, still valid, and for this one sign-in."""

import base64
import hmac
from collections.abc import Mapping
from typing import Any, Final

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

# Signatures that take a private key: a secret shared with us, or none at all, signs nothing here.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LONGEST_SUBJECT: Final = 191  # allauth's column
LEEWAY: Final = 30  # seconds that two clocks may differ

Claims = dict[str, Any]


class Untrusted(OAuth2Error):
    """An answer nobody signs in with; `reason` is a slug for the log."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def read(text: str, *, keys: Mapping[str, Any], issuer: str, audience: str) -> Claims:
    """The claims of a token that one of the provider's keys signed; raises Untrusted otherwise."""
    try:
        header = jwt.get_unverified_header(text)
        claims: Claims = jwt.decode(
            text,
            key=_key(header, keys),
            algorithms=list(ALGORITHMS),
            issuer=issuer,
            audience=audience,
            leeway=LEEWAY,
            options={"require": ["iss", "aud", "sub", "iat", "exp"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, LookupError) as error:
        raise Untrusted(f"token_{type(error).__name__}") from error
    subject = claims["sub"]
    if not (subject and len(subject) <= LONGEST_SUBJECT and subject.isascii() and subject.isprintable()):
        raise Untrusted("subject")
    others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if others else audience) != audience:
        raise Untrusted("token_of_another_client")
    return claims


def check_sign_in(claims: Claims, *, text: str, nonce: str, access_token: str) -> None:
    """An ID token answers the question that was asked in this browser, and the access token that came with it."""
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise Untrusted("nonce")
    told = claims.get("at_hash")
    if told is not None and not hmac.compare_digest(str(told).encode(), _half_hash(text, access_token)):
        raise Untrusted("at_hash")


def _half_hash(text: str, access_token: str) -> bytes:
    algorithm = jwt.get_algorithm_by_name(jwt.get_unverified_header(text)["alg"])
    digest = algorithm.compute_hash_digest(access_token.encode())
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")


def _key(header: Mapping[str, Any], keys: Mapping[str, Any]) -> Any:
    """The key the token names; the only one of its kind where it names none."""
    known = {str(key.key_id or ""): key for key in jwt.PyJWKSet.from_dict(dict(keys)).keys}
    named = header.get("kid")
    if named is None and len(known) == 1:
        return next(iter(known.values()))
    if named not in known:
        raise Untrusted("unknown_key")
    return known[named]
