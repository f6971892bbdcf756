"""The demonstration's letterbox reads what a mail server may have kept, nonsense included."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from notifications.demo_mailbox.reader import MOST_SHOWN, names, read

FIRST = "1795510800000000000-0123abcd"


def keep(folder: Path, content: bytes, name: str = FIRST) -> str:
    (folder / f"{name}.eml").write_bytes(content)
    return name


def letter() -> EmailMessage:
    message = EmailMessage()
    message["To"], message["Subject"] = "Ana <ana@people.example>", "Réunion à Dunkerque"
    message.set_content("Bonjour à tous\n")
    message.add_alternative("<p>Bonjour à tous</p>", subtype="html")
    return message


def test_a_letter_is_read_whole(tmp_path: Path):
    kept = read(tmp_path, keep(tmp_path, letter().as_bytes()), with_body=True)
    assert kept is not None
    assert (kept.to, kept.subject) == ("Ana <ana@people.example>", "Réunion à Dunkerque")
    assert (kept.text, kept.html) == ("Bonjour à tous\n", "<p>Bonjour à tous</p>\n")
    assert kept.arrived_at == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_lists_need_no_bodies(tmp_path: Path):
    kept = read(tmp_path, keep(tmp_path, letter().as_bytes()))
    assert kept is not None
    assert (kept.text, kept.html) == ("", "")


def test_the_newest_comes_first_and_other_files_do_not_count(tmp_path: Path):
    for name in (FIRST, "1795510800000000001-0123abcd", "1795510799999999999-ffffffff", "readme", "x-y"):
        keep(tmp_path, b"", name)
    (tmp_path / f"{FIRST}.part").write_bytes(b"half a letter")
    assert names(tmp_path) == ["1795510800000000001-0123abcd", FIRST, "1795510799999999999-ffffffff"]


def test_the_list_ends_somewhere(tmp_path: Path):
    for number in range(MOST_SHOWN + 2):
        keep(tmp_path, b"", f"{1795510800000000000 + number}-0123abcd")
    assert len(names(tmp_path)) == MOST_SHOWN


def test_there_may_be_no_letterbox_yet(tmp_path: Path):
    assert names(tmp_path / "letters") == []


@pytest.mark.parametrize("name", ["../secret-key", "..", "", "x", "1795510800000000000-0123abcd/..", f"{FIRST}.eml"])
def test_names_lead_nowhere_else(tmp_path: Path, name: str):
    (tmp_path / "secret-key.eml").write_bytes(b"Subject: secret")
    keep(tmp_path, b"Subject: mine")
    assert read(tmp_path, name) is None


def test_a_letter_that_is_gone_is_none(tmp_path: Path):
    assert read(tmp_path, FIRST) is None


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
def test_nonsense_is_shown_as_far_as_it_goes(tmp_path: Path, content: bytes):
    kept = read(tmp_path, keep(tmp_path, content), with_body=True)
    assert kept is not None
    assert kept.name == FIRST


@given(st.binary(max_size=2000))
@effort(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_no_file_is_too_strange(tmp_path: Path, content: bytes):
    assert read(tmp_path, keep(tmp_path, content), with_body=True) is not None
