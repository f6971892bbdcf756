"""What the rates cost among a thousand ideas and among a hundred thousand, beside the one aggregate they need.

That floor is the tally of the same scope, counted directly and fetched. Pages are asked for as `pages` does, with what
is counted ahead of everything missing, and kept. An authority's own ideas grow with the rest; an edition's do not.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db import connection
from django.http import QueryDict
from django.test import override_settings
from django.utils import timezone

from tools.bench import pages
from tools.bench.pages import LAB, MEMBER, Facts, Page, Server
from tools.faults.stage import House, connect

ADMIN: Final = "admin@demo.example"
AUTHORITIES: Final = 100
STATES: Final = ("missing", "kept")  # what is counted ahead
BESIDE: Final = (3.0, 2.0)  # the page over all ideas ÷ the SELECT: what must hold, and the aim
STATEMENTS: Final = (10, 8)

ALL: Final = Page("rates, as the lab", "/rates/")
Among = tuple[Page, int, str]  # a page among so many ideas, with what is counted ahead missing or kept


@dataclass(frozen=True, slots=True)
class Round:
    """Milliseconds of processor time, PostgreSQL's included: of the page, and of the SELECT."""

    page: float
    select: float


Rounds = dict[Among, list[Round]]


def asked() -> list[Page]:
    from cohorts.models import Membership

    edition = Membership.objects.filter(user__email=MEMBER).order_by("pk")[0].cohort.edition
    return [
        ALL,
        Page("rates of an edition, as the lab", f"/rates/?edition={edition.slug}"),
        Page("rates, as an admin", "/rates/", who=ADMIN),
        Page("rates of an edition, as a member", f"/rates/?edition={edition.slug}", who=MEMBER),
    ]


def keep(state: str) -> None:
    """What the lab's page is counted from, as the beat keeps it, or nothing."""
    from figures.models import RatesRollup
    from figures.outcomes.queries import rolled_up
    from figures.scope.selection import EVERYTHING

    RatesRollup.objects.all().delete()
    if state == "kept":
        rolled_up(EVERYTHING, timezone.localdate()).save()


def select(page: Page) -> Callable[[], int]:
    """The aggregate of what the page counts, for whom it counts it; answers how many rows it has."""
    from figures.implementation.forms import RatesForm
    from figures.outcomes.queries import asked_of
    from figures.outcomes.sql.tally import TALLY
    from figures.scope.visibility import reach_of

    address = QueryDict(page.path.partition("?")[2])
    scope = RatesForm.scope_of(reach_of(get_user_model().objects.get(email=page.who), address), address)
    parameters = asked_of(scope, timezone.localdate())

    def done() -> int:
        with connection.cursor() as cursor:
            cursor.execute(TALLY, parameters)
            return len(cursor.fetchall())

    return done


def beside_its_select(server: Server, page: Page) -> Round:
    server.get(page.path, page.who)  # what the connection and its caches need is there
    act = select(page)
    own, before = pages.cost(server, page.path, page.who).both, pages.spent().both
    for _ in range(pages.REQUESTS):
        act()
    return Round(own, (pages.spent().both - before) / pages.REQUESTS)


def measure(house: House, sizes: Sequence[int], rounds: int) -> Callable[[Any], list[Any]]:
    import_module("labplatform.wsgi")
    facts: dict[Among, Facts] = {}
    costs: Rounds = defaultdict(list)
    with ExitStack() as undo, override_settings(STATEMENTS_CHECKED=0):
        server = Server()
        stages = pages.grown(house, sizes, server, undo, authorities=AUTHORITIES, people=(LAB, ADMIN, MEMBER))
        connect(stages[min(stages)])
        found = asked()
        for number in range(rounds):
            for size, stage in pages.in_turn(list(stages.items()), number):
                connect(stage)
                for state in STATES:
                    keep(state)
                    for page in pages.in_turn(found, number):
                        among = (page, size, state)
                        facts[among] = facts.get(among) or pages.counted(server, page)
                        costs[among].append(beside_its_select(server, page))
    return lambda figure: [line for page in found for line in lines(figure, page, sizes, facts, costs)]


def lines(figure: Any, page: Page, sizes: Sequence[int], facts: dict[Among, Facts], costs: Rounds) -> list[Any]:
    few, many = min(sizes), max(sizes)
    counts = {at: [facts[page, at, state].statements for state in STATES] for at in (few, many)}
    more = max(after - before for before, after in zip(counts[few], counts[many], strict=True))
    found = [
        figure(f"{page.what}: statements", [max(counts[many])], *STATEMENTS, False),
        figure(f"{page.what}: statements more than among {few:,}", [more], 0, 0, False),
        figure(f"{page.what}: HTML", [facts[page, many, "kept"].kib], unit="KiB"),
        figure(f"{page.what}: the SELECT", [it.select for it in costs[page, many, "missing"]], unit="ms"),
    ]
    for state in STATES:
        beside = BESIDE if page == ALL else (None, None)
        here, there = costs[page, many, state], costs[page, few, state]
        found.append(
            figure(f"{page.what}, {state}: ÷ the SELECT", [it.page / it.select for it in here], *beside, False)
        )
        growth = [now.page / then.page for now, then in zip(here, there, strict=True)]
        goal = pages.GROWTH.get(many // few, (None, None)) if holds_still(page, state) else (None, None)
        found.append(figure(f"{page.what}, {state}: growth from {few:,} to {many:,}", growth, *goal, False))
    return found


def holds_still(page: Page, state: str) -> bool:
    """Whether what is counted when it is asked for stays as it was, however much there is beside it."""
    return (state == "kept" and page.who == LAB) or "edition" in page.path
