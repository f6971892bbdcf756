"""Tokens are accepted only if signed by the provider's own key, for us, by it, in time, and for this sign-in."""

import base64
import hashlib
import json
import time
from contextlib import nullcontext
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.openid.tokens import UntrustedAnswer, check_sign_in, verify
from tests.providers import Local, one_token

ISSUER, CLIENT = "https://id.example", "labplatform"


def key_pair() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


OURS, THEIRS = key_pair(), key_pair()


def jwks(*keys: rsa.RSAPrivateKey) -> dict[str, Any]:
    """Return the keys as a provider publishes them, named 0, 1…"""
    public = [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) for key in keys]
    return {"keys": [{**key, "kid": str(place), "use": "sig", "alg": "RS256"} for place, key in enumerate(public)]}


def token(key: Any = OURS, *, algorithm: str = "RS256", kid: str | None = "0", **more: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": CLIENT, "sub": "anne", "iat": now, "exp": now + 60} | more
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(given, key, algorithm=algorithm, headers={"kid": kid} if kid is not None else {})


def rejection_reason(text: str, keys: dict[str, Any] | None = None) -> str:
    """Return the reason why a token is refused, or "" if it is accepted."""
    try:
        verify(text, keys=keys or jwks(OURS), issuer=ISSUER, audience=CLIENT)
    except UntrustedAnswer as refused:
        return refused.reason
    return ""


def test_valid_token_is_accepted():
    assert verify(token(), keys=jwks(OURS), issuer=ISSUER, audience=CLIENT)["sub"] == "anne"
    assert (rejection_reason(token(kid=None)), rejection_reason(token(kid="1"), jwks(THEIRS, OURS))) == ("", "")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"iss": "https://id.example/"}, "token_InvalidIssuerError"),
        ({"aud": "another"}, "token_InvalidAudienceError"),
        ({"aud": [CLIENT, "another"]}, "token_of_another_client"),
        ({"azp": "another"}, "token_of_another_client"),
        ({"aud": [CLIENT, "another"], "azp": CLIENT}, ""),
        ({"exp": 1}, "token_ExpiredSignatureError"),
        ({"exp": None}, "token_MissingRequiredClaimError"),
        ({"iat": None}, "token_MissingRequiredClaimError"),
        ({"iat": int(time.time()) + 86_400}, "token_ImmatureSignatureError"),
        ({"sub": None}, "token_MissingRequiredClaimError"),
        ({"sub": 7}, "token_InvalidSubjectError"),
        ({"sub": ""}, "subject"),
        ({"sub": "x" * 192}, "subject"),
        ({"sub": "an\0ne"}, "subject"),
        ({"sub": "anné"}, "subject"),
    ],
)
def test_token_with_wrong_claims_is_refused(more: dict[str, Any], reason: str):
    assert rejection_reason(token(**more)) == reason


def test_a_token_signed_by_another_key_is_refused():
    assert rejection_reason(token(THEIRS)) == "token_InvalidSignatureError"
    assert rejection_reason(token(THEIRS, kid="unheard of")) == "unknown_key"
    assert rejection_reason(token(kid=None), jwks(OURS, THEIRS)) == "unknown_key"


def test_unsigned_or_symmetrically_signed_token_is_refused():
    assert rejection_reason(token(None, algorithm="none")) == "token_InvalidAlgorithmError"
    assert rejection_reason(token("s" * 64, algorithm="HS256")) == "token_InvalidAlgorithmError"


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "é.é.é", "null.null.null"])
def test_invalid_input_is_refused(text: str):
    assert rejection_reason(text).startswith("token_")


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": [{"kty": "oct"}]}, {"keys": "RSA"}])
def test_invalid_keys_are_refused(keys: dict[str, Any]):
    assert rejection_reason(token(), {"never": "used"} | keys) != ""


@pytest.mark.parametrize(
    ("nonce_claim", "nonce", "access", "reason"),
    [
        ("one", "one", "right", ""),
        ("one", "two", "right", "nonce"),
        (None, "one", "right", "nonce"),
        ("", "", "right", "nonce"),
        ("one", "one", "wrong", "at_hash"),
    ],
)
def test_token_must_match_nonce_and_access_token(nonce_claim: str | None, nonce: str, access: str, reason: str):
    hashed = base64.urlsafe_b64encode(hashlib.sha256(b"right").digest()[:16]).rstrip(b"=").decode()
    text = token(nonce=nonce_claim, at_hash=hashed)
    claims = verify(text, keys=jwks(OURS), issuer=ISSUER, audience=CLIENT)
    refusal = pytest.raises(UntrustedAnswer, match=f"^{reason}$") if reason else nullcontext()
    with refusal:
        check_sign_in(claims, text=text, nonce=nonce, access_token=access)


def test_token_of_another_client_is_refused(local: Local):
    """Signature and issuer are the provider's own; only the audience differs."""
    keys = requests.get(f"{local.issuer}/jwks", timeout=60).json()
    text = one_token(local, "other")
    assert verify(text, keys=keys, issuer=local.issuer, audience="other")["sub"] == "anne"
    with pytest.raises(UntrustedAnswer, match="token_InvalidAudienceError"):
        verify(text, keys=keys, issuer=local.issuer, audience="signed")
    with pytest.raises(UntrustedAnswer, match="unknown_key"):
        verify(text, keys=jwks(OURS), issuer=local.issuer, audience="other")
