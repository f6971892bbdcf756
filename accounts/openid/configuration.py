"""The identity providers with which people may sign in: a JSON list in the environment, checked at the start."""

import json
import re
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from web.text.domains import canonical_domain

REQUIRED: Final = ("id", "name", "server_url", "client_id", "secret")
OPTIONAL: Final = (
    *("claims", "scopes", "trusted_email", "acr_values", "token_auth_method", "signed_userinfo", "groups_claim"),
)
SCOPES: Final = {
    "standard": ["openid", "profile", "email"],
    "proconnect": ["openid", "given_name", "usual_name", "email", "uid", "siret", "organizational_unit", "idp_id"],
}
AUTH_METHODS: Final = ("client_secret_post", "client_secret_basic")
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
WELL_KNOWN: Final = "/.well-known/openid-configuration"

App = dict[str, Any]


def providers(text: str) -> list[App]:
    """Return the identity providers in the JSON text of the setting OIDC_PROVIDERS, as allauth's apps (dicts).

    [] when the text is empty. Raises ImproperlyConfigured with the first error in the text.
    """
    if not text.strip():
        return []
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise _configuration_error(f"it is not JSON: {error}") from error
    if not (isinstance(rows, list) and all(isinstance(row, dict) for row in rows)):
        raise _configuration_error("give a list of objects")
    apps = [_provider_app(row, position) for position, row in enumerate(rows, 1)]
    for name in ("provider_id", "client_id"):
        if len({app[name] for app in apps}) < len(apps):
            raise _configuration_error(f"two providers have the same {name.removeprefix('provider_')}")
    return apps


def refuse_plain_http(apps: list[App]) -> None:
    """Raise ImproperlyConfigured if one of the providers is reached by http://, even on this machine.

    Production settings call it with what `providers` returned.
    """
    for app in apps:
        if urlsplit(app["settings"]["issuer"]).scheme != "https":
            raise _configuration_error(f"{app['provider_id']}: production takes https:// only")


def _configuration_error(problem: str) -> ImproperlyConfigured:
    """Return (not raise) the error for the operator that names the setting OIDC_PROVIDERS.

    `problem` says what is wrong with it, without a full stop.
    """
    return ImproperlyConfigured(f"OIDC_PROVIDERS: {problem}.")


def _provider_app(row: dict[str, Any], position: int) -> App:
    """Return one object of the configured list as allauth's app: id, name, client, secret and settings.

    Raises ImproperlyConfigured when it is invalid. `position` (from 1) names an object without an id in the error.
    """
    label = str(row.get("id") or f"provider {position}")
    if missing := [name for name in REQUIRED if not (isinstance(row.get(name), str) and row[name].strip())]:
        raise _configuration_error(f"{label} lacks {', '.join(missing)}")
    if unknown := sorted(row.keys() - {*REQUIRED, *OPTIONAL}):
        raise _configuration_error(f"{label} has {', '.join(unknown)}, which means nothing here")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,29}", row["id"]):
        raise _configuration_error(
            f"{label}: an id is a small letter, then small letters, digits and hyphens, 30 at most"
        )
    _check_address(row["server_url"], label)
    return {
        "provider_id": row["id"],
        "name": row["name"].strip(),
        "client_id": row["client_id"],
        "secret": row["secret"],
        "settings": _provider_settings(row, label),
    }


def _check_address(address: str, label: str) -> None:
    """Raise ImproperlyConfigured unless the address is https, or http on this machine, without query, fragment or
    password.

    `label` names the provider in the error.
    """
    parts = urlsplit(address)
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.hostname and len(address) <= 300 and (parts.scheme == "https" or plain)):
        raise _configuration_error(f"{label}: server_url begins with https:// (http:// on this machine only)")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise _configuration_error(f"{label}: server_url is the issuer alone, without ?, # or a password")


def _provider_settings(row: dict[str, Any], label: str) -> dict[str, Any]:
    """Return the settings of a provider for allauth from its object `row`, with defaults for what the object leaves
    out.

    Raises ImproperlyConfigured when a value is invalid; `label` names the provider in the error.
    """
    claims = _one_of(row, "claims", tuple(SCOPES), label) or "standard"
    scopes, trusted = row.get("scopes", SCOPES[claims]), row.get("trusted_email", False)
    signed = row.get("signed_userinfo", claims == "proconnect")
    if not (_is_word_list(scopes) and "openid" in scopes):
        raise _configuration_error(f"{label}: scopes is a list of words with openid among them")
    if not (isinstance(trusted, bool) or _is_word_list(trusted)):
        raise _configuration_error(f"{label}: trusted_email is true, false or a list of domains")
    if not isinstance(signed, bool):
        raise _configuration_error(f"{label}: signed_userinfo is true or false")
    acr, groups = row.get("acr_values", ""), row.get("groups_claim", "")
    if not isinstance(acr, str):
        raise _configuration_error(f"{label}: acr_values is words in one text")
    if not (isinstance(groups, str) and all(groups.split(".") if groups else ["none"])):
        raise _configuration_error(f"{label}: groups_claim names a claim, or one inside others with dots")
    return {
        "issuer": row["server_url"],
        "server_url": row["server_url"].rstrip("/") + WELL_KNOWN,
        "claims": claims,
        "groups_claim": groups,
        "scope": scopes,
        "trusted_email": trusted if isinstance(trusted, bool) else [canonical_domain(domain) for domain in trusted],
        "signed_userinfo": signed,
        "auth_params": {"acr_values": acr} if acr else {},
        "oauth_pkce_enabled": True,
        "token_auth_method": _one_of(row, "token_auth_method", AUTH_METHODS, label),
    }


def _one_of(row: dict[str, Any], name: str, choices: tuple[str, ...], label: str) -> str | None:
    """Return the value called `name` in the configuration object `row`, or None when it is missing.

    Raises ImproperlyConfigured when it is not one of `choices`; `label` names the provider in the error.
    """
    choice = row.get(name)
    if choice is not None and choice not in choices:
        raise _configuration_error(f"{label}: {name} is one of {', '.join(choices)}")
    return choice


def _is_word_list(value: object) -> bool:
    """Return whether the value is a list of at least one text, of which none is empty."""
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) and word for word in value)
