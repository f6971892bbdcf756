"""`make bench`: prints each figure as a median with its smallest and largest round and the load.

The first line says when, how, with which interpreter and on what it is measured. All that is printed is also written to
a file of `var/bench/`, named by date and time. See docs/performance.md for what the figures mean.
"""

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import django

from tools.faults.platform import ROOT, platform_host

PAUSES = (0.005, 0.0)  # seconds per reply: a mail server somewhere else, and one that costs nothing
FEW = ("200", "300")
OUTPUT_FOLDER = ROOT / "var" / "bench"
STEPS = ("emails", "claim", "pages", "exports", "rates", "lists", "planner", "memory", "withdrawal", "day")
SMALLEST = (
    *("--emails", "10", "--rows", "1000", "--rounds", "1"),
    *("--ideas", *FEW, "--export", FEW[0], "--rates", FEW[0], "--lists", FEW[0], "--requests", "6"),
)


@dataclass(frozen=True)
class Figure:
    """One line of the table; `goal` compares the median, `least` says on which side it has to be."""

    what: str
    rounds: Sequence[float]
    must: float | None = None
    aim: float | None = None
    least: bool = True
    unit: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def is_within_budget(self) -> bool:
        return self.must is None or (self.median >= self.must if self.least else self.median <= self.must)

    def line(self) -> str:
        sign = "≥" if self.least else "≤"
        must = f"{sign} {self.must:g}" if self.must is not None else ""
        aim = f"{sign} {self.aim:g}" if self.aim is not None else ""
        word = "" if self.must is None else ("ok" if self.is_within_budget else "RED")
        values = f"{self.median:>9.2f} {min(self.rounds):>9.2f} {max(self.rounds):>9.2f} {self.unit:<5}"
        return f"{self.what:<58} {values} {must:>6} {aim:>6} {load():>6} {word}"


@contextmanager
def without_platform() -> Iterator[None]:
    """Load the models without a database, for figures that need no platform."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labplatform.settings.test")
    django.setup()
    yield


def load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--emails", type=int, default=600)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--ideas", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--export", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rates", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--lists", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--requests", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=STEPS)
    parser.add_argument("--peers", action="store_true", help="also the pages of pretalx, which is installed for it")
    parser.add_argument(
        "--smallest", action="store_true", help="one round over a handful of rows: shows that it runs, judges no figure"
    )
    options = parser.parse_args([*SMALLEST, *words] if "--smallest" in words else words)
    if options.peers and options.only not in (None, "pages"):
        parser.error("--peers needs the figure 'pages': leave out --peers, or use --only pages.")
    return options


def main(words: Sequence[str]) -> int:
    options = parse(words)
    OUTPUT_FOLDER.mkdir(parents=True, exist_ok=True)
    output = OUTPUT_FOLDER / f"{time.strftime('%Y-%m-%d-%H%M%S')}.txt"
    show = partial(show_and_save, output)
    show(circumstances(words))
    return run(options, show)


def circumstances(words: Sequence[str]) -> str:
    """Return date and time, command, interpreter and number of processors as one line."""
    command = f'make bench ARGS="{" ".join(words)}"' if words else "make bench"
    interpreter = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{time.strftime('%Y-%m-%d %H:%M')}, {command}, {interpreter}, {os.cpu_count()} processors"


def show_and_save(output: Path, line: str) -> None:
    """Print the line, and append it to the file `output`."""
    print(line, flush=True)
    with output.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def run(options: argparse.Namespace, show: Callable[[str], None]) -> int:
    """Measure what the options name and show each figure; return 1 if one is outside its budget, else 0."""
    show(f"{'':<58} {'median':>9} {'min':>9} {'max':>9} {'':<5} {'must':>6} {'aim':>6} {'load':>6}")
    red: list[str] = []
    with without_platform() if options.only == "planner" else platform_host() as host:
        from tools.bench import editions, planner, sessions

        steps: list[Callable[[], Callable[[type[Figure]], list[Figure]]]] = []
        if options.only != "planner":  # which needs no platform
            from tools.bench import (
                busy_day,
                claims,
                exports,
                lists,
                memory,
                pages,
                peers,
                rates,
                throughput,
                withdrawals,
            )

            pages.REQUESTS = 1 if options.smallest else pages.REQUESTS
            usual = {
                "pages": partial(pages.measure, host, options.ideas, options.rounds),
                "exports": partial(exports.measure, host, options.export, options.rounds),
                "withdrawal": partial(withdrawals.measure, host, options.rounds),
            }
            rare = {  # they take minutes, unless at the smallest size
                "rates": partial(rates.measure, host, options.rates, options.rounds),
                "lists": partial(lists.measure, host, options.lists, options.rounds),
                "memory": partial(memory.measure, host, options.requests, options.rounds),
                "day": partial(busy_day.measure, host, busy_day.SMALLEST if options.smallest else busy_day.Scenario()),
            }
            measured = {**usual, **rare} if options.smallest or options.only else usual
            steps += [step for name, step in measured.items() if options.only in (None, name)]
            if options.peers:
                steps.append(partial(peers.measure, host, options.ideas, options.rounds))
        if options.only in (None, "planner"):
            steps.append(partial(planner.measure, 3 if options.smallest else 10, options.rounds))
            sizes = [(3, 9, 2)] if options.smallest else [(10, 30, 1), (10, 12, 4)]
            steps += [partial(editions.measure, *size, options.rounds) for size in sizes]
            steps.append(partial(sessions.measure, *((3, 4) if options.smallest else (10, 12)), options.rounds))
        if options.only in (None, "claim"):
            steps.append(partial(claims.measure, host, options.rows, options.rounds))
        if options.only in (None, "emails"):
            pauses = PAUSES[:1] if options.smallest else PAUSES
            steps += [partial(throughput.measure, host, options.emails, options.rounds, pause) for pause in pauses]
        for step in steps:
            for figure in step()(Figure):
                show(figure.line())
                red += [] if figure.is_within_budget or options.smallest else [figure.what]
    if options.smallest:
        show("Everything ran at its smallest size; no figure was judged.")
        return 0
    show(f"Out of its budget: {', '.join(red)}." if red else "Everything is within its budget.")
    return 1 if red else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
