"""The pages that are measured: the main ones as lab staff, and one of each kind that anyone reads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from urllib.request import urlopen

from tools.lighthouse.reports import GOALS
from tools.scans.platform import RunningPlatform, run_in

# robots.txt closes all but the pages below /public/.
NOT_INDEXED: Final = {name: goal for name, goal in GOALS.items() if name != "seo"}
OBJECTS: Final = """
from cohorts.models import Cohort
from exchanges.models import Exchange
from programmes.models import Edition
from prototypes.models import Idea
for name, model in {"idea": Idea, "exchange": Exchange, "cohort": Cohort, "edition": Edition}.items():
    print("object", name, model.objects.order_by("pk").first().get_absolute_url())
"""
SIGNED_IN: Final = {
    "home": "/",
    "ideas": "/ideas/",
    "rates": "/rates/",
    "network": "/network/",
    "calendar": "/calendar/",
}
PUBLIC: Final = {
    "sign-in": "/accounts/login/",
    "field": "/field/",
    "public home": "/public/fr/",
    "public figures": "/public/fr/figures/",
    "card to embed": "/public/fr/figures/embed/",
    "list of calls": "/public/fr/calls/",
    "open data": "/public/fr/data/",
    "accessibility": "/accessibility/",
    "personal data": "/privacy/",
}
LOCATION: Final = re.compile(r"<loc>([^<]+)</loc>")
DATASET: Final = re.compile(r'"(/public/fr/data/[^"]+/)"')
KIND: Final = re.compile(r"/public/fr/([a-z-]+)/[^/]+/")


@dataclass(frozen=True)
class MeasuredPage:
    """A page: what the table calls it, its path, who opens it, and its goals by category."""

    name: str
    path: str
    signed_in: bool
    goals: Mapping[str, int]


def select_pages(served: RunningPlatform, names: Sequence[str]) -> list[MeasuredPage]:
    """Return the pages with these names; all without any. Ends the program when no page has one of the names."""
    lines = run_in(["manage.py", "shell", "-v", "0", "-c", OBJECTS], served.environment).splitlines()
    objects = dict(line.split()[1:] for line in lines if line.startswith("object "))
    public = PUBLIC | one_of_each_kind(_read(f"{served.address}/public/sitemap.xml"))
    public["open data of one edition"] = DATASET.findall(_read(served.address + PUBLIC["open data"]))[0]
    pages = [
        MeasuredPage(name, path, signed_in=True, goals=NOT_INDEXED) for name, path in (SIGNED_IN | objects).items()
    ]
    pages += [
        MeasuredPage(name, path, signed_in=False, goals=GOALS if path.startswith("/public/") else NOT_INDEXED)
        for name, path in public.items()
    ]
    if unknown := set(names) - {page.name for page in pages}:
        raise SystemExit(
            f"No page has the name {', '.join(sorted(unknown))}: {', '.join(page.name for page in pages)}."
        )
    return [page for page in pages if page.name in names] if names else pages


def one_of_each_kind(sitemap: str) -> dict[str, str]:
    """Return the first French page of each kind in the sitemap, by “public” and its kind."""
    paths = (urlsplit(address).path for address in LOCATION.findall(sitemap))
    kinds: dict[str, str] = {}
    for path in paths:
        if match := KIND.fullmatch(path):
            kinds.setdefault(f"public {match[1]}", path)
    return kinds


def _read(address: str) -> str:
    with urlopen(address, timeout=30) as response:  # noqa: S310 - loopback
        return str(response.read().decode())
