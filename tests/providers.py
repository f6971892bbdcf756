"""A real OpenID Connect provider (npm's `oidc-provider`, run by Node), and the steps of a sign-in through it."""

import base64
import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
import requests
from django.http import HttpResponse
from django.test import Client

from accounts.openid.configuration import providers
from tests.calendar_readers import node

HERE = Path(__file__).parent
SECRET = "only-for-tests-and-forty-letters-long-xx"
HOME = "https://lab.example"
LOGIN = "/accounts/oidc/local/login/"
# Invented; the SIREN is a true number, the SIRET its seat.
SIREN, SIRET = "732829320", "73282932000074"
ANNE = {
    "email": "anne.martin@rivage.example",
    "email_verified": True,
    "given_name": "Anne",
    "usual_name": "MARTIN",
    "uid": "anne-1",
    "siret": SIRET,
    "organizational_unit": "Direction de l’innovation",
    "idp_id": "rivage",
}


@dataclass(frozen=True)
class Local:
    """The running provider; `app` is its configuration as the environment would give it."""

    issuer: str

    def app(self, **more: Any) -> dict[str, Any]:
        given = {"id": "local", "name": "Le portail", "server_url": self.issuer, "secret": SECRET}
        defaults = {"client_id": "signed", "claims": "proconnect", "trusted_email": True}
        return providers(json.dumps([given | defaults | more]))[0]

    def set_claims(self, **people: dict[str, Any]) -> None:
        """Replace the people known to the provider."""
        requests.post(f"{self.issuer}/people", json=people, timeout=60).raise_for_status()


def client(name: str, origins: list[str], **more: Any) -> dict[str, Any]:
    return {
        "client_id": name,
        "client_secret": SECRET,
        "token_endpoint_auth_method": "client_secret_post",
        "redirect_uris": [f"{origin}{LOGIN}callback/" for origin in origins],
        "post_logout_redirect_uris": [f"{origin}/accounts/login/" for origin in origins],
        **more,
    }


@contextmanager
def running(*origins: str) -> Iterator[Local]:
    """Run the provider for platforms at these origins: a client with signed userinfo (as ProConnect), two without."""
    program = node()
    if program is None or not (HERE.parent / "node_modules" / "oidc-provider").exists():
        pytest.skip("Node or oidc-provider is not installed: signing in by a provider was not tried")
    homes = [HOME, *origins]
    signed = client("signed", homes, userinfo_signed_response_alg="RS256")
    setup = {"clients": [signed, client("plain", homes), client("other", homes)], "people": {"anne": ANNE}}
    process = subprocess.Popen(
        [program, str(HERE / "provider.mjs")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(setup))
        process.stdin.close()
        try:
            yield Local(json.loads(process.stdout.readline())["issuer"])
        finally:
            process.terminate()


def leave_for(visitor: Client, *, process: str = "login", **more: str) -> str:
    """Return the address of the provider to which the platform redirects."""
    answer = visitor.post(f"{LOGIN}?process={process}", more)
    assert answer.status_code == 200, answer.content
    return str(answer.context["address"])


def through(address: str, who: str) -> str:
    """Return the address to which the provider redirects after `who` signed in there, with the code."""
    with requests.Session() as browser:
        answer = browser.get(address, allow_redirects=False, timeout=60)
        while "location" in answer.headers or answer.status_code == 200:
            if answer.status_code == 200:
                answer = browser.post(answer.url, {"sub": who}, allow_redirects=False, timeout=60)
                continue
            onward = urljoin(answer.url, answer.headers["location"])
            if urlsplit(onward).path.endswith("/callback/"):
                return onward
            answer = browser.get(onward, allow_redirects=False, timeout=60)
        raise AssertionError(re.sub(r"<[^>]*>", " ", answer.text))


def come_back(visitor: Client, address: str) -> HttpResponse:
    parts = urlsplit(address)
    return visitor.get(f"{parts.path}?{parts.query}")


def sign_in(visitor: Client, who: str, **more: str) -> HttpResponse:
    """Sign in through the provider, from the platform and back."""
    return come_back(visitor, through(leave_for(visitor, **more), who))


def one_token(local: Local, name: str) -> str:
    """Return an ID token that the provider signs for one of its clients."""
    verifier = "v" * 43
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    back = f"{HOME}{LOGIN}callback/"
    query_string = {"client_id": name, "redirect_uri": back, "response_type": "code", "scope": "openid", "nonce": "n"}
    proof = {"code_challenge": challenge, "code_challenge_method": "S256"}
    code = parse_qs(urlsplit(through(f"{local.issuer}/auth?{urlencode(query_string | proof)}", "anne")).query)["code"][
        0
    ]
    given = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    secret = {"client_id": name, "client_secret": SECRET}
    return str(requests.post(f"{local.issuer}/token", data=given | secret, timeout=60).json()["id_token"])
