"""Downloads have their file name, and browsers neither execute nor cache them."""

from pathlib import Path
from typing import Any

import pytest
from django.http.response import HttpResponseBase

from web.exports.downloads import download, download_table, file_response
from web.exports.tables import Table

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}
TEXT = "text/plain; charset=utf-8"


@pytest.fixture
def stored_file(tmp_path: Path) -> Path:
    path = tmp_path / "full"
    path.write_bytes(b"Words")
    return path


def headers(answer: HttpResponseBase) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "Content-Length"}


def expected_headers(disposition: str, kind: str = TEXT, **more: str) -> dict[str, str]:
    return {**SAFE, "Content-Type": kind, "Content-Disposition": disposition, **more}


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("words.txt", 'filename="words.txt"'),
        ("été.txt", "filename*=utf-8''%C3%A9t%C3%A9.txt"),
        ('a"b.txt', 'filename="a\\"b.txt"'),
    ],
)
def test_generated_content_is_downloaded_under_its_name(name: str, called: str):
    answer = download("Words", name=name, content_type=TEXT)
    assert (answer.content, headers(answer)) == (b"Words", expected_headers(f"attachment; {called}"))


@pytest.mark.parametrize(("language", "share"), [("en", "0.500000"), ("fr-FR", "0,500000")])
def test_a_table_download_uses_the_number_format_of_the_language(language: str, share: str):
    table = Table("Rates", ["Share"], [(0.5,)], "About")
    answer = download_table(table, "csv", name="rates.csv", language=language)
    assert answer.content.decode("utf-8-sig").splitlines()[:2] == ['"Share"', share]
    assert headers(answer) == expected_headers('attachment; filename="rates.csv"', "text/csv; charset=utf-8")


def test_a_stored_file_is_downloaded_under_its_own_name(stored_file: Path):
    answer: Any = file_response(stored_file.open("rb"), name="words.txt", content_type=TEXT)
    with answer.file_to_stream:
        assert (answer.getvalue(), headers(answer)) == (b"Words", expected_headers('attachment; filename="words.txt"'))


def test_a_stored_picture_can_be_shown_by_the_browser(stored_file: Path):
    answer: Any = file_response(stored_file.open("rb"), name="wall.jpg", content_type="image/jpeg", as_attachment=False)
    policy = {"Content-Security-Policy": "sandbox; default-src 'none'; style-src-attr 'unsafe-inline'"}
    with answer.file_to_stream:
        assert (answer.getvalue(), headers(answer)) == (
            b"Words",
            expected_headers('inline; filename="wall.jpg"', "image/jpeg", **policy),
        )


def test_the_proxy_gets_the_path_of_the_file_and_no_content():
    answer: Any = file_response("/protected/full", name="words.txt", content_type=TEXT)
    where = {"X-Accel-Redirect": "/protected/full"}
    assert (answer.content, headers(answer)) == (b"", expected_headers('attachment; filename="words.txt"', **where))
