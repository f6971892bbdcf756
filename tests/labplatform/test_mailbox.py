"""The demonstration's mail server stores every accepted e-mail as a file that the mailbox page can read."""

import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest

from labplatform.devstack import processes
from notifications.demo_mailbox import reader
from tests.factories.sink import free_port

PATIENCE = 60  # seconds


@contextmanager
def serving(data: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the server as the demonstration starts it, in a process of its own."""
    port = free_port()
    words = [sys.executable, "-m", "labplatform.devstack.mailbox", str(port)]
    child = processes.start(words, env={"VAR_DIR": str(data)}, log=data / "mailbox.log")
    try:
        wait_until_it_answers(port, data)
        yield child, port
    finally:
        processes.stop(child)


def wait_until_it_answers(port: int, data: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
        except OSError:
            assert time.monotonic() < deadline, (data / "mailbox.log").read_text()
            time.sleep(0.1)
        else:
            return


def email(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "lab@demo.example", "ana@people.example", subject
    message.set_content("Venez à Dunkerque.\n.\nUn point seul n’arrête pas la lettre.\n")
    return message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "e-mails"


def test_emails_are_stored_as_received_newest_first(tmp_path: Path, folder: Path):
    with serving(tmp_path) as (_child, port), smtplib.SMTP("127.0.0.1", port) as connection:
        for subject in ("Première", "Deuxième"):
            connection.send_message(email(subject))
        emails = [reader.read_email(folder, name, with_body=True) for name in reader.email_names(folder)]
    assert [row.subject for row in emails if row] == ["Deuxième", "Première"]
    assert emails[0] is not None
    assert (emails[0].to, emails[0].text.splitlines()) == ("ana@people.example", email("").get_content().splitlines())


def test_incomplete_email_is_never_visible(tmp_path: Path, folder: Path):
    with serving(tmp_path) as (_child, port):
        connection = smtplib.SMTP("127.0.0.1", port)
        connection.mail("lab@demo.example")
        connection.rcpt("ana@people.example")
        connection.docmd("DATA")
        connection.send("Subject: half a let")
        connection.close()
        wait_until_it_answers(port, tmp_path)
        assert (reader.email_names(folder), list(folder.glob("*.part"))) == ([], [])


def test_mailbox_stops_on_a_signal_and_keeps_the_emails(tmp_path: Path, folder: Path):
    with serving(tmp_path) as (child, port):
        with smtplib.SMTP("127.0.0.1", port) as connection:
            connection.send_message(email("Première"))
        os.kill(child.pid, signal.SIGTERM)
        assert child.wait(PATIENCE) == -signal.SIGTERM
    assert len(reader.email_names(folder)) == 1
