"""Tokens: signed by the provider's own key, for us, by it, in time, for this sign-in; everything else is refused."""

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

from accounts.openid.tokens import Untrusted, check_sign_in, read
from tests.providers import Local, one_token

ISSUER, CLIENT = "https://id.example", "labplatform"


def key_pair() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


OURS, THEIRS = key_pair(), key_pair()


def jwks(*keys: rsa.RSAPrivateKey) -> dict[str, Any]:
    """What a provider publishes; its keys are named 0, 1…"""
    public = [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) for key in keys]
    return {"keys": [{**key, "kid": str(place), "use": "sig", "alg": "RS256"} for place, key in enumerate(public)]}


def token(key: Any = OURS, *, algorithm: str = "RS256", kid: str | None = "0", **more: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": CLIENT, "sub": "anne", "iat": now, "exp": now + 60} | more
    said = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(said, key, algorithm=algorithm, headers={"kid": kid} if kid is not None else {})


def why_not(text: str, keys: dict[str, Any] | None = None) -> str:
    """The reason a token is refused for; empty where it is taken."""
    try:
        read(text, keys=keys or jwks(OURS), issuer=ISSUER, audience=CLIENT)
    except Untrusted as refused:
        return refused.reason
    return ""


def test_a_token_in_order_is_read():
    assert read(token(), keys=jwks(OURS), issuer=ISSUER, audience=CLIENT)["sub"] == "anne"
    assert (why_not(token(kid=None)), why_not(token(kid="1"), jwks(THEIRS, OURS))) == ("", "")


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
def test_a_token_that_says_something_else_is_refused(more: dict[str, Any], reason: str):
    assert why_not(token(**more)) == reason


def test_a_token_signed_by_another_key_is_refused():
    assert why_not(token(THEIRS)) == "token_InvalidSignatureError"
    assert why_not(token(THEIRS, kid="unheard of")) == "unknown_key"
    assert why_not(token(kid=None), jwks(OURS, THEIRS)) == "unknown_key"


def test_a_token_that_nobody_signed_or_that_a_shared_secret_signed_is_refused():
    assert why_not(token(None, algorithm="none")) == "token_InvalidAlgorithmError"
    assert why_not(token("s" * 64, algorithm="HS256")) == "token_InvalidAlgorithmError"


@pytest.mark.parametrize("text", ["", "a", "a.b.c", "é.é.é", "null.null.null"])
def test_nonsense_is_refused(text: str):
    assert why_not(text).startswith("token_")


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": [{"kty": "oct"}]}, {"keys": "RSA"}])
def test_keys_that_are_none_are_refused(keys: dict[str, Any]):
    assert why_not(token(), {"never": "used"} | keys) != ""


@pytest.mark.parametrize(
    ("said", "asked", "access", "reason"),
    [
        ("one", "one", "right", ""),
        ("one", "two", "right", "nonce"),
        (None, "one", "right", "nonce"),
        ("", "", "right", "nonce"),
        ("one", "one", "wrong", "at_hash"),
    ],
)
def test_a_token_answers_one_question_and_one_access_token(said: str | None, asked: str, access: str, reason: str):
    hashed = base64.urlsafe_b64encode(hashlib.sha256(b"right").digest()[:16]).rstrip(b"=").decode()
    text = token(nonce=said, at_hash=hashed)
    claims = read(text, keys=jwks(OURS), issuer=ISSUER, audience=CLIENT)
    refusal = pytest.raises(Untrusted, match=f"^{reason}$") if reason else nullcontext()
    with refusal:
        check_sign_in(claims, text=text, nonce=asked, access_token=access)


def test_a_real_token_of_another_client_is_refused(local: Local):
    """The provider's own signature, and its issuer; only the audience is another."""
    keys = requests.get(f"{local.issuer}/jwks", timeout=5).json()
    text = one_token(local, "other")
    assert read(text, keys=keys, issuer=local.issuer, audience="other")["sub"] == "anne"
    with pytest.raises(Untrusted, match="token_InvalidAudienceError"):
        read(text, keys=keys, issuer=local.issuer, audience="signed")
    with pytest.raises(Untrusted, match="unknown_key"):
        read(text, keys=jwks(OURS), issuer=local.issuer, audience="other")
