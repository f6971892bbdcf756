"""One line for each request when it ends: its id, method, route, status, how long, and the person's number."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import structlog
from django_structlog.middlewares import RequestMiddleware

from labplatform.monitoring.redaction import route_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class RequestLines(RequestMiddleware):
    """django-structlog's, with the route in the place of the address, which may be a secret."""

    def prepare(self, request: HttpRequest) -> None:
        request._begun = time.perf_counter()  # type: ignore[attr-defined] # of this middleware only
        super().prepare(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        begun: float = request._begun  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(ms=round((time.perf_counter() - begun) * 1000))
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        match: Any = request.resolver_match
        return f"{request.method} {match.route if match else route_of(request.path_info)}"
