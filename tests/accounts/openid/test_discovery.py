"""The configuration of a provider is fetched from the configured address only, and checked."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from requests import RequestException

from accounts.openid.discovery import provider_configuration
from accounts.openid.tokens import UntrustedAnswer


class FakeProvider(ThreadingHTTPServer):
    """A server on this machine that answers every address with `status`, `body` and, where given, `location`."""

    status, body, location = 200, "{}", ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def configuration(self, **more: Any) -> str:
        """Return a valid configuration with the changes of `more`; None leaves a value out."""
        names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint")
        values = {"issuer": self.origin} | {name: f"{self.origin}/{name}" for name in names} | more
        return json.dumps({name: value for name, value in values.items() if value is not None})


class FakeProviderHandler(BaseHTTPRequestHandler):
    server: FakeProvider

    def do_GET(self) -> None:
        self.server.requested_paths.append(self.path)  # type: ignore[attr-defined]
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    def log_message(self, *_args: Any) -> None:
        """Log nothing."""


@pytest.fixture
def fake_provider() -> Iterator[FakeProvider]:
    server = FakeProvider(("127.0.0.1", 0), FakeProviderHandler)
    server.requested_paths = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)  # looks for its end that often
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def discover(fake_provider: FakeProvider, issuer: str = "") -> dict[str, Any]:
    return provider_configuration(
        address=f"{fake_provider.origin}/.well-known/openid-configuration", issuer=issuer or fake_provider.origin
    )


def test_valid_configuration_is_accepted(fake_provider: FakeProvider):
    fake_provider.body = fake_provider.configuration()
    assert discover(fake_provider) == json.loads(fake_provider.body)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"issuer": "https://evil.example"}, "issuer"),
        ({"issuer": None}, "issuer"),
        ({"token_endpoint": None}, "token_endpoint"),
        ({"token_endpoint": "https://evil.example/token"}, "token_endpoint"),
        ({"userinfo_endpoint": "file:///etc/passwd"}, "userinfo_endpoint"),
        ({"jwks_uri": "http://"}, "jwks_uri"),
        ({"jwks_uri": 7}, "jwks_uri"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "authorization_endpoint"),
    ],
)
def test_configuration_with_an_unsafe_address_is_refused(
    more: dict[str, Any], reason: str, fake_provider: FakeProvider
):
    """An address with another scheme than the issuer's is unsafe: https:// never leads to http://."""
    fake_provider.body = fake_provider.configuration(**more)
    with pytest.raises(UntrustedAnswer, match=f"^{reason}$"):
        discover(fake_provider)


@pytest.mark.parametrize("address", [None, "javascript:alert(1)", "https://evil.example/", ["http://127.0.0.1/"]])
def test_unsafe_sign_out_address_is_dropped(address: object, fake_provider: FakeProvider):
    fake_provider.body = fake_provider.configuration(end_session_endpoint=address)
    assert "end_session_endpoint" not in discover(fake_provider)


def test_issuer_that_only_begins_like_ours_is_refused(fake_provider: FakeProvider):
    fake_provider.body = fake_provider.configuration()
    for issuer in (f"{fake_provider.origin}/", f"{fake_provider.origin}.evil.example", fake_provider.origin.upper()):
        with pytest.raises(UntrustedAnswer, match=r"^issuer$"):
            discover(fake_provider, issuer)


@pytest.mark.parametrize("status", [301, 302, 307])
def test_redirect_is_not_followed(status: int, fake_provider: FakeProvider):
    fake_provider.status, fake_provider.location, fake_provider.body = (
        status,
        f"{fake_provider.origin}/inside",
        fake_provider.configuration(),
    )
    with pytest.raises(RequestException):
        discover(fake_provider)
    assert fake_provider.requested_paths == ["/.well-known/openid-configuration"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", [404, 500, 503])
def test_error_status_is_refused(status: int, fake_provider: FakeProvider):
    fake_provider.status, fake_provider.body = status, fake_provider.configuration()
    with pytest.raises(RequestException):
        discover(fake_provider)


@pytest.mark.parametrize("body", ["", "<html>", "{"])
def test_invalid_json_is_reported_like_an_unreachable_provider(body: str, fake_provider: FakeProvider):
    fake_provider.body = body
    with pytest.raises(RequestException):
        discover(fake_provider)


@pytest.mark.parametrize("body", ["[]", "null", '"text"', "7"])
def test_json_that_is_not_an_object_is_refused(body: str, fake_provider: FakeProvider):
    fake_provider.body = body
    with pytest.raises(UntrustedAnswer, match=r"^not_an_object$"):
        discover(fake_provider)
