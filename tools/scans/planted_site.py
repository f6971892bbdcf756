"""A small site with faults, on loopback, that the walker must find: it displays, runs and follows what it receives.

Only for requests with the cookies it was started with: a walk that lost them finds nothing.
"""

import re
import sqlite3
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

HOME = """<html><body><a href="/hello?name=you">Hello</a> <a href="/go?to=/hello">Go</a>
<a href="/read?page=hello.txt">Read</a> <a href="/idea?id=1">Idea</a> <a href="/run?what=date">Run</a>
<form action="/note" method="post"><input name="note"><button>Keep</button></form>%s</body></html>"""
NOTES: list[str] = []
EXPECTED = "".join(sys.argv[2:3])  # cookies
SAFE = [("Content-Security-Policy", "default-src 'none'"), ("X-Frame-Options", "DENY")]
Start = Callable[..., Any]


def answer_request(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    query = first_values(environ.get("QUERY_STRING", ""))
    if environ["PATH_INFO"] == "/alive" or not has_cookies(environ.get("HTTP_COOKIE", ""), EXPECTED):
        start("200 OK", [("Content-Type", "text/plain"), *SAFE])
        return [b""]
    match environ["PATH_INFO"]:
        case "/go":
            start("302 Found", [("Location", query.get("to", "/"))])
            return [b""]
        case "/note":
            size = int(environ.get("CONTENT_LENGTH") or 0)
            NOTES.append(first_values(environ["wsgi.input"].read(size).decode()).get("note", ""))
            body = HOME % NOTES[-1]
        case "/run":
            body = fake_shell_output(query.get("what", "date"))
        case "/read":
            body = _file(query.get("page", "hello.txt"))
        case "/idea":
            body = _idea(query.get("id", "1"))
        case "/hello":
            body = f"<html><body>Hello {query.get('name', '')}</body></html>"
        case _:
            body = HOME % " ".join(NOTES)
    start("200 OK", [("Content-Type", "text/html"), ("Set-Cookie", "session=1")])
    return [body.encode("utf-8", "replace")]


def first_values(query: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(query).items()}


def fake_shell_output(what: str) -> str:
    """Return what a shell would print for a line with `env` in it; no shell is run."""
    return "PATH=/bin\nPWD=/srv" if re.search(r"[;|&]\s*env\b", what) else "none"


def has_cookies(received: str, expected: str) -> bool:
    """Return whether all expected cookies were received, whatever others there are."""
    return {part.strip() for part in expected.split(";")} <= {"", *(part.strip() for part in received.split(";"))}


def _file(name: str) -> str:
    """Return any file of this machine."""
    try:
        return Path("/srv", name).read_text()
    except OSError:
        return "none"


def _idea(key: str) -> str:
    """Return the result of any statement."""
    with sqlite3.connect(":memory:") as base:
        try:
            return str(base.execute(f"SELECT {key}").fetchall())
        except sqlite3.Error as error:
            return f"sqlite3.OperationalError: {error}"


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Nothing."""


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), answer_request, handler_class=Silent).serve_forever()
