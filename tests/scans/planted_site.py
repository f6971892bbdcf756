"""A small site with faults, on loopback, that the walker must find: what it is told it shows, runs and follows."""

import sqlite3
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

HOME = """<html><body><a href="/hello?name=you">Hello</a> <a href="/go?to=/hello">Go</a>
<a href="/read?page=hello.txt">Read</a> <a href="/idea?id=1">Idea</a></body></html>"""
Start = Callable[..., Any]


def site(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    asked = {key: values[0] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
    match environ["PATH_INFO"]:
        case "/go":
            start("302 Found", [("Location", asked.get("to", "/"))])
            return [b""]
        case "/read":
            body = _file(asked.get("page", "hello.txt"))
        case "/idea":
            body = _idea(asked.get("id", "1"))
        case "/hello":
            body = f"<html><body>Hello {asked.get('name', '')}</body></html>"
        case _:
            body = HOME
    start("200 OK", [("Content-Type", "text/html"), ("Set-Cookie", "session=1")])
    return [body.encode("utf-8", "replace")]


def _file(name: str) -> str:
    """Any file of this machine."""
    try:
        return Path("/srv", name).read_text()
    except OSError:
        return "none"


def _idea(key: str) -> str:
    """Whatever the statement says."""
    with sqlite3.connect(":memory:") as base:
        try:
            return str(base.execute(f"SELECT {key}").fetchall())
        except sqlite3.Error as error:
            return f"sqlite3.OperationalError: {error}"


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Nothing."""


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), site, handler_class=Silent).serve_forever()
