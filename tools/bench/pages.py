"""What pages cost among a thousand ideas and among ten thousand: processor time of this process and of PostgreSQL.

Nothing travels over a network: requests enter at the WSGI application, through every middleware. Each round asks for
every page among few and among many ideas, with its floor page just before it, and turns the order round.
"""

import io
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeVar

from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tools.faults.stage import House, Stage, connect, disconnect

T = TypeVar("T")

LAB, MEMBER = "lab@demo.example", "member@demo.example"
FLOOR: Final = "/floor/"
REQUESTS = 5  # of one page in a row; fewer at the smallest size
STATEMENTS, CPU, KIB = (10, 8), (6.0, 4.0), (60.0, 40.0)  # what must hold, and the aim
AS_IN_PRODUCTION: Final = {"ROOT_URLCONF": "tools.bench.floor", "STATEMENTS_CHECKED": 0}  # and the floor page
GROWTH: Final = {10: (1.2, 1.1), 100: (2.0, 1.5)}  # by how many times as many ideas there are


@dataclass(frozen=True, slots=True)
class Page:
    """A page as somebody sees it; how long it may be is said of lists only."""

    what: str
    path: str
    is_list: bool = False
    who: str = LAB


def pages() -> list[Page]:
    """The workbench's pages, each with the fullest row the demonstration has for it."""
    from django.db.models import Count

    from canvases.models import Canvas
    from cohorts.models import Cohort
    from exchanges.models import Exchange
    from prototypes.models import Challenge, Idea, Prototype, Trial

    def fullest(rows: Any, of: str) -> Any:
        return rows.annotate(held=Count(of)).order_by("-held", "pk")[0]

    idea = fullest(Idea.objects.filter(retrospective=False), "events")
    cohort = fullest(Cohort.objects.filter(retrospective=False), "ideas")
    challenge = fullest(Challenge.objects.filter(retrospective=False), "ideas")
    prototype = fullest(Prototype.objects.filter(retrospective=False), "trials")
    trial = Trial.objects.filter(prototype=prototype).order_by("pk")[0]
    canvas = fullest(Canvas.objects.all(), "cells")
    exchange = fullest(Exchange.objects.filter(retrospective=False), "contributions")
    return [
        Page("home of the lab", "/"),
        Page("home of a member", "/", who=MEMBER),
        Page("ideas", "/ideas/", is_list=True),
        Page("ideas of a member", "/ideas/", is_list=True, who=MEMBER),
        Page("board of a cohort", f"/cohorts/{cohort.slug}/board/", is_list=True),
        Page("cohorts", "/cohorts/", is_list=True),
        Page("exchanges", "/exchanges/", is_list=True),
        Page("idea", f"/ideas/{idea.pk}/"),
        Page("challenge", f"/challenges/{challenge.pk}/"),
        Page("prototype", f"/prototypes/{prototype.pk}/"),
        Page("test", f"/trials/{trial.pk}/"),
        Page("canvas", f"/canvases/{canvas.pk}/"),
        Page("cohort", f"/cohorts/{cohort.slug}/"),
        Page("exchange", f"/exchanges/{exchange.pk}/"),
    ]


class Server:
    """The platform's WSGI application, asked from within this process by people who are signed in."""

    def __init__(self) -> None:
        self.application = WSGIHandler()
        self.cookies: dict[str, str] = {}

    def sign_in(self, email: str) -> None:
        client = Client()
        client.force_login(get_user_model().objects.get(email=email))
        self.cookies[email] = f"sessionid={client.cookies['sessionid'].value}"

    def get(self, path: str, who: str) -> bytes:
        """The page; anything but a page is a mistake of the bench."""
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
        answered: list[str] = []
        response = self.application(environ, lambda status, *_headers: answered.append(status))
        body = b"".join(response)
        response.close()
        assert answered == ["200 OK"], (path, answered)
        return body


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time: of this process, and with the PostgreSQL that serves it."""

    web: float
    both: float


def spent() -> Cost:
    """What this process and its connection's PostgreSQL have taken so far."""
    assert connection.connection is not None
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0]
    web = time.process_time() * 1000
    return Cost(web, web + int(backend) / 1e6)


def cost(server: Server, path: str, who: str) -> Cost:
    """Of one request, when it is made some times in a row."""
    before = spent()
    for _ in range(REQUESTS):
        server.get(path, who)
    after = spent()
    return Cost((after.web - before.web) / REQUESTS, (after.both - before.both) / REQUESTS)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is the same at every request of a page."""

    statements: int
    kib: float


def counted(server: Server, page: Page) -> Facts:
    server.get(page.path, page.who)  # whatever is made once is made now
    with CaptureQueriesContext(connection) as captured:
        body = server.get(page.path, page.who)
    return Facts(len(captured), len(body) / 1024)


Among = tuple[Page, int]  # a page among so many ideas
Costs = dict[Among, list[tuple[Cost, Cost]]]  # of each round: the page's, its floor's


def measure(house: House, sizes: Sequence[int], rounds: int) -> Callable[[Any], list[Any]]:
    """Every page among each of these numbers of ideas."""
    import_module("labplatform.wsgi")  # as a server does, which says how Python collects
    with ExitStack() as undo, override_settings(**AS_IN_PRODUCTION):
        server = Server()
        stages = grown(house, sizes, server, undo)
        connect(stages[min(stages)])  # its rows are in every larger copy, under the same addresses
        asked, facts, costs = pages(), {}, defaultdict(list)
        for size, stage in stages.items():
            connect(stage)
            facts |= {(page, size): counted(server, page) for page in asked}
        for number in range(rounds):
            for size, stage in in_turn(list(stages.items()), number):
                connect(stage)
                for page in in_turn(asked, number):
                    costs[page, size].append(beside_its_floor(server, page))
    return lambda figure: [line for page in asked for line in lines(figure, page, sizes, facts, costs)]


def grown(
    house: House,
    sizes: Sequence[int],
    server: Server,
    undo: ExitStack,
    *,
    authorities: int = 0,
    people: Sequence[str] = (LAB, MEMBER),
) -> dict[int, Stage]:
    """A platform for each number of ideas, each grown from a copy of the one before: the same rows, and more."""
    from labplatform.demo.copies import grow

    stages: dict[int, Stage] = {}
    for size in sorted(sizes):
        disconnect()
        stages[size] = undo.enter_context(house.stage(stages[max(stages)].name if stages else house.demonstration()))
        if len(stages) == 1:
            for who in people:
                server.sign_in(who)
        grow(size, authorities=authorities)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return stages


def in_turn(found: Sequence[T], number: int) -> Sequence[T]:
    """Forwards, then backwards."""
    return found[::-1] if number % 2 else found


def beside_its_floor(server: Server, page: Page) -> tuple[Cost, Cost]:
    for path in (page.path, FLOOR):
        server.get(path, page.who)  # what the connection and its caches need is there
    return cost(server, page.path, page.who), cost(server, FLOOR, page.who)


def lines(figure: Any, page: Page, sizes: Sequence[int], facts: dict[Among, Facts], costs: Costs) -> list[Any]:
    """What is printed of a page: how it stands among the most ideas, and how it got there from the fewest."""
    few, many = min(sizes), max(sizes)
    must, aim = GROWTH.get(many // few, (None, None))
    now, most = facts[page, many], KIB if page.is_list else (None, None)
    more = now.statements - facts[page, few].statements
    here = costs[page, many]
    growth = [own.both / then.both for (own, _), (then, _) in zip(here, costs[page, few], strict=True)]
    return [
        figure(f"{page.what}: statements", [now.statements], *STATEMENTS, False),
        figure(f"{page.what}: statements more than among {few:,}", [more], 0, 0, False),
        figure(f"{page.what}: HTML", [now.kib], *most, False, "KiB"),
        figure(f"{page.what}: processor time, with PostgreSQL’s", [own.both for own, _ in here], unit="ms"),
        figure(f"{page.what}: ÷ its floor page", [own.web / floor.web for own, floor in here], *CPU, False),
        figure(f"{page.what}: growth from {few:,} to {many:,} ideas", growth, must, aim, False),
    ]
