"""Absolute URLs of this site, whatever host a request names, and paths in rows of lists."""

from typing import Any

import pytest
from django.urls import get_resolver, reverse
from django.urls.converters import IntConverter, SlugConverter

from web.site_addresses import absolute_url, cached_reverse

KEYS: dict[type, Any] = {IntConverter: 7, SlugConverter: "rivage-"}


@pytest.mark.parametrize("path", ["/exchanges/2/", "exchanges/2/"])
@pytest.mark.parametrize("base", ["https://lab.example", "https://lab.example/"])
def test_paths_are_appended_to_the_base_url(settings, base: str, path: str):
    settings.BASE_URL = base
    assert absolute_url(path) == "https://lab.example/exchanges/2/"


def routes() -> dict[str, list[int | str]]:
    """Return each route of the platform whose keys are ids and slugs, with keys of the right kind."""
    apps = {f"{app}:": resolver for app, (_prefix, resolver) in get_resolver().namespace_dict.items()}
    rows = {}
    for app, resolver in {"": get_resolver(), **apps}.items():
        for name in filter(lambda name: isinstance(name, str), resolver.reverse_dict):
            [(_path, parameters), *_others], _pattern, _defaults, converters = resolver.reverse_dict.getlist(name)[0]
            keys = [KEYS.get(type(converters.get(parameter))) for parameter in parameters]
            if None not in keys:
                rows[f"{app}{name}"] = [key * number for number, key in enumerate(keys, 1)]
    return rows


def test_paths_are_those_of_reverse_for_all_routes_with_ids_and_slugs():
    paths = {name: (cached_reverse(name, *keys), reverse(name, args=keys)) for name, keys in routes().items()}
    assert len(paths) > 250
    assert {name: pair for name, pair in paths.items() if pair[0] != pair[1]} == {}


@pytest.mark.parametrize("key", [None, True, "", "a/b", "été", "a b", "{0}", 1.0, "rivage\n"], ids=repr)
def test_keys_that_are_neither_ids_nor_slugs_are_refused(key: Any):
    with pytest.raises(ValueError, match="cohorts:edit_membership"):
        cached_reverse("cohorts:edit_membership", "rivage", key)
