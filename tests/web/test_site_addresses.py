"""Addresses as others read them lead to this site, whatever was asked."""

import pytest

from web.site_addresses import absolute


@pytest.mark.parametrize("path", ["/exchanges/2/", "exchanges/2/"])
@pytest.mark.parametrize("base", ["https://lab.example", "https://lab.example/"])
def test_paths_go_below_the_base_address(settings, base: str, path: str):
    settings.BASE_URL = base
    assert absolute(path) == "https://lab.example/exchanges/2/"
