"""What a request costs: its statements, its KiB, and the processor time of this process and of its PostgreSQL.

Knows nothing of labplatform, so that another Django project can be measured alike.
"""

import gzip
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

FLOOR: Final = "/floor/"  # a bare view of fifty rows, which each measured platform has
COMPRESSION_LEVEL: Final = 6  # of Django's GZipMiddleware


class WsgiServer:
    """A WSGI application, called within this process for signed-in users."""

    def __init__(self) -> None:
        self.application = WSGIHandler()
        self.cookies: dict[str, str] = {}

    def sign_in(self, email: str) -> None:
        client = Client()
        client.force_login(get_user_model().objects.get(email=email))
        name = settings.SESSION_COOKIE_NAME
        self.cookies[email] = f"{name}={client.cookies[name].value}"

    def get(self, path: str, who: str) -> bytes:
        """Return the page; any other response is a mistake of the benchmark."""
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path.partition("?")[0],
            "QUERY_STRING": path.partition("?")[2],
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "443",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(),
            "HTTP_COOKIE": self.cookies[who],
            "HTTP_ACCEPT_LANGUAGE": "fr",
        }
        statuses: list[str] = []
        response = self.application(environ, lambda status, *_headers: statuses.append(status))
        body = b"".join(response)
        response.close()
        assert statuses == ["200 OK"], (path, statuses)
        return body


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time: of this process, and together with its PostgreSQL."""

    web: float
    both: float


def time_of_postgres() -> float:
    """Return the milliseconds of processor time that the PostgreSQL connection of this process has used so far."""
    assert connection.connection is not None
    return int(Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e6


def cost_of(call: Callable[[], object]) -> Cost:
    """Return the cost of one call, such as a request."""
    postgres, begun = time_of_postgres(), time.process_time()
    call()
    web = (time.process_time() - begun) * 1000
    return Cost(web, web + time_of_postgres() - postgres)


def mean(costs: Sequence[Cost]) -> Cost:
    return Cost(fmean(each.web for each in costs), fmean(each.both for each in costs))


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What is the same for every request of a page."""

    statements: int
    kib: float
    compressed_kib: float


def measure_facts(server: WsgiServer, path: str, who: str) -> PageFacts:
    server.get(path, who)  # fills the caches
    with CaptureQueriesContext(connection) as captured:
        body = server.get(path, who)
    return PageFacts(len(captured), len(body) / 1024, len(gzip.compress(body, COMPRESSION_LEVEL)) / 1024)


def cost_with_floor(server: WsgiServer, path: str, who: str, times: int) -> tuple[Cost, Cost]:
    """Return the mean costs of a page and of the floor page, which are requested in turn.

    In a row, the floor page would be read from the caches of a processor, which no larger page fits into.
    """
    requests = [partial(server.get, each, who) for each in (path, FLOOR)]
    for request in requests:
        request()  # fills the caches, also those of the connection
    costs = [[cost_of(request) for request in requests] for _ in range(times)]
    own, floor = zip(*costs, strict=True)
    return mean(own), mean(floor)
