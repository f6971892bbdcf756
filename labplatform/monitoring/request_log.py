"""One log line at the end of each request: id, method, route, status, duration, and the person's key."""

import time
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

from labplatform.monitoring.redaction import route_of


class RequestLines(RequestMiddleware):
    """The middleware of django-structlog, with the route instead of the URL, which may contain a secret."""

    def prepare(self, request: HttpRequest) -> None:
        """Remember when the request began, then prepare its log line as django-structlog does."""
        request._begun = time.perf_counter()  # type: ignore[attr-defined] # of this middleware only
        super().prepare(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Add the duration of the request, in milliseconds, to its log line, which is then written."""
        started: float = request._begun  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(ms=round((time.perf_counter() - started) * 1000))
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return the method and the URL pattern of the request, without its values: “GET ideas/<int:pk>/”."""
        match: Any = request.resolver_match
        return f"{request.method} {match.route if match else route_of(request.path_info)}"
