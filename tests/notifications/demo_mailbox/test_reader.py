"""Reading the stored e-mails of the demonstration's mailbox, invalid files included."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from notifications.demo_mailbox.reader import MAX_EMAILS, email_names, read_email

FIRST = "1795510800000000000-0123abcd"


def store(folder: Path, content: bytes, name: str = FIRST) -> str:
    (folder / f"{name}.eml").write_bytes(content)
    return name


def sample_message() -> EmailMessage:
    message = EmailMessage()
    message["To"], message["Subject"] = "Ana <ana@people.example>", "Réunion à Dunkerque"
    message.set_content("Bonjour à tous\n")
    message.add_alternative("<p>Bonjour à tous</p>", subtype="html")
    return message


def test_an_email_is_read_with_all_its_parts(tmp_path: Path):
    email = read_email(tmp_path, store(tmp_path, sample_message().as_bytes()), with_body=True)
    assert email is not None
    assert (email.to, email.subject) == ("Ana <ana@people.example>", "Réunion à Dunkerque")
    assert (email.text, email.html) == ("Bonjour à tous\n", "<p>Bonjour à tous</p>\n")
    assert email.arrived_at == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_bodies_are_not_read_for_lists(tmp_path: Path):
    email = read_email(tmp_path, store(tmp_path, sample_message().as_bytes()))
    assert email is not None
    assert (email.text, email.html) == ("", "")


def test_the_newest_comes_first_and_other_files_do_not_count(tmp_path: Path):
    for name in (FIRST, "1795510800000000001-0123abcd", "1795510799999999999-ffffffff", "readme", "x-y"):
        store(tmp_path, b"", name)
    (tmp_path / f"{FIRST}.part").write_bytes(b"half an e-mail")
    assert email_names(tmp_path) == ["1795510800000000001-0123abcd", FIRST, "1795510799999999999-ffffffff"]


def test_the_list_has_a_maximum_length(tmp_path: Path):
    for number in range(MAX_EMAILS + 2):
        store(tmp_path, b"", f"{1795510800000000000 + number}-0123abcd")
    assert len(email_names(tmp_path)) == MAX_EMAILS


def test_a_missing_folder_gives_an_empty_list(tmp_path: Path):
    assert email_names(tmp_path / "e-mails") == []


@pytest.mark.parametrize("name", ["../secret-key", "..", "", "x", "1795510800000000000-0123abcd/..", f"{FIRST}.eml"])
def test_names_cannot_point_outside_the_folder(tmp_path: Path, name: str):
    (tmp_path / "secret-key.eml").write_bytes(b"Subject: secret")
    store(tmp_path, b"Subject: mine")
    assert read_email(tmp_path, name) is None


def test_a_missing_email_is_none(tmp_path: Path):
    assert read_email(tmp_path, FIRST) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe nonsense",
        b"Content-Type: text/plain; charset=klingon\r\n\r\nhello",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!",
        b"Subject: =?utf-8?b?!!?=\r\nTo: <<<>>>,,;\r\n\r\nhello",
        b"To: \r\n " + b"(" * 500 + b"\r\n\r\nhello",
    ],
)
def test_invalid_input_is_read_as_far_as_possible(tmp_path: Path, content: bytes):
    email = read_email(tmp_path, store(tmp_path, content), with_body=True)
    assert email is not None
    assert email.name == FIRST


@given(st.binary(max_size=2000))
@effort(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_any_file_content_can_be_read(tmp_path: Path, content: bytes):
    assert read_email(tmp_path, store(tmp_path, content), with_body=True) is not None
