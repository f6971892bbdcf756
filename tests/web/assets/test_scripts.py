"""A page without a chart loads at most 60 KiB of compressed scripts."""

import gzip
import re
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, normpath
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from tests.factories.cast import Cast
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import IdeaFactory

LIMIT = 60 * 1024
PAGES = ("/", "/ideas/", "/calendar/", "/cohorts/{cohort}/", "/ideas/{idea}/", "/ideas/{idea}/comments/", "/field/")
IMPORTED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']+)["']""")


class ScriptReader(HTMLParser):
    """Collects the addresses of a page's scripts, and of the component that the script of the calendar loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        found = values.get("src") if tag == "script" else values.get("data-component")
        if tag == "link" and values.get("rel") == "modulepreload":
            found = values.get("href")
        if found:
            self.addresses.add(urlsplit(found).path)


def content_of(name: str) -> bytes:
    """Return the content of the static file with this name."""
    return Path(str(finders.find(name))).read_bytes()


def with_imports(names: set[str]) -> set[str]:
    """Return the names of these scripts and of the modules that they import, also later."""
    found, new = set(names), set(names)
    while new:
        imported = {(name, path) for name in new for path in IMPORTED.findall(content_of(name).decode())}
        new = {normpath(f"{dirname(name)}/{path}") for name, path in imported} - found
        found |= new
    return found


def scripts_of(page: str) -> set[str]:
    """Return the names of all scripts that the page loads."""
    return with_imports({address.removeprefix(settings.STATIC_URL) for address in ScriptReader(page).addresses})


@pytest.mark.parametrize("address", PAGES)
def test_page_loads_at_most_sixty_kibibytes_of_scripts(address: str, cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    CommentFactory(idea=idea)
    client = Client()
    client.force_login(cast["P"])
    page = client.get(address.format(cohort=cast.cohort.slug, idea=idea.pk))
    assert page.status_code == 200
    sizes = {name: len(gzip.compress(content_of(name))) for name in scripts_of(page.content.decode())}
    assert "js/field/store.js" in sizes  # which every page imports: first or later
    assert sum(sizes.values()) <= LIMIT, sizes


def test_modules_are_counted_with_what_they_import():
    expected = {"js/field/leaving.js", "js/field/store.js", "js/field/vault.js", "vendor/idb.js"}
    assert with_imports({"js/page.js"}) == expected | {"js/page.js"}
