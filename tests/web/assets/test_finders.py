"""The finder serves the listed files of front-end packages and no others."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from pytest_django import Settings

from web.assets.finders import VendorFinder
from web.assets.vendor import VENDOR_FILES

STYLES = "vendor/event-calendar.min.css"
SCRIPT = "vendor/event-calendar.min.js"


def test_a_listed_name_is_found_in_its_package():
    assert VendorFinder().find(STYLES) == str(Path(settings.NODE_MODULES) / VENDOR_FILES[STYLES])


def test_find_all_returns_one_path_for_a_listed_name():
    assert VendorFinder().find(STYLES, find_all=True) == [VendorFinder().find(STYLES)]


@pytest.mark.parametrize(
    "name",
    ["bootstrap/dist/css/bootstrap.min.css", "vendor/event-calendar.min.css.map", "vendor/../package.json", ""],
)
def test_an_unlisted_name_is_not_found(name: str):
    assert VendorFinder().find(name) == []


def test_django_finds_listed_files_through_its_settings():
    assert finders.find(STYLES) == VendorFinder().find(STYLES)


def test_only_listed_names_are_collected():
    assert [name for name, _ in VendorFinder().list([])] == list(VENDOR_FILES)


def test_ignored_names_are_not_collected():
    assert [name for name, _ in VendorFinder().list(["vendor/*.woff2", "vendor/*.js"])] == [STYLES]


def test_references_to_source_maps_are_removed():
    collected = VendorFinder().storage.open(SCRIPT).read()
    assert b"sourceMappingURL" in Path(VendorFinder().find(SCRIPT)).read_bytes()
    assert b"sourceMappingURL" not in collected
    assert collected.endswith(b";\n")


@pytest.mark.parametrize("name", ["vendor/bricolage-grotesque.woff2", "vendor/atkinson-hyperlegible-next.woff2"])
def test_a_font_is_collected_byte_for_byte(name: str):
    assert VendorFinder().storage.open(name).read() == Path(VendorFinder().find(name)).read_bytes()


def test_installed_packages_raise_no_warning():
    assert VendorFinder().check() == []


def test_missing_packages_raise_a_warning_with_the_command_to_run(settings: Settings, tmp_path: Path):
    settings.NODE_MODULES = tmp_path
    (warning,) = VendorFinder().check()
    assert (warning.id, warning.hint) == ("web.W001", "npm ci --ignore-scripts")
    assert VENDOR_FILES[STYLES] in warning.msg


def test_a_missing_package_is_not_found(settings: Settings, tmp_path: Path):
    settings.NODE_MODULES = tmp_path
    assert VendorFinder().find(STYLES) == []
