"""A small interface with one fault for each check, on loopback, that the attack on interfaces must find.

Only for requests with its token, but for the one address that forgets to ask for it.
"""

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

NAME = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
ANSWER = {"200": {"description": "", "content": {"application/json": {"schema": NAME}}}, "401": {"description": ""}}
PK = {"in": "path", "name": "pk", "required": True, "schema": {"type": "integer"}}
PATHS = ("/ideas/{pk}/", "/names/", "/texts/", "/cohorts/", "/open/")
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Faults", "version": "1"},
    "components": {"securitySchemes": {"Token": {"type": "http", "scheme": "bearer"}}},
    "paths": {
        path: {
            "get": {
                "operationId": path.strip("/").replace("/", "_").replace("{pk}", "one"),
                "parameters": [PK] if "{pk}" in path else [],
                "security": [{"Token": []}],
                "responses": {**ANSWER, **({"404": {"description": ""}} if "{pk}" in path else {})},
            }
        }
        for path in PATHS
    },
}
Start = Callable[..., Any]
JSON = "application/json"
FAULTY: dict[str, tuple[str, Any, str]] = {
    "/names/": ("418 I'm a Teapot", {}, JSON),
    "/texts/": ("200 OK", {"name": "x"}, "text/plain"),
    "/cohorts/": ("200 OK", {"name": 7}, JSON),
    "/open/": ("200 OK", {"name": "x"}, JSON),
}


def answer_request(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/openapi.json":
        return send(start, "200 OK", DOCUMENT)
    if path != "/open/" and environ.get("HTTP_AUTHORIZATION") != "Bearer planted":
        return send(start, "401 Unauthorized", {})
    if path.startswith("/ideas/"):
        key = path.split("/")[2]
        return send(start, "500 Internal Server Error" if key.startswith("-") or len(key) > 5 else "404 Not Found", {})
    status, content, kind = FAULTY.get(path, ("404 Not Found", {}, JSON))
    return send(start, status, content, kind)


def send(start: Start, status: str, content: Any, kind: str = JSON) -> Iterable[bytes]:
    start(status, [("Content-Type", kind)])
    return [json.dumps(content).encode()]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Nothing."""


if __name__ == "__main__":
    make_server("127.0.0.1", int(sys.argv[1]), answer_request, handler_class=Quiet).serve_forever()
