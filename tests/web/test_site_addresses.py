"""Absolute URLs of this site, whatever host a request names."""

import pytest

from web.site_addresses import absolute_url


@pytest.mark.parametrize("path", ["/exchanges/2/", "exchanges/2/"])
@pytest.mark.parametrize("base", ["https://lab.example", "https://lab.example/"])
def test_paths_are_appended_to_the_base_url(settings, base: str, path: str):
    settings.BASE_URL = base
    assert absolute_url(path) == "https://lab.example/exchanges/2/"
