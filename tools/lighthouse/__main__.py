"""`make lighthouse`: Lighthouse on a phone profile, on pages of the platform as in production, with the demonstration's
rows. ARGS="--only ideas,rates" selects pages.

Prints a table, and below it what costs points. A page that misses a goal is measured twice more: its middle run counts.
Exits with 1 when a goal is missed.
"""

import argparse
import sys
from collections.abc import Sequence

from tools.lighthouse import pages, reports
from tools.lighthouse.pages import MeasuredPage
from tools.lighthouse.reports import Report, measure
from tools.scans.platform import RunningPlatform, platform

LAB_STAFF = "lab@demo.example"
ROW = "{:26} {:>11} {:>13} {:>14} {:>4} {:>8} {:>6}"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make lighthouse", description=__doc__)
    parser.add_argument("--only", type=lambda text: text.split(","), default=[], help="pages by name, with commas")
    only = parser.parse_args(arguments).only
    print(ROW.format("page", *reports.GOALS, "requests", "KiB"), flush=True)
    with platform([LAB_STAFF], application="tools.lighthouse.wsgi") as served:
        results = [(page, _print(page, measure_page(page, served))) for page in pages.select_pages(served, only)]
    missed = [page.name for page, report in results if report.missed(page.goals)]
    print(f"goals missed: {', '.join(missed)}" if missed else f"all {len(results)} pages reach their goals")
    return 1 if missed or not results else 0


def measure_page(page: MeasuredPage, served: RunningPlatform) -> Report:
    """Return the report of a page: the first when it reaches its goals, else the middle one of three."""
    _signed_out, lab_staff = served.people
    address, cookies = served.address + page.path, lab_staff.cookies if page.signed_in else ""
    first = measure(address, cookies)
    return middle([first, measure(address, cookies), measure(address, cookies)]) if first.missed(page.goals) else first


def middle(runs: Sequence[Report]) -> Report:
    """Return the run whose performance is in the middle."""
    return sorted(runs, key=lambda report: report.scores["performance"])[len(runs) // 2]


def _print(page: MeasuredPage, report: Report) -> Report:
    scores = [report.scores[name] if name in page.goals else "" for name in reports.GOALS]
    print(ROW.format(page.name, *scores, report.requests, f"{report.bytes / 1024:.0f}"), flush=True)
    for name in page.goals:
        for line in report.complaints[name]:
            print(f"    {name}: {line}", flush=True)
    return report


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
