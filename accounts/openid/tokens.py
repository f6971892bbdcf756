"""Verify the signed tokens of an identity provider: signed with its keys, for us, still valid, and for this sign-in."""

import base64
import hmac
from collections.abc import Mapping
from typing import Any, Final

import jwt
from allauth.socialaccount.providers.oauth2.client import OAuth2Error

# Only signatures with a private key: neither a secret shared with us nor an unsigned token is accepted.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
MAX_SUBJECT_LENGTH: Final = 191  # allauth's column
LEEWAY: Final = 30  # seconds that two clocks may differ

Claims = dict[str, Any]


class UntrustedAnswer(OAuth2Error):
    """An answer of a provider that lets nobody sign in; `reason` is a slug for the log."""

    def __init__(self, reason: str) -> None:
        """Keep the reason, a slug for the security log such as `nonce`."""
        self.reason = reason
        super().__init__(reason)


def verify(text: str, *, keys: Mapping[str, Any], issuer: str, audience: str) -> Claims:
    """Return the claims of the signed token `text`, after checking that one of the provider's `keys` signed it for us.

    `issuer` is the provider's, `audience` our client id there. Raises UntrustedAnswer when signature, issuer, audience,
    dates or subject are not right.
    """
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
        raise UntrustedAnswer(f"token_{type(error).__name__}") from error
    subject = claims["sub"]
    if not (subject and len(subject) <= MAX_SUBJECT_LENGTH and subject.isascii() and subject.isprintable()):
        raise UntrustedAnswer("subject")
    has_other_audiences = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if has_other_audiences else audience) != audience:
        raise UntrustedAnswer("token_of_another_client")
    return claims


def check_sign_in(claims: Claims, *, text: str, nonce: str, access_token: str) -> None:
    """Check that the claims of the ID token `text` belong to this browser's sign-in and to the access token.

    `nonce` is the one that was sent to the provider. Raises UntrustedAnswer when the token has another nonce or another
    hash of the access token.
    """
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise UntrustedAnswer("nonce")
    at_hash = claims.get("at_hash")
    if at_hash is not None and not hmac.compare_digest(str(at_hash).encode(), _access_token_hash(text, access_token)):
        raise UntrustedAnswer("at_hash")


def _access_token_hash(text: str, access_token: str) -> bytes:
    """Return what the ID token's claim `at_hash` must be: the first half of the access token's hash, in base64.

    The algorithm is that of the ID token `text`.
    """
    algorithm = jwt.get_algorithm_by_name(jwt.get_unverified_header(text)["alg"])
    digest = algorithm.compute_hash_digest(access_token.encode())
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")


def _key(header: Mapping[str, Any], keys: Mapping[str, Any]) -> Any:
    """Return the one of the provider's `keys` that the token's `header` names, or the only key if it names none.

    Raises UntrustedAnswer when there is no such key, or when there are several and it names none.
    """
    keys_by_id = {str(key.key_id or ""): key for key in jwt.PyJWKSet.from_dict(dict(keys)).keys}
    key_id = header.get("kid")
    if key_id is None and len(keys_by_id) == 1:
        return next(iter(keys_by_id.values()))
    if key_id not in keys_by_id:
        raise UntrustedAnswer("unknown_key")
    return keys_by_id[key_id]
