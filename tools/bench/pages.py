"""The cost of pages with a thousand ideas and with ten thousand: processor time of this process and of PostgreSQL.

No network is involved: requests enter at the WSGI application and pass every middleware. Each round requests every page
with few and with many ideas, in turn with its floor page, and alternates the order.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, TypeVar

from django.db import connection
from django.test import override_settings

from tools.bench.costs import Cost, PageFacts, WsgiServer, cost_with_floor, measure_facts
from tools.faults.platform import PlatformHost, RunPlatform, connect, disconnect

T = TypeVar("T")

LAB, MEMBER = "lab@demo.example", "member@demo.example"
SEARCH: Final = "/search/?q=accueil"  # in a twelfth of all ideas, and in most other kinds
REQUESTS = 10  # of one page in each round; fewer at the smallest size
STATEMENTS, CPU, KIB = (10, 8), (6.0, 4.0), (60.0, 40.0)  # what must hold, and the aim
COMPRESSED_KIB: Final = 12.0
AS_IN_PRODUCTION: Final = {"ROOT_URLCONF": "tools.bench.baseline", "STATEMENTS_CHECKED": 0}  # and the floor page
GROWTH: Final = {10: (1.2, 1.1), 100: (2.0, 1.5)}  # by how many times as many ideas there are


@dataclass(frozen=True, slots=True)
class BenchPage:
    """A page as one user sees it."""

    what: str
    path: str
    who: str = LAB


def pages() -> list[BenchPage]:
    """Return the measured pages, each for the object with most content in the demonstration."""
    from django.db.models import Count

    from canvases.models import Canvas
    from cohorts.models import Cohort, Session
    from exchanges.models import Exchange
    from programmes.models import Edition
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
    edition = fullest(Edition.objects.filter(retrospective=False), "cohorts")
    session = fullest(Session.objects.filter(retrospective=False), "days__attendances")
    return [
        BenchPage("home of the lab", "/"),
        BenchPage("home of a member", "/", who=MEMBER),
        BenchPage("ideas", "/ideas/"),
        BenchPage("ideas of a member", "/ideas/", who=MEMBER),
        BenchPage("board of a cohort", f"/cohorts/{cohort.slug}/board/"),
        BenchPage("cohorts", "/cohorts/"),
        BenchPage("exchanges", "/exchanges/"),
        BenchPage("idea", f"/ideas/{idea.pk}/"),
        BenchPage("challenge", f"/challenges/{challenge.pk}/"),
        BenchPage("prototype", f"/prototypes/{prototype.pk}/"),
        BenchPage("test", f"/trials/{trial.pk}/"),
        BenchPage("canvas", f"/canvases/{canvas.pk}/"),
        BenchPage("cohort", f"/cohorts/{cohort.slug}/"),
        BenchPage("exchange", f"/exchanges/{exchange.pk}/"),
        BenchPage("edition", f"/editions/{edition.slug}/"),
        BenchPage("session", f"/sessions/{session.pk}/"),
        BenchPage("calendar", "/calendar/"),
        BenchPage("unconfirmed ideas", "/ideas/unconfirmed/"),
        BenchPage("rates", "/rates/"),
        BenchPage("search", SEARCH),
        BenchPage("search of a member", SEARCH, who=MEMBER),
        BenchPage("network", "/network/"),
    ]


Among = tuple[BenchPage, int]  # a page among so many ideas
Costs = dict[Among, list[tuple[Cost, Cost]]]  # of each round: the page's, its floor's


def measure(
    host: PlatformHost,
    sizes: Sequence[int],
    rounds: int,
    *,
    pages_of: Callable[[], list[BenchPage]] = pages,
    fill: Callable[[int], object] | None = None,
    authorities: int = 0,
) -> Callable[[Any], list[Any]]:
    """Measure every page that `pages_of` returns with each of these numbers of ideas; `fill` adds other rows to
    each.
    """
    import_module("labplatform.wsgi")  # as a server does, which says how Python collects
    with ExitStack() as undo, override_settings(**AS_IN_PRODUCTION):
        server = WsgiServer()
        platforms = platforms_by_size(host, sizes, server, undo, authorities=authorities, fill=fill)
        connect(platforms[min(platforms)])  # its rows are in every larger copy, under the same addresses
        page_list, facts, costs = pages_of(), {}, defaultdict(list)
        for size, platform in platforms.items():
            connect(platform)
            facts |= {(page, size): measure_facts(server, page.path, page.who) for page in page_list}
        for number in range(rounds):
            for size, platform in in_turn(list(platforms.items()), number):
                connect(platform)
                for page in in_turn(page_list, number):
                    costs[page, size].append(cost_with_floor(server, page.path, page.who, REQUESTS))
    return lambda figure: [line for page in page_list for line in lines(figure, page, sizes, facts, costs)]


def platforms_by_size(
    host: PlatformHost,
    sizes: Sequence[int],
    server: WsgiServer,
    undo: ExitStack,
    *,
    authorities: int = 0,
    people: Sequence[str] = (LAB, MEMBER),
    fill: Callable[[int], object] | None = None,
) -> dict[int, RunPlatform]:
    """Return a platform for each number of ideas, each a larger copy of the one before; `fill` adds other rows."""
    from labplatform.demo.copies import copy_ideas

    connection.settings_dict["CONN_MAX_AGE"] = None  # else one request in a minute would connect anew
    platforms: dict[int, RunPlatform] = {}
    for size in sorted(sizes):
        disconnect()
        platforms[size] = undo.enter_context(
            host.start_platform(platforms[max(platforms)].name if platforms else host.demonstration())
        )
        if len(platforms) == 1:
            for who in people:
                server.sign_in(who)
        copy_ideas(size, authorities=authorities)
        if fill:
            fill(size)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return platforms


def in_turn(items: Sequence[T], number: int) -> Sequence[T]:
    """Return the items forwards, then backwards."""
    return items[::-1] if number % 2 else items


def lines(figure: Any, page: BenchPage, sizes: Sequence[int], facts: dict[Among, PageFacts], costs: Costs) -> list[Any]:
    """Return the printed figures of a page: with most ideas, and the growth from fewest to most."""
    few, many = min(sizes), max(sizes)
    must, aim = GROWTH.get(many // few, (None, None))
    now = facts[page, many]
    extra_statements = now.statements - facts[page, few].statements
    here = costs[page, many]
    growth = [own.both / then.both for (own, _), (then, _) in zip(here, costs[page, few], strict=True)]
    return [
        figure(f"{page.what}: statements", [now.statements], *STATEMENTS, False),
        figure(f"{page.what}: statements more than among {few:,}", [extra_statements], 0, 0, False),
        figure(f"{page.what}: HTML", [now.kib], *KIB, False, "KiB"),
        figure(f"{page.what}: HTML, compressed", [now.compressed_kib], COMPRESSED_KIB, None, False, "KiB"),
        figure(f"{page.what}: processor time, with PostgreSQL’s", [own.both for own, _ in here], unit="ms"),
        figure(f"{page.what}: ÷ its floor page", [own.web / floor.web for own, floor in here], *CPU, False),
        figure(f"{page.what}: growth from {few:,} to {many:,} ideas", growth, must, aim, False),
    ]
