"""The cost of rates with a thousand ideas and with a hundred thousand, compared with the one aggregate they need.

The floor is the tally of the same scope, queried directly. Pages are requested as in `pages`. All ideas, and those of
an authority, grow with the total; those of an edition do not.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import connection
from django.http import QueryDict
from django.test import override_settings
from django.utils import timezone

from tools.bench import pages
from tools.bench.costs import PageFacts, WsgiServer, cost_of, mean, measure_facts
from tools.bench.pages import LAB, MEMBER, BenchPage
from tools.faults.platform import PlatformHost, connect

ADMIN: Final = "admin@demo.example"
AUTHORITIES: Final = 100
SELECT_RATIO: Final = (3.0, 2.0)  # the page over all ideas ÷ the SELECT: what must hold, and the aim
STATEMENTS: Final = (10, 8)

ALL: Final = BenchPage("rates, as the lab", "/rates/")
Among = tuple[BenchPage, int]  # a page among so many ideas


@dataclass(frozen=True, slots=True)
class RatesRound:
    """Milliseconds of processor time, PostgreSQL's included: of the page, and of the SELECT."""

    page: float
    select: float


RoundsByPage = dict[Among, list[RatesRound]]


def rate_pages() -> list[BenchPage]:
    from cohorts.models import Membership

    edition = Membership.objects.filter(user__email=MEMBER).order_by("pk")[0].cohort.edition
    return [
        ALL,
        BenchPage("rates of an edition, as the lab", f"/rates/?edition={edition.slug}"),
        BenchPage("rates, as an admin", "/rates/", who=ADMIN),
        BenchPage("rates of an edition, as a member", f"/rates/?edition={edition.slug}", who=MEMBER),
    ]


def make_select(page: BenchPage) -> Callable[[], int]:
    """Return a function that runs the aggregate behind the page for its user, and returns the number of rows."""
    from figures.implementation.forms import RatesForm
    from figures.outcomes.queries import sql_parameters
    from figures.outcomes.sql.tally import TALLY
    from figures.scope.visibility import visible_cohorts

    address = QueryDict(page.path.partition("?")[2])
    scope = RatesForm.scope_of(visible_cohorts(get_user_model().objects.get(email=page.who), address), address)
    parameters = sql_parameters(scope, timezone.localdate())

    def run_select() -> int:
        with connection.cursor() as cursor:
            cursor.execute(TALLY, parameters)
            return len(cursor.fetchall())

    return run_select


def cost_with_select(server: WsgiServer, page: BenchPage) -> RatesRound:
    """Return the mean costs of a page and of its SELECT, which are read in turn."""
    request, run_select = partial(server.get, page.path, page.who), make_select(page)
    request()  # what the connection and its caches need is there
    costs = [[cost_of(call) for call in (request, run_select)] for _ in range(pages.REQUESTS)]
    own, select = zip(*costs, strict=True)
    return RatesRound(mean(own).both, mean(select).both)


def measure(host: PlatformHost, sizes: Sequence[int], rounds: int) -> Callable[[Any], list[Any]]:
    import_module("labplatform.wsgi")
    facts: dict[Among, PageFacts] = {}
    costs: RoundsByPage = defaultdict(list)
    with ExitStack() as undo, override_settings(STATEMENTS_CHECKED=0):
        server = WsgiServer()
        platforms = pages.platforms_by_size(
            host, sizes, server, undo, authorities=AUTHORITIES, people=(LAB, ADMIN, MEMBER)
        )
        connect(platforms[min(platforms)])
        page_list = rate_pages()
        for number in range(rounds):
            for size, platform in pages.in_turn(list(platforms.items()), number):
                connect(platform)
                for page in pages.in_turn(page_list, number):
                    among = (page, size)
                    facts[among] = facts.get(among) or measure_facts(server, page.path, page.who)
                    costs[among].append(cost_with_select(server, page))
    return lambda figure: [line for page in page_list for line in lines(figure, page, sizes, facts, costs)]


def lines(
    figure: Any, page: BenchPage, sizes: Sequence[int], facts: dict[Among, PageFacts], costs: RoundsByPage
) -> list[Any]:
    few, many = min(sizes), max(sizes)
    statements = {size: facts[page, size].statements for size in (few, many)}
    here, there = costs[page, many], costs[page, few]
    growth = [now.page / then.page for now, then in zip(here, there, strict=True)]
    goal_of_select = SELECT_RATIO if page == ALL else (None, None)
    goal_of_growth = pages.GROWTH.get(many // few, (None, None)) if has_constant_rows(page) else (None, None)
    return [
        figure(f"{page.what}: statements", [statements[many]], *STATEMENTS, False),
        figure(f"{page.what}: statements more than among {few:,}", [statements[many] - statements[few]], 0, 0, False),
        figure(f"{page.what}: HTML", [facts[page, many].kib], unit="KiB"),
        figure(f"{page.what}: the SELECT", [it.select for it in here], unit="ms"),
        figure(f"{page.what}: ÷ the SELECT", [it.page / it.select for it in here], *goal_of_select, False),
        figure(f"{page.what}: growth from {few:,} to {many:,}", growth, *goal_of_growth, False),
    ]


def has_constant_rows(page: BenchPage) -> bool:
    """Return whether the counted rows stay the same however many other ideas there are."""
    return "edition" in page.path
