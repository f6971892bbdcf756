"""The platform behind a proxy that speaks HTTPS, for a browser that opens it on loopback."""

from collections.abc import Iterable
from typing import Any

from labplatform.wsgi import application as platform


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer as if each request had come through HTTPS: some of a browser's own carry no header of ours."""
    return platform({**environ, "HTTP_X_FORWARDED_PROTO": "https"}, start_response)
