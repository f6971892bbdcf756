"""The setting of providers: what it accepts, and what it refuses."""

import json
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.openid.configuration import providers, refuse_plain_http

GIVEN: dict[str, Any] = {
    "id": "rivage",
    "name": "Le portail",
    "server_url": "https://id.rivage.example/realms/agents",
    "client_id": "labplatform",
    "secret": "forty letters",
}


def configured(**more: Any) -> dict[str, Any]:
    return providers(json.dumps([GIVEN | more]))[0]


@pytest.mark.parametrize("text", ["", "  ", "[]"])
def test_empty_setting_means_no_provider(text: str):
    assert providers(text) == []


def test_provider_defaults_to_standard_claims_and_no_trust():
    assert configured() == {
        "provider_id": "rivage",
        "name": "Le portail",
        "client_id": "labplatform",
        "secret": "forty letters",
        "settings": {
            "issuer": "https://id.rivage.example/realms/agents",
            "server_url": "https://id.rivage.example/realms/agents/.well-known/openid-configuration",
            "claims": "standard",
            "groups_claim": "",
            "scope": ["openid", "profile", "email"],
            "trusted_email": False,
            "signed_userinfo": False,
            "auth_params": {},
            "oauth_pkce_enabled": True,
            "token_auth_method": None,
        },
    }


def test_proconnect_defaults_to_its_own_signed_claims():
    settings = configured(claims="proconnect", trusted_email=True)["settings"]
    assert (settings["auth_params"], settings["signed_userinfo"]) == ({}, True)
    assert settings["scope"] == [
        *("openid", "given_name", "usual_name", "email", "uid", "siret", "organizational_unit", "idp_id")
    ]


def test_trusted_domains_are_compared_in_lower_case():
    assert configured(trusted_email=["Rivage.example"])["settings"]["trusted_email"] == ["rivage.example"]


def test_plain_http_is_accepted_on_this_machine_but_not_in_production():
    apps = [configured(server_url="http://127.0.0.1:3000"), configured()]
    refuse_plain_http(apps[1:])
    with pytest.raises(ImproperlyConfigured, match="production takes https:// only"):
        refuse_plain_http(apps)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"secret": ""}, "rivage lacks secret"),
        ({"secret": None, "client_id": 3}, "rivage lacks client_id, secret"),
        ({"id": ""}, "provider 1 lacks id"),
        ({"secrt": "x"}, "rivage has secrt, which means nothing here"),
        ({"id": "Rivage"}, "an id is a small letter"),
        ({"id": "a/../b"}, "an id is a small letter"),
        ({"server_url": "http://id.rivage.example"}, "server_url begins with https://"),
        ({"server_url": "https://"}, "server_url begins with https://"),
        ({"server_url": "file:///etc/passwd"}, "server_url begins with https://"),
        ({"server_url": "https://127.0.0.1.example/" + "x" * 300}, "server_url begins with https://"),
        ({"server_url": "https://id.example/?a=b"}, "server_url is the issuer alone"),
        ({"server_url": "https://me:word@id.example"}, "server_url is the issuer alone"),
        ({"claims": "franceconnect"}, "claims is one of standard, proconnect"),
        ({"scopes": ["email"]}, "scopes is a list of words with openid among them"),
        ({"scopes": "openid"}, "scopes is a list of words"),
        ({"trusted_email": "yes"}, "trusted_email is true, false or a list of domains"),
        ({"trusted_email": []}, "trusted_email is true, false or a list of domains"),
        ({"signed_userinfo": 1}, "signed_userinfo is true or false"),
        ({"acr_values": ["eidas1"]}, "acr_values is words in one text"),
        ({"groups_claim": ["groups"]}, "groups_claim names a claim"),
        ({"groups_claim": "custom..groups"}, "groups_claim names a claim"),
        ({"token_auth_method": "none"}, "token_auth_method is one of"),
    ],
)
def test_error_names_what_is_wrong(more: dict[str, Any], problem: str):
    with pytest.raises(ImproperlyConfigured, match=r"^OIDC_PROVIDERS: ") as refused:
        configured(**more)
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "it is not JSON"),
        ('{"id": "rivage"}', "give a list of objects"),
        ("[1]", "give a list of objects"),
        (json.dumps([GIVEN, GIVEN | {"client_id": "b"}]), "two providers have the same id"),
        (json.dumps([GIVEN, GIVEN | {"id": "b"}]), "two providers have the same client_id"),
    ],
)
def test_error_names_a_setting_that_is_not_a_list(text: str, problem: str):
    with pytest.raises(ImproperlyConfigured, match=problem):
        providers(text)
