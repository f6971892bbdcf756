"""Every response has security headers."""

import pytest
from django.test import Client

EXPECTED = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
CLOSED = {"default-src": "'self'", "object-src": "'none'", "form-action": "'self'", "frame-ancestors": "'none'"}


@pytest.mark.parametrize("path", ["/accounts/login/", "/nothing-here/"])
def test_every_page_has_the_security_headers(path: str, client: Client, db: None):
    answer = client.get(path)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert {name: policy[name] for name in CLOSED} == CLOSED
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
