"""The demonstration's mailbox accepts a real SMTP conversation and stores each e-mail complete."""

import email
import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from labplatform.devstack.demo import free_port
from labplatform.devstack.mailbox import DemoMailbox


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    controller = Controller(DemoMailbox(tmp_path / "e-mails"), hostname="127.0.0.1", port=free_port())
    controller.start()
    yield controller.port
    controller.stop()


def test_each_email_becomes_one_file_in_order_of_arrival(port: int, tmp_path: Path):
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        for number in range(3):
            client.sendmail("lab@demo.example", ["one@demo.example"], f"Subject: n{number}\r\n\r\nBonjour\r\n")
    files = sorted((tmp_path / "e-mails").glob("*.eml"))
    assert [email.message_from_bytes(path.read_bytes())["Subject"] for path in files] == ["n0", "n1", "n2"]
    assert list((tmp_path / "e-mails").glob("*.part")) == []
