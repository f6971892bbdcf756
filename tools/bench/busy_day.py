"""The busiest hour of a large platform: a thousand authorities, fifty thousand people, a hundred thousand ideas.

People read and write through two web processes, at one rate of requests after the other. Response time is counted from
when a request was due, so time in the queue counts. When the first rate begins, an Intertransfo is announced to ten
thousand people, whose e-mails one worker and one beat send. The demonstration is copied for it, without its history.
Once they have left, requests alone tell what one takes of a processor, and so what an e-mail takes.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final, NamedTuple
from uuid import uuid4

from tools.bench.memory import start_web
from tools.faults.platform import PlatformHost, free_port, wait_for
from tools.faults.uploads import SignedInClient, sign_in_client


class Budget(NamedTuple):
    """What a figure must be at most, and what is aimed at."""

    must: float | None
    aim: float | None


# A third of the people open eight pages in eight hours; two and a half times as many in the busiest hour.
BUSIEST_HOUR: Final = 12  # requests per second
RATES: Final = (BUSIEST_HOUR, 20, 30, 40, 50)
AT_ONCE: Final = 200  # requests that may wait for their answer
WRITES: Final = 0.1
WARM_UP: Final = 15  # one member in so many opens each page before: the processes have run since the morning
RESPONSE_SECONDS: Final = Budget(must=2, aim=1)  # in which 95 of 100 requests of the busiest hour are answered
ANNOUNCEMENT_MINUTES: Final = Budget(must=15, aim=5)  # until the last e-mail of an announcement has left
ERRORS: Final = Budget(must=0, aim=0)  # in the busiest hour
NO_BUDGET: Final = Budget(must=None, aim=None)
SEED: Final = 2026


@dataclass(frozen=True, slots=True)
class Scenario:
    """How large the platform is, at which rates of requests a second it is used, and for how many seconds each."""

    authorities: int = 1_000
    people: int = 50_000
    ideas: int = 100_000
    invited: int = 10_000
    clients: int = 300
    seconds: int = 60
    rates: tuple[int, ...] = RATES


SMALLEST: Final = Scenario(authorities=10, people=300, ideas=300, invited=20, clients=4, seconds=2, rates=(2,))


@dataclass
class RateResult:
    """What happened at one rate: the response time of each request, and the number of errors by path and status."""

    response_seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def percentile(self, percent: int) -> float:
        """Return the seconds within which this percentage of requests was answered."""
        return quantiles(self.response_seconds, n=100)[percent - 1]


def measure(host: PlatformHost, scenario: Scenario) -> Callable[[Any], list[Any]]:
    """Play the hour once, and return how long people waited, what failed and when the last e-mail left."""
    with host.start_platform(host.demonstration()) as platform:
        fill(scenario)
        exchange = exchange_to_announce(scenario.invited)
        port = free_port()
        web = start_web(platform, port).pid
        platform.start_mail_server(pause=0.005)
        worker = platform.start_worker("--concurrency", "1", app="labplatform").pid
        platform.start_beat(app="labplatform.scheduler")
        postgres = int((platform.cluster.data / "postmaster.pid").read_text().splitlines()[0])
        visits = list(planned_visits(port, scenario.clients))
        wait_for(lambda: visits[0].client.get("/") == 200, "the web server")
        open_each_page(visits[::WARM_UP])
        minutes: list[float] = []
        sending = threading.Thread(target=lambda: minutes.append(minutes_to_announce(exchange, scenario.invited)))
        results = {}
        with ProcessorTime(web, worker, postgres) as mixed:
            sending.start()
            for rate in scenario.rates:
                results[rate] = run_at_rate(visits, rate, scenario.seconds)
            sending.join()
        with ProcessorTime(web, worker, postgres) as alone:
            count = len(run_at_rate(visits, BUSIEST_HOUR, scenario.seconds).response_seconds)
        web_part, _, postgres_part = (1000 * seconds / count for seconds in alone.seconds)
        of_requests = postgres_part / 1000 * sum(len(result.response_seconds) for result in results.values())
        worker_part = 1000 * mixed.seconds[1] / scenario.invited
        postgres_part_of_email = 1000 * (mixed.seconds[2] - of_requests) / scenario.invited

    def figures(figure: Any) -> list[Any]:
        parts = {
            "a request, web": web_part,
            "a request, PostgreSQL": postgres_part,
            "an e-mail, worker": worker_part,
            "an e-mail, PostgreSQL": postgres_part_of_email,
        }
        rows = [figure(f"processor time of {what}", [part], unit="ms") for what, part in parts.items()]
        rows += [figure(f"minutes until {scenario.invited:,} e-mails have left", minutes, *ANNOUNCEMENT_MINUTES, False)]
        for rate, result in results.items():
            seconds, errors = result.response_seconds, result.errors
            is_usual = rate <= BUSIEST_HOUR
            response_budget, error_budget = (RESPONSE_SECONDS, ERRORS) if is_usual else (NO_BUDGET, NO_BUDGET)
            rows += [
                figure(f"{rate} a second: half are answered within", [median(seconds)], unit="s"),
                figure(
                    f"{rate} a second: 95 of 100 are answered within",
                    [result.percentile(95)],
                    *response_budget,
                    False,
                    "s",
                ),
                figure(
                    f"{rate} a second: errors of {len(seconds):,} {dict(errors) or ''}",
                    [errors.total()],
                    *error_budget,
                    False,
                ),
            ]
        return rows

    return figures


class ProcessorTime:
    """The processor seconds that processes with all their children, also ended ones, take inside the block."""

    def __init__(self, *pids: int) -> None:
        self.pids = pids

    def __enter__(self) -> "ProcessorTime":
        self.before = [processor_seconds(pid) for pid in self.pids]
        return self

    def __exit__(self, *_error: object) -> None:
        after = [processor_seconds(pid) for pid in self.pids]
        self.seconds = [end - begin for begin, end in zip(self.before, after, strict=True)]


def processor_seconds(pid: int) -> float:
    """Return the processor seconds of a process and its children so far; those of ended children are in its own."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(") ")[2].split()
        except OSError:  # it has just ended
            continue
        if int(path.parent.name) == pid or int(fields[1]) == pid:
            ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


# --- the platform ----------------------------------------------------------------------------------------------------


def fill(scenario: Scenario) -> None:
    """Copy the demonstration up to this size, and add members to the copied cohorts up to so many people."""
    from django.db import connection

    from labplatform.demo.copies import copy_ideas

    copy_ideas(scenario.ideas, authorities=scenario.authorities)
    add_people(scenario.people)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def add_people(total: int) -> None:
    """Add relays to running cohorts, one after the other, until there are so many people; no trigger fires."""
    from django.db import connection, transaction
    from django.utils import timezone

    from accounts.models import User
    from cohorts.models import Cohort, Membership

    today = timezone.localdate()
    cohorts = list(Cohort.objects.filter(retrospective=False).order_by("pk"))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        people = User.objects.bulk_create(
            (
                User(email=f"relay-{number}@people.example", full_name=f"Relais {number}", password="!")
                for number in range(max(0, total - User.objects.count()))
            ),
            batch_size=5_000,
        )
        Membership.objects.bulk_create(
            (
                Membership(cohort=cohorts[number % len(cohorts)], user=user, role="relay", starts_on=today)
                for number, user in enumerate(people)
            ),
            batch_size=5_000,
        )
        cursor.execute("SET LOCAL session_replication_role = origin")


def exchange_to_announce(invited: int) -> Any:
    """Return a confirmed Intertransfo of a new edition with so many active members, in 60 days."""
    from django.utils import timezone

    from accounts.models import User
    from cohorts.models import Membership
    from tests.factories.cohorts import CohortFactory
    from tests.factories.exchanges import ExchangeFactory, format_with_reminder_schedule
    from tests.factories.programmes import EditionFactory

    today = timezone.localdate()
    cohort = CohortFactory(edition=EditionFactory(format=format_with_reminder_schedule()))
    people = list(User.objects.filter(is_lab_staff=False, is_active=True, closed_at=None).order_by("-pk")[:invited])
    assert len(people) == invited
    Membership.objects.bulk_create(
        Membership(cohort=cohort, user=user, role="relay", starts_on=today) for user in people
    )
    return ExchangeFactory(
        edition=cohort.edition, host=cohort, state="host_confirmed", first_day=today + timedelta(days=60)
    )


def minutes_to_announce(exchange: Any, invited: int) -> float:
    """Announce the exchange, and return after how many minutes the last e-mail about it had left."""
    from django.db import connection
    from django.utils import timezone

    from accounts.models import User
    from exchanges.lifecycle.actions import announce_exchange
    from notifications.models import Delivery

    begun = time.monotonic()
    announce_exchange(exchange=exchange, at=timezone.now(), by=User.objects.get(email="lab@demo.example"))
    about = {"items__reminder__kind": "exchange", "items__reminder__object_id": exchange.pk}
    sent = Delivery.objects.filter(state="sent", **about)
    wait_for(lambda: sent.count() >= invited, "the e-mails of the announcement", 3600, pause=2)
    connection.close()
    return (time.monotonic() - begun) / 60


# --- the people ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Visit:
    """A signed-in member with the pages they open, more often those that are listed twice, and what they write."""

    client: SignedInClient
    pages: Sequence[str]
    idea: int
    cohort: int
    today: str

    def act(self, chance: random.Random) -> tuple[str, int]:
        """Open a page or write something; return what it was, and the status if it is not the one of success."""
        if chance.random() >= WRITES:
            path = chance.choice(self.pages)
            status = self.client.get(path)
            return path, 0 if status == 200 else status or -1
        form: dict[str, str] = {"idempotency_key": str(uuid4())}
        if chance.random() < 0.5:
            path, form = f"/ideas/{self.idea}/comments/new/", form | {"text": "Le guichet du samedi y gagnerait."}
        else:
            target = {"target": f"cohort-{self.cohort}", "on": self.today, "precision": "day"}
            path, form = "/ideas/new/", form | target | {"title": "Un guichet de plus"}
        status = self.client.post(path, form, {})
        return path, 0 if status == 302 else status or -1


def planned_visits(port: int, count: int) -> Iterator[Visit]:
    """Yield so many members of different cohorts, who add work there, signed in."""
    from django.utils import timezone

    from cohorts.models import Membership
    from prototypes.models import Idea

    today = timezone.localdate()
    members = Membership.objects.active(today).filter(
        cohort__retrospective=False, role__in=["ambassador", "pilot", "resident"]
    )
    by_cohort = {row.cohort: row.user for row in members.select_related("user", "cohort").order_by("-pk")}
    ideas = dict(Idea.objects.filter(cohort__in=by_cohort).order_by("-pk").values_list("cohort", "pk"))
    chosen = sorted((cohort for cohort in by_cohort if cohort.pk in ideas), key=lambda cohort: cohort.pk)
    for cohort in chosen[:: max(1, len(chosen) // count)][:count]:
        client = sign_in_client(by_cohort[cohort], port)
        yield Visit(client, paths_of(cohort, ideas[cohort.pk]), ideas[cohort.pk], cohort.pk, today.isoformat())


def paths_of(cohort: Any, idea: int) -> list[str]:
    """Return the pages that a member opens, those opened most often several times."""
    usual = ["/", "/ideas/", f"/ideas/{idea}/", cohort.get_absolute_url()]
    return [*usual * 3, "/calendar/", "/exchanges/", "/search/?q=accueil", "/ideas/?q=guichet", "/rates/", "/field/"]


def open_each_page(visits: Sequence[Visit]) -> None:
    """Open all pages of these members, so that templates and statements are in the caches of the web processes."""
    for visit in visits:
        for path in set(visit.pages):
            visit.client.get(path)


def run_at_rate(visits: Sequence[Visit], rate: int, seconds: int) -> RateResult:
    """Let people act at this rate for so many seconds, each at a moment drawn in advance."""
    chance, result = random.Random(SEED + rate), RateResult()
    due = sorted(chance.uniform(0, seconds) for _ in range(rate * seconds))
    begun = time.monotonic()

    def act(moment: float, visit: Visit, own_chance: random.Random) -> None:
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        path, wrong = visit.act(own_chance)
        result.response_seconds.append(time.monotonic() - begun - moment)
        if wrong:
            result.errors[f"{path} {wrong}"] += 1

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for moment in due:
            pool.submit(act, moment, chance.choice(visits), random.Random(chance.random()))
    return result
