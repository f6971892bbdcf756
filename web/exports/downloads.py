"""Files to save: the one answer for all of them. No browser runs anything of it, and none keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from web.exports.tables import CONTENT_TYPES, Table, written

if TYPE_CHECKING:
    from pathlib import Path

    from django.http.response import HttpResponseBase

HARMLESS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}
# A browser that opens a picture lays it out in a document of its own, with style attributes.
HARMLESS_PICTURE: Final = {
    **HARMLESS,
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src-attr 'unsafe-inline'",
}
NOT_KEPT: Final = {"Cache-Control": "private, no-store"}


def download(content: bytes | str, *, name: str, content_type: str) -> HttpResponse:
    """Something made for this answer, to be saved under the name."""
    told = {"Content-Disposition": _called(name), **HARMLESS, **NOT_KEPT}
    return HttpResponse(content, content_type=content_type, headers=told)


def download_table(table: Table, kind: str, *, name: str, language: str) -> HttpResponse:
    """The table as csv or xlsx, numbers as the language writes them."""
    return download(written(kind, table, language=language[:2]), name=name, content_type=CONTENT_TYPES[kind])


def kept_file(path: Path, *, name: str, content_type: str, found_at: str = "", saved: bool = True) -> HttpResponseBase:
    """A file of ours, to be saved, or a picture to look at; with `found_at`, the proxy that asked sends it from there.

    What the browser is told is the same in both cases. Raises FileNotFoundError.
    """
    answer: HttpResponseBase
    if found_at:
        path.stat()
        answer = HttpResponse(content_type=content_type, headers={"X-Accel-Redirect": found_at})
    else:
        answer = FileResponse(path.open("rb"), content_type=content_type)
    harmless = HARMLESS if saved else HARMLESS_PICTURE
    for header, value in {"Content-Disposition": _called(name, saved=saved), **harmless, **NOT_KEPT}.items():
        answer.headers[header] = value
    return answer


def _called(name: str, *, saved: bool = True) -> str:
    return content_disposition_header(as_attachment=saved, filename=name) or "inline"
