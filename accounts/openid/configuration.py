"""Which providers people may sign in with: one JSON list in the environment, checked when the platform starts."""

import json
import re
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from web.mailboxes import canonical_domain

REQUIRED: Final = ("id", "name", "server_url", "client_id", "secret")
OPTIONAL: Final = ("claims", "scopes", "trusted_email", "acr_values", "token_auth_method", "signed_userinfo")
SCOPES: Final = {
    "standard": ["openid", "profile", "email"],
    "proconnect": ["openid", "given_name", "usual_name", "email", "uid", "siret", "organizational_unit", "idp_id"],
}
ACR_VALUES: Final = {"standard": "", "proconnect": "eidas1"}
AUTH_METHODS: Final = ("client_secret_post", "client_secret_basic")
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
WELL_KNOWN: Final = "/.well-known/openid-configuration"

App = dict[str, Any]


def providers(text: str) -> list[App]:
    """The providers of OIDC_PROVIDERS as allauth takes its apps; raises ImproperlyConfigured naming what is wrong."""
    if not text.strip():
        return []
    try:
        told = json.loads(text)
    except ValueError as error:
        raise _wrong(f"it is not JSON: {error}") from error
    if not (isinstance(told, list) and all(isinstance(row, dict) for row in told)):
        raise _wrong("give a list of objects")
    apps = [_app(row, place) for place, row in enumerate(told, 1)]
    for name in ("provider_id", "client_id"):
        if len({app[name] for app in apps}) < len(apps):
            raise _wrong(f"two providers have the same {name.removeprefix('provider_')}")
    return apps


def refuse_plain_http(apps: list[App]) -> None:
    """Raise ImproperlyConfigured where a provider is reached without encryption, even on this machine."""
    for app in apps:
        if urlsplit(app["settings"]["issuer"]).scheme != "https":
            raise _wrong(f"{app['provider_id']}: production takes https:// only")


def _wrong(said: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"OIDC_PROVIDERS: {said}.")


def _app(row: dict[str, Any], place: int) -> App:
    where = str(row.get("id") or f"provider {place}")
    if missing := [name for name in REQUIRED if not (isinstance(row.get(name), str) and row[name].strip())]:
        raise _wrong(f"{where} lacks {', '.join(missing)}")
    if unknown := sorted(row.keys() - {*REQUIRED, *OPTIONAL}):
        raise _wrong(f"{where} has {', '.join(unknown)}, which means nothing here")
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,29}", row["id"]):
        raise _wrong(f"{where}: an id is a small letter, then small letters, digits and hyphens, 30 at most")
    _check_address(row["server_url"], where)
    return {
        "provider_id": row["id"],
        "name": row["name"].strip(),
        "client_id": row["client_id"],
        "secret": row["secret"],
        "settings": _settings(row, where),
    }


def _check_address(address: str, where: str) -> None:
    """The issuer: https, or plain http on this machine; nothing that would hide in it where requests go."""
    parts = urlsplit(address)
    plain = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.hostname and len(address) <= 300 and (parts.scheme == "https" or plain)):
        raise _wrong(f"{where}: server_url begins with https:// (http:// on this machine only)")
    if parts.query or parts.fragment or parts.username or parts.password:
        raise _wrong(f"{where}: server_url is the issuer alone, without ?, # or a password")


def _settings(row: dict[str, Any], where: str) -> dict[str, Any]:
    claims = _one_of(row, "claims", tuple(SCOPES), where) or "standard"
    scopes, trusted = row.get("scopes", SCOPES[claims]), row.get("trusted_email", False)
    signed = row.get("signed_userinfo", claims == "proconnect")
    if not (_words(scopes) and "openid" in scopes):
        raise _wrong(f"{where}: scopes is a list of words with openid among them")
    if not (isinstance(trusted, bool) or _words(trusted)):
        raise _wrong(f"{where}: trusted_email is true, false or a list of domains")
    if not isinstance(signed, bool):
        raise _wrong(f"{where}: signed_userinfo is true or false")
    acr = row.get("acr_values", ACR_VALUES[claims])
    if not isinstance(acr, str):
        raise _wrong(f"{where}: acr_values is words in one text")
    return {
        "issuer": row["server_url"],
        "server_url": row["server_url"].rstrip("/") + WELL_KNOWN,
        "claims": claims,
        "scope": scopes,
        "trusted_email": trusted if isinstance(trusted, bool) else [canonical_domain(domain) for domain in trusted],
        "signed_userinfo": signed,
        "auth_params": {"acr_values": acr} if acr else {},
        "oauth_pkce_enabled": True,
        "token_auth_method": _one_of(row, "token_auth_method", AUTH_METHODS, where),
    }


def _one_of(row: dict[str, Any], name: str, choices: tuple[str, ...], where: str) -> str | None:
    chosen = row.get(name)
    if chosen is not None and chosen not in choices:
        raise _wrong(f"{where}: {name} is one of {', '.join(choices)}")
    return chosen


def _words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) and word for word in value)
