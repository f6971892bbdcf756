"""What a provider says of itself: fetched where the environment says, within seconds, and led nowhere else."""

from typing import Any, Final
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import get_adapter
from requests import Response

from accounts.openid.tokens import Untrusted

ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


def discovered(*, address: str, issuer: str) -> dict[str, Any]:
    """The provider's own description; raises Untrusted when it speaks for another issuer or names no safe address.

    Addresses keep the issuer's scheme: what begins with https:// never goes on without encryption.
    """
    told = as_object(fetched(address))
    if told.get("issuer") != issuer:
        raise Untrusted("issuer")
    scheme = urlsplit(issuer).scheme
    for name in ENDPOINTS:
        if not _leads(told.get(name), scheme):
            raise Untrusted(name)
    if not _leads(told.get("end_session_endpoint"), scheme):
        told.pop("end_session_endpoint", None)
    return told


def fetched(address: str, **headers: str) -> Response:
    """An answer from an address of the provider; raises requests' exceptions."""
    with get_adapter().get_requests_session() as session:
        answer: Response = session.get(address, headers=headers)
    answer.raise_for_status()
    return answer


def as_object(answer: Response) -> dict[str, Any]:
    """The JSON object of an answer; anything else is not trusted."""
    told = answer.json()
    if not isinstance(told, dict):
        raise Untrusted("not_an_object")
    return told


def _leads(address: object, scheme: str) -> bool:
    parts = urlsplit(address) if isinstance(address, str) else None
    return bool(parts and parts.scheme == scheme and parts.hostname)
