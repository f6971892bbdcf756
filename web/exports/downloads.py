"""Responses with files to download, which no browser executes or caches."""

from typing import IO, Final

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from web.exports.tables import CONTENT_TYPES, Table, table_bytes

SAFE_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "sandbox; default-src 'none'",
}
# Browsers show a picture in a document of their own, which uses style attributes.
SAFE_PICTURE_HEADERS: Final = {
    **SAFE_HEADERS,
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src-attr 'unsafe-inline'",
}
NOT_STORED: Final = {"Cache-Control": "private, no-store"}


def download(content: bytes | str, *, name: str, content_type: str) -> HttpResponse:
    """Return the response that makes a browser save the content as a file called `name`,
    without showing or caching it.
    """
    headers = {"Content-Disposition": _content_disposition(name), **SAFE_HEADERS, **NOT_STORED}
    return HttpResponse(content, content_type=content_type, headers=headers)


def download_table(table: Table, file_format: str, *, name: str, language: str) -> HttpResponse:
    """Return the response that makes a browser save a table as a file called `name`; `file_format` is “csv” or “xlsx”.

    In CSV, numbers have the decimal separator of `language` (“fr”, “en”). Raises KeyError for another format.
    """
    return download(
        table_bytes(file_format, table, language=language[:2]), name=name, content_type=CONTENT_TYPES[file_format]
    )


def file_response(
    source: IO[bytes] | str, *, name: str, content_type: str, as_attachment: bool = True
) -> HttpResponseBase:
    """Return the response with a stored file: to save, or to show in the browser without `as_attachment`.

    `source` is the open file, which the server closes, or the internal path from which the proxy sends it; the headers
    are the same. `name` is what the browser calls it.
    """
    answer: HttpResponseBase
    if isinstance(source, str):
        answer = HttpResponse(content_type=content_type, headers={"X-Accel-Redirect": source})
    else:
        answer = FileResponse(source, content_type=content_type)
    safe = SAFE_HEADERS if as_attachment else SAFE_PICTURE_HEADERS
    disposition = _content_disposition(name, as_attachment=as_attachment)
    for header, value in {"Content-Disposition": disposition, **safe, **NOT_STORED}.items():
        answer.headers[header] = value
    return answer


def _content_disposition(name: str, *, as_attachment: bool = True) -> str:
    """Return the Content-Disposition header for a file called `name`: to save or, without `as_attachment`, to show."""
    return content_disposition_header(as_attachment=as_attachment, filename=name) or "inline"
