"""The cost of every list among a thousand ideas and among a hundred thousand, with as many e-mails.

Sessions, tests, cohorts, invitations and commitments grow with the ideas, whose editions are copied. The list of one
cohort stays as long as it is: it must not cost more when there are more cohorts.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final

from django.db.models import Count

from tools.bench import pages
from tools.bench.claims import add_emails
from tools.bench.pages import MEMBER, BenchPage
from tools.faults.platform import PlatformHost

AUTHORITIES: Final = 100
LAB_ONLY: Final = ("calls", "e-mails")
# What people do with a list, on the longest one: sort by an index, and without one; choose columns; search.
CHOICES: Final = {
    "sorted by an index": "sort=last-update",
    "asked to sort without one": "sort=-title",
    "all columns": "columns=challenge.accepted.tests.summary",
    "keyword": "q=accueil",
}


def measure(host: PlatformHost, sizes: Sequence[int], rounds: int) -> Callable[[Any], list[Any]]:
    """Measure the page of every list with each of these numbers of ideas and e-mails."""
    fill = partial(_add_emails_up_to, done=[0])
    return pages.measure(host, sizes, rounds, pages_of=lambda: list(list_pages()), fill=fill, authorities=AUTHORITIES)


def _add_emails_up_to(size: int, *, done: list[int]) -> None:
    """Add e-mails to the present platform until there are `size` of them; `done` ends with how many the one before has,
    of which the present one is a copy.
    """
    add_emails(done[-1] + 1, size)
    done.append(size)


def list_pages() -> Iterator[BenchPage]:
    """Yield the page of every list as the lab sees it; of lists of a cohort, for the one with most ideas, and of
    participants, where most of them are.
    """
    from cohorts.models import Cohort, Session
    from exchanges.models import Exchange
    from web.lists.declarations import lists, no_subject

    def fullest(rows: Any, of: str) -> Any:
        return rows.filter(retrospective=False).annotate(held=Count(of)).order_by("-held", "pk")[0]

    cohort = fullest(Cohort.objects, "ideas")
    keys = {
        "participants": str(fullest(Exchange.objects, "registrations").pk),
        "session-participants": str(fullest(Session.objects, "days__attendances").pk),
    }
    for slug, of_list in lists.items():
        address = of_list.href("" if of_list.subject is no_subject else keys.get(slug, cohort.slug))
        yield BenchPage(f"list of {slug}", address)
        if of_list.subject is no_subject and slug not in LAB_ONLY:
            yield BenchPage(f"list of {slug}, of a member", address, who=MEMBER)
    for name, query in CHOICES.items():
        yield BenchPage(f"list of ideas, {name}", f"{lists['ideas'].href()}?{query}")
