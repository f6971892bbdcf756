"""What a provider says of itself is taken from where the environment says, and leads nowhere else."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from requests import RequestException

from accounts.openid.discovery import discovered
from accounts.openid.tokens import Untrusted


class Liar(ThreadingHTTPServer):
    """A server on this machine that answers every address with `status`, `said` and, where given, `location`."""

    status, said, location = 200, "{}", ""

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def description(self, **more: Any) -> str:
        """What an honest provider says, but for `more`; None leaves out."""
        names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint")
        told = {"issuer": self.origin} | {name: f"{self.origin}/{name}" for name in names} | more
        return json.dumps({name: value for name, value in told.items() if value is not None})


class Answer(BaseHTTPRequestHandler):
    server: Liar

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.server.said.encode())

    def log_message(self, *_args: Any) -> None:
        """Nothing: the test says what it heard."""


@pytest.fixture
def liar() -> Iterator[Liar]:
    server = Liar(("127.0.0.1", 0), Answer)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def ask(liar: Liar, issuer: str = "") -> dict[str, Any]:
    return discovered(address=f"{liar.origin}/.well-known/openid-configuration", issuer=issuer or liar.origin)


def test_an_honest_description_is_taken(liar: Liar):
    liar.said = liar.description()
    assert ask(liar) == json.loads(liar.said)


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
def test_a_description_that_leads_elsewhere_is_refused(more: dict[str, Any], reason: str, liar: Liar):
    """An address of another scheme than the issuer's: from https:// none leads to http://."""
    liar.said = liar.description(**more)
    with pytest.raises(Untrusted, match=f"^{reason}$"):
        ask(liar)


@pytest.mark.parametrize("address", [None, "javascript:alert(1)", "https://evil.example/", ["http://127.0.0.1/"]])
def test_an_unsafe_way_out_is_left_away_and_the_rest_stands(address: object, liar: Liar):
    liar.said = liar.description(end_session_endpoint=address)
    assert "end_session_endpoint" not in ask(liar)


def test_a_name_that_only_begins_like_the_issuer_s_is_another(liar: Liar):
    liar.said = liar.description()
    for issuer in (f"{liar.origin}/", f"{liar.origin}.evil.example", liar.origin.upper()):
        with pytest.raises(Untrusted, match=r"^issuer$"):
            ask(liar, issuer)


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_provider_that_redirects_leads_nowhere(status: int, liar: Liar):
    liar.status, liar.location, liar.said = status, f"{liar.origin}/inside", liar.description()
    with pytest.raises(RequestException):
        ask(liar)
    assert liar.asked == ["/.well-known/openid-configuration"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", [404, 500, 503])
def test_an_error_is_no_description(status: int, liar: Liar):
    liar.status, liar.said = status, liar.description()
    with pytest.raises(RequestException):
        ask(liar)


@pytest.mark.parametrize("said", ["", "<html>", "{"])
def test_what_is_no_json_is_told_like_a_provider_that_is_down(said: str, liar: Liar):
    liar.said = said
    with pytest.raises(RequestException):
        ask(liar)


@pytest.mark.parametrize("said", ["[]", "null", '"text"', "7"])
def test_what_is_no_object_is_refused(said: str, liar: Liar):
    liar.said = said
    with pytest.raises(Untrusted, match=r"^not_an_object$"):
        ask(liar)
