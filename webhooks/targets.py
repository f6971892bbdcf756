"""Which addresses a webhook may send to: public ones, checked after each resolution of the name.

The connection is made to the very address that was checked, so that a name that resolves differently a moment later
leads nowhere else.
"""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from web.errors import DomainError

MAX_LENGTH: Final = 500
VISIBLE_ASCII: Final = re.compile(r"https?://[!-~]+", re.IGNORECASE)
LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")
# Ranges that Python counts as global: some lead into private IPv4 networks, the last two are of a relay that has ended,
# and of examples.
NOT_PUBLIC: Final = tuple(
    map(
        ip_network,
        ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "192.88.99.0/24", "3fff::/20"),
    )
)

NOT_AN_ADDRESS: Final = _("Enter an address that begins with https://, for example https://example.org/webhooks.")
NO_CREDENTIALS_OR_FRAGMENT: Final = _("Leave user name, password and the part after # out of the address.")
ONLY_HTTPS: Final = _("Enter an address that begins with https://: other connections can be read on their way.")
ONLY_PUBLIC: Final = _("This address is in a private network. Give one that can be reached from the internet.")


class TargetRefused(Exception):
    """Nothing may be sent to the address; `error` is the slug of the reason."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of a webhook's address; `path` includes the query."""

    is_encrypted: bool
    host: str
    port: int
    path: str


def parse_target(url: str) -> Target:
    """Return the parts of an address; raise DomainError with the sentence that people read when it is not accepted.

    It begins with https://, has no user name and no fragment, and names no private address. With the setting
    WEBHOOKS_TO_LOOPBACK, for development, http:// and this machine are accepted.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise DomainError(NOT_AN_ADDRESS, field="url") from None
    if not VISIBLE_ASCII.fullmatch(url) or "\\" in url or not host or len(url) > MAX_LENGTH or port == 0:
        raise DomainError(NOT_AN_ADDRESS, field="url")
    if "@" in parts.netloc or "#" in url:
        raise DomainError(NO_CREDENTIALS_OR_FRAGMENT, field="url")
    is_encrypted = parts.scheme == "https"
    is_local = settings.WEBHOOKS_TO_LOOPBACK and host in LOOPBACK_NAMES
    if not (is_encrypted or is_local):
        raise DomainError(ONLY_HTTPS, field="url")
    if not is_local and (host == "localhost" or _is_private_literal(host)):
        raise DomainError(ONLY_PUBLIC, field="url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(is_encrypted, host, port or (443 if is_encrypted else 80), path)


def _is_private_literal(host: str) -> bool:
    """Return whether the host is an IP address, and no public one."""
    try:
        return not is_public(ip_address(host))
    except ValueError:
        return False


def checked_address(target: Target) -> str:
    """Resolve the host of a target now, and return the IP address to connect to; the first of those it has.

    Raises TargetRefused when the name has no address, and when one of its addresses is not public. With the setting
    WEBHOOKS_TO_LOOPBACK, addresses of this machine are accepted; http:// leads to these only.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise TargetRefused("unknown_host") from None
    addresses = [str(row[4][0]) for row in found]
    if not addresses or not all(_may_connect(address, target) for address in addresses):
        raise TargetRefused("private_address")
    return addresses[0]


def _may_connect(text: str, target: Target) -> bool:
    """Return whether the platform may connect to this IP address for the target."""
    address = ip_address(text.partition("%")[0])
    if settings.WEBHOOKS_TO_LOOPBACK and address.is_loopback:
        return True
    return target.is_encrypted and is_public(address)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether the address is of the public internet: not private, local, reserved, translated or multicast."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address.is_site_local:
            return False
    if any(address in network for network in NOT_PUBLIC):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)
