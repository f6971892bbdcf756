"""Signatures are those of Standard Webhooks: its own example, and what a receiver checks."""

import time
from base64 import b64decode

import pytest

from tests.factories.webhooks import SECRET
from tools.webhook_receiver import Receiver, check, main
from webhooks.signatures import new_secret, signature, signed_headers

ID, TIME, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'


def test_the_example_of_standard_webhooks_has_its_signature():
    assert signature(SECRET, ID, TIME, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_accepts_either_secret_and_nothing_that_was_changed():
    old, new = new_secret(), new_secret()
    assert (old[:6], len(b64decode(old[6:])), old != new) == ("whsec_", 32, True)
    headers = signed_headers([new, old], ID, TIME, BODY)
    assert [check(secret, headers, BODY, TIME) for secret in (old, new)] == ["", ""]
    assert check(new_secret(), headers, BODY, TIME) == "no signature is valid"
    assert check(new, headers, BODY + b" ", TIME) == "no signature is valid"
    assert check(new, headers | {"webhook-id": "msg_other"}, BODY, TIME) == "no signature is valid"
    assert check(new, headers | {"webhook-timestamp": str(TIME + 1)}, BODY, TIME) == "no signature is valid"
    assert check(new, headers, BODY, TIME + 301) == "the time is missing or too far away"
    assert check(new, headers | {"webhook-signature": ""}, BODY, TIME) == "no signature is valid"


def test_the_receiver_of_the_readme_starts_and_prints_what_comes(capsys: pytest.CaptureFixture[str]):
    assert main(["--port", "0", "--seconds", "0"]) == 0
    receiver, headers = Receiver(SECRET, prints=True), signed_headers([SECRET], ID, int(time.time()), BODY)
    receiver.record(headers, BODY)
    receiver.record(headers, BODY)
    receiver.record({}, b"no JSON")
    first, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith("Receiving at http://127.0.0.1:")
    assert lines == [
        'signature is valid: {"test": 2432232314}',
        'signature is valid (again): {"test": 2432232314}',
        "the time is missing or too far away: no JSON",
    ]
