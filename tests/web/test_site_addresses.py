"""Absolute URLs of this site, whatever host a request names, and paths in rows of lists."""

import pytest
from django.urls import reverse

from web.site_addresses import absolute_url, path_of


@pytest.mark.parametrize("path", ["/exchanges/2/", "exchanges/2/"])
@pytest.mark.parametrize("base", ["https://lab.example", "https://lab.example/"])
def test_paths_are_appended_to_the_base_url(settings, base: str, path: str):
    settings.BASE_URL = base
    assert absolute_url(path) == "https://lab.example/exchanges/2/"


@pytest.mark.parametrize("keys", [(1, 23), (23, 1)])
def test_paths_are_those_of_reverse(keys: tuple[int, int]):
    assert path_of("exchanges:remove_guest", *keys) == reverse("exchanges:remove_guest", args=keys)
    assert path_of("cohorts:edit_membership", "rivage", 7) == reverse("cohorts:edit_membership", args=["rivage", 7])
