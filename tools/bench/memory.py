"""The memory of a small installation: two web processes after thousands of requests, a worker with its beat.

The processes are those of production, with their settings for gunicorn. Three people open, in turn, each page that is
linked from the pages before. Memory is the proportional set size: what processes share counts once. The process that
started the web processes answers nothing; its part has a line of its own, and no limit.
"""

import http.client
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice, zip_longest
from typing import Any, Final

from tools.bench.pages import LAB, MEMBER
from tools.faults.platform import PlatformHost, RunPlatform, free_port, wait_for
from tools.faults.uploads import MemoryMeter, SignedInClient, sign_in_client

ADMIN: Final = "admin@demo.example"
MUST, AIM = 250.0, 200.0  # MiB of two web processes, and of a worker with its beat
PAGES: Final = 300  # of one person at most
LINKS: Final = re.compile(r'href="(/[^"#]*)"')
LEFT_OUT: Final = re.compile(r"^/(static|jsi18n)/|logout|/files/\d|/download|\.(ics|csv|xlsx|zip|json|odt|pdf)\b")


def measure(host: PlatformHost, requests: int, rounds: int) -> Callable[[Any], list[Any]]:
    """Measure the memory of web, and of worker and beat, before and after so many requests, in `rounds` runs."""
    runs = [_memory_of_one_run(host, requests) for _ in range(rounds)]
    fresh_web, used_web, starter, background = zip(*runs, strict=True)

    def figures(figure: Any) -> list[Any]:
        return [
            figure("two web processes, started", fresh_web, unit="MiB"),
            figure(f"two web processes, after {requests:,} requests", used_web, MUST, AIM, False, "MiB"),
            figure("the process that started them, besides them", starter, unit="MiB"),
            figure("worker and beat", background, MUST, AIM, False, "MiB"),
        ]

    return figures


def _memory_of_one_run(host: PlatformHost, requests: int) -> tuple[float, float, float, float]:
    """Return the memory of two web processes before and after the requests, of the process that started them, and of
    worker and beat.
    """
    with host.start_platform(host.demonstration()) as platform:
        port = free_port()
        web = start_web(platform, port)
        worker, beat = (
            platform.start_worker("--concurrency", "1", app="labplatform"),
            platform.start_beat(app="labplatform.scheduler"),
        )
        clients = [sign_in_client(user, port) for user in _people()]
        wait_for(lambda: clients[0].get("/") == 200, "the web server")
        fresh, _starter = _memory_of_web(web.pid)
        paths = [_linked_pages(port, client, min(PAGES, requests // len(clients))) for client in clients]
        turns = [
            (client, path) for turn in zip_longest(*paths) for client, path in zip(clients, turn, strict=True) if path
        ]
        for client, path in islice(cycle(turns), requests):
            assert client.get(path) in (200, 302, 403, 404), path
        used, starter = _memory_of_web(web.pid)
        return fresh, used, starter, sum(_memory({worker.pid, beat.pid}).values())


def start_web(platform: RunPlatform, port: int) -> Any:
    """Start two web processes as in production, on this port."""
    arguments = ["-m", "gunicorn", "-c", "python:labplatform.gunicorn_conf", "labplatform.wsgi", "-w", "2"]
    env = {"DJANGO_SETTINGS_MODULE": "tools.bench.settings", "VAR_DIR": str(platform.folder / "var")}
    return platform.start(*arguments, "-b", f"127.0.0.1:{port}", log="web.log", **env)


def _people() -> list[Any]:
    from accounts.models import User

    return [User.objects.get(email=email) for email in (LAB, MEMBER, ADMIN)]


def _linked_pages(port: int, client: SignedInClient, count: int) -> Sequence[str]:
    """Return the paths of so many pages that are linked, the nearest to the home page first."""
    found, position = ["/"], 0
    while position < len(found) < count:
        for link in _links(port, client, found[position]):
            if link not in found and not LEFT_OUT.search(link):
                found.append(link)
        position += 1
    return found[:count]


def _links(port: int, client: SignedInClient, path: str) -> Iterator[str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": client.cookie})
    body = connection.getresponse().read().decode(errors="replace")
    connection.close()
    for match in LINKS.finditer(body):
        yield match[1].replace("&amp;", "&")


def _memory_of_web(starter: int) -> tuple[float, float]:
    """Return the memory of the web processes that a process started, and its own."""
    parts = _memory({starter})
    own = parts.pop(str(starter))
    return sum(parts.values()), own


def _memory(sessions: set[int]) -> dict[str, float]:
    """Return the memory of each process in these sessions, by its id."""
    meter = MemoryMeter(sessions)
    meter.look()
    return meter.parts
