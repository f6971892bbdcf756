"""Files to save, wherever they come from: under their name, run by no browser and kept by none."""

from pathlib import Path
from typing import Any

import pytest
from django.http.response import HttpResponseBase

from web.exports.downloads import download, download_table, kept_file
from web.exports.tables import Table

TOLD = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}
TEXT = "text/plain; charset=utf-8"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "full"
    path.write_bytes(b"Words")
    return path


def told(answer: HttpResponseBase) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "Content-Length"}


def said(disposition: str, kind: str = TEXT, **more: str) -> dict[str, str]:
    return {**TOLD, "Content-Type": kind, "Content-Disposition": disposition, **more}


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("words.txt", 'filename="words.txt"'),
        ("été.txt", "filename*=utf-8''%C3%A9t%C3%A9.txt"),
        ('a"b.txt', 'filename="a\\"b.txt"'),
    ],
)
def test_what_was_made_for_the_answer_is_saved_under_its_name(name: str, called: str):
    answer = download("Words", name=name, content_type=TEXT)
    assert (answer.content, told(answer)) == (b"Words", said(f"attachment; {called}"))


@pytest.mark.parametrize(("language", "share"), [("en", "0.500000"), ("fr-FR", "0,500000")])
def test_a_table_is_written_as_the_language_writes_numbers(language: str, share: str):
    table = Table("Rates", ["Share"], [(0.5,)], "About")
    answer = download_table(table, "csv", name="rates.csv", language=language)
    assert answer.content.decode("utf-8-sig").splitlines()[:2] == ['"Share"', share]
    assert told(answer) == said('attachment; filename="rates.csv"', "text/csv; charset=utf-8")


def test_a_kept_file_is_saved_under_its_own_name(kept: Path):
    answer: Any = kept_file(kept, name="words.txt", content_type=TEXT)
    with answer.file_to_stream:
        assert (answer.getvalue(), told(answer)) == (b"Words", said('attachment; filename="words.txt"'))


def test_a_kept_picture_may_be_looked_at_in_the_document_that_the_browser_makes_for_it(kept: Path):
    answer: Any = kept_file(kept, name="wall.jpg", content_type="image/jpeg", saved=False)
    policy = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src-attr 'unsafe-inline'"}
    with answer.file_to_stream:
        assert (answer.getvalue(), told(answer)) == (
            b"Words",
            said('inline; filename="wall.jpg"', "image/jpeg", **policy),
        )


def test_the_proxy_that_asked_is_told_where_and_gets_nothing_else(kept: Path):
    answer: Any = kept_file(kept, name="words.txt", content_type=TEXT, found_at="/protected/full")
    where = {"X-Accel-Redirect": "/protected/full"}
    assert (answer.content, told(answer)) == (b"", said('attachment; filename="words.txt"', **where))


@pytest.mark.parametrize("found_at", ["", "/protected/none"])
def test_a_file_that_is_gone_is_said_in_both_cases(tmp_path: Path, found_at: str):
    with pytest.raises(FileNotFoundError):
        kept_file(tmp_path / "none", name="words.txt", content_type=TEXT, found_at=found_at)
