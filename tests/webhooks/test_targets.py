"""Webhooks send to public addresses only: what a hostile address can be, in a form and after its name is resolved."""

import socket
from typing import Any

import pytest

from web.errors import DomainError
from webhooks.targets import TargetRefused, checked_address, parse_target

# Addresses that would lead into the lab's own network, or past the checks: some are refused in the form, all before a
# connection is made.
HOSTILE = (
    "http://receiver.example/",
    "https://127.0.0.1/",
    "https://localhost:8000/admin/",
    "https://[::1]/",
    "https://10.1.2.3/",
    "https://192.168.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[3fff::1]/",
    "https://192.88.99.1/",
    "https://0.0.0.0/",
    "https://[::]/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://017700000001/",
    "https://224.0.0.1/",
    "https://100.64.0.1/",
    "https://user:secret@receiver.example/",
    "https://receiver.example@127.0.0.1/",
    "https://127.0.0.1\\@receiver.example/",
    "https://receiver.example\\127.0.0.1/",
    "https://[4000::1]/",
    "https://[fec0::1]/",
    "https://receiver.example/\r\nHost: other",
    "https://receiver.example:0/",
    "https://receiver.example:99999/",
    "https:///etc/passwd",
    "file:///etc/passwd",
    "gopher://receiver.example/",
    "https://receiver.example/#part",
    f"https://receiver.example/{'x' * 500}",
)


LOOPBACK_AS_NUMBER = ("https://2130706433/", "https://0x7f.1/", "https://017700000001/")


def resolved(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Have each name resolve to these addresses."""

    def getaddrinfo(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        host.encode("idna")  # as the real one, it raises UnicodeError for a name that is too long
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.parametrize("url", HOSTILE)
def test_nothing_is_sent_to_a_hostile_address(url: str, monkeypatch: pytest.MonkeyPatch):
    """Names resolve to a public address: only what the address says can refuse it."""
    resolved(monkeypatch, "127.0.0.1" if url in LOOPBACK_AS_NUMBER else "93.184.215.14")
    with pytest.raises((DomainError, TargetRefused)):
        checked_address(parse_target(url))


def test_a_name_is_checked_each_time_by_all_its_addresses(monkeypatch: pytest.MonkeyPatch, settings: Any):
    target = parse_target("https://receiver.example:8443/hook?for=us")
    assert (target.is_encrypted, target.host, target.port, target.path) == (
        *(True, "receiver.example", 8443),
        "/hook?for=us",
    )
    resolved(monkeypatch, "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    assert checked_address(target) == "93.184.215.14"
    resolved(monkeypatch, "::ffff:93.184.215.14")
    assert checked_address(target) == "::ffff:93.184.215.14"
    for hidden in ("10.0.0.1", "::ffff:10.0.0.1", "fe80::1%eth0"):
        resolved(monkeypatch, "93.184.215.14", hidden)
        with pytest.raises(TargetRefused, match="private_address"):
            checked_address(target)
    resolved(monkeypatch)
    with pytest.raises(TargetRefused, match="private_address"):
        checked_address(target)
    with pytest.raises(TargetRefused, match="unknown_host"):
        checked_address(parse_target(f"https://{'a' * 64}.example/"))
    settings.WEBHOOKS_TO_LOOPBACK = True
    local = parse_target("http://localhost:9000")
    assert (local.is_encrypted, local.port, local.path) == (False, 9000, "/")
    resolved(monkeypatch, "127.0.0.1")
    assert checked_address(local) == "127.0.0.1"
    resolved(monkeypatch, "93.184.215.14")
    with pytest.raises(TargetRefused):  # without encryption only to this machine
        checked_address(local)
    with pytest.raises(DomainError):
        parse_target("http://receiver.example/")
