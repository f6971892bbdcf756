"""Fetch the configuration of an identity provider, its keys and its answers: with a time-out, and without redirects."""

from typing import Any, Final
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import get_adapter
from requests import Response

from accounts.openid.tokens import UntrustedAnswer

ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


def provider_configuration(*, address: str, issuer: str) -> dict[str, Any]:
    """Return the configuration that a provider publishes at `address`, as a dict.

    A sign-out URL that is not valid is removed. Raises UntrustedAnswer when it names another issuer, or an endpoint
    whose scheme is not that of the issuer: what begins with https:// never continues without encryption. Raises
    requests' exceptions when it cannot be fetched.
    """
    configuration = json_object(fetch(address))
    if configuration.get("issuer") != issuer:
        raise UntrustedAnswer("issuer")
    scheme = urlsplit(issuer).scheme
    for name in ENDPOINTS:
        if not _is_address(configuration.get(name), scheme):
            raise UntrustedAnswer(name)
    if not _is_address(configuration.get("end_session_endpoint"), scheme):
        configuration.pop("end_session_endpoint", None)
    return configuration


def fetch(address: str, **headers: str) -> Response:
    """Return the answer of an identity provider to a GET request to `address` with these headers.

    Raises requests' exceptions for an error status, a redirect or a time-out.
    """
    with get_adapter().get_requests_session() as session:
        answer: Response = session.get(address, headers=headers)
    answer.raise_for_status()
    return answer


def json_object(answer: Response) -> dict[str, Any]:
    """Return the JSON object in a provider's answer as a dict.

    Raises UntrustedAnswer when it is another JSON value, and requests' JSONDecodeError when it is not JSON.
    """
    value = answer.json()
    if not isinstance(value, dict):
        raise UntrustedAnswer("not_an_object")
    return value


def _is_address(address: object, scheme: str) -> bool:
    """Return whether the value is a URL with a host and with the scheme `scheme`, such as "https"."""
    parts = urlsplit(address) if isinstance(address, str) else None
    return bool(parts and parts.scheme == scheme and parts.hostname)
