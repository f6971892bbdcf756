"""The demonstration's mail server: everything it accepts is a file that the letterbox page can read."""

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

PATIENCE = 15  # seconds


@contextmanager
def serving(data: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The server as the demonstration starts it: a process of its own."""
    port = free_port()
    words = [sys.executable, "-m", "labplatform.devstack.letterbox", str(port)]
    child = processes.start(words, env={"VAR_DIR": str(data)}, log=data / "letterbox.log")
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
            assert time.monotonic() < deadline, (data / "letterbox.log").read_text()
            time.sleep(0.1)
        else:
            return


def letter(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "lab@demo.example", "ana@people.example", subject
    message.set_content("Venez à Dunkerque.\n.\nUn point seul n’arrête pas la lettre.\n")
    return message


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "letters"


def test_letters_are_kept_as_they_came_the_newest_first(tmp_path: Path, folder: Path):
    with serving(tmp_path) as (_child, port), smtplib.SMTP("127.0.0.1", port) as connection:
        for subject in ("Première", "Deuxième"):
            connection.send_message(letter(subject))
        kept = [reader.read(folder, name, with_body=True) for name in reader.names(folder)]
    assert [row.subject for row in kept if row] == ["Deuxième", "Première"]
    assert kept[0] is not None
    assert (kept[0].to, kept[0].text.splitlines()) == ("ana@people.example", letter("").get_content().splitlines())


def test_no_half_letter_is_ever_seen(tmp_path: Path, folder: Path):
    with serving(tmp_path) as (_child, port):
        connection = smtplib.SMTP("127.0.0.1", port)
        connection.mail("lab@demo.example")
        connection.rcpt("ana@people.example")
        connection.docmd("DATA")
        connection.send("Subject: half a let")
        connection.close()
        wait_until_it_answers(port, tmp_path)
        assert (reader.names(folder), list(folder.glob("*.part"))) == ([], [])


def test_asked_to_end_it_ends_and_the_letters_stay(tmp_path: Path, folder: Path):
    with serving(tmp_path) as (child, port):
        with smtplib.SMTP("127.0.0.1", port) as connection:
            connection.send_message(letter("Première"))
        os.kill(child.pid, signal.SIGTERM)
        assert child.wait(PATIENCE) == -signal.SIGTERM
    assert len(reader.names(folder)) == 1
