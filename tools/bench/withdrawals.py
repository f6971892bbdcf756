"""How long what is withdrawn can still be read: on its page, in lists, the feed, the latest package and a release.

Requests enter the application in this process; rendered pages are in a Redis that all web processes would share.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import timezone

from tools.faults.platform import PlatformHost

MARKER = "The withdrawn counter"
OTHERS = 50  # pages that stay public


def measure(host: PlatformHost, rounds: int) -> Callable[[Any], list[Any]]:
    """Measure how long a withdrawn page can still be read, in each place where it was public, in `rounds` runs."""
    with host.start_platform() as platform, override_settings(CACHES=redis_cache(platform.redis.url)):
        logging.disable(logging.WARNING)  # each 410, and who withdraws, would be printed between the figures
        spent = [withdraw() for _ in range(rounds)]
        logging.disable(logging.NOTSET)

    def figures(figure: Any) -> list[Any]:
        return [figure(f"withdrawn: {what}", [each[what] for each in spent], unit="s") for what in spent[0]]

    return figures


def redis_cache(url: str) -> dict[str, Any]:
    return {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}}


def withdraw() -> dict[str, float]:
    """Publish a page among others, read it everywhere, withdraw it, and return after how many seconds it was gone."""
    from opendata.actions import make_release
    from opendata.models import Release
    from opendata.tasks import update_releases
    from publications.models import Publication
    from tests.factories.accounts import UserFactory, signed_in
    from tests.factories.publications import PublicationFactory

    cache.clear()
    if not Publication.objects.exists():
        PublicationFactory.create_batch(OTHERS, state="published")
    row = PublicationFactory(state="published", title_fr=MARKER, title_en=MARKER)
    at = timezone.now()
    day = at.date() - timedelta(days=Release.objects.count())  # one of each day
    release = make_release(edition=None, as_of=day, by=None, at=at)
    paths = {
        "page": row.public_url("fr"),
        "list": "/public/fr/",
        "feed": "/public/fr/feed.atom",
        "latest package": "/public/data/all/latest/publications.csv",
        "release": release.package_path.replace("package.zip", "publications.csv"),
    }
    assert all(MARKER in read(path) for _ in range(2) for path in paths.values())  # the second time from the cache
    client = signed_in(UserFactory(is_lab_staff=True))
    begun = time.perf_counter()
    answer = client.post(f"/publications/{row.pk}/withdraw/", {"reason": "An error"})
    assert answer.status_code == 302, answer.content
    spent = {"request of who withdraws": time.perf_counter() - begun}
    for what, path in paths.items():
        while MARKER in read(path):
            time.sleep(0.01)
        spent[f"gone from {what}"] = time.perf_counter() - begun
    update_releases()
    spent["release without it, by the task (each minute)"] = time.perf_counter() - begun
    return spent


def read(path: str) -> str:
    """Return what anyone reads at an address now."""
    return str(Client().get(path).content.decode(errors="replace"))
