"""The list of front-end files: every listed file exists, and every icon of a template is listed."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from web.assets.vendor import ICONS, VENDOR_FILES

TEMPLATES = Path(settings.BASE_DIR) / "templates"
WRITTEN = re.compile(r"""\{%\s*(?:icon\s+|button_link [^%]*icon=)["']([a-z0-9-]+)["']""")


@pytest.mark.parametrize("name", VENDOR_FILES)
def test_a_listed_file_is_installed(name: str):
    assert (Path(settings.NODE_MODULES) / VENDOR_FILES[name]).is_file()


def test_listed_icons_are_installed():
    icons = Path(settings.NODE_MODULES) / "lucide-static" / "icons"
    assert [name for name in ICONS if not (icons / f"{name}.svg").is_file()] == []


def test_icons_are_listed_once_in_order():
    assert list(ICONS) == sorted(set(ICONS))


def test_every_icon_in_a_template_is_listed():
    written = {name for path in TEMPLATES.rglob("*.html") for name in WRITTEN.findall(path.read_text(encoding="utf-8"))}
    assert written - set(ICONS) == set()


def test_served_names_stay_in_their_folder():
    assert [name for name in VENDOR_FILES if not name.startswith("vendor/") or ".." in name] == []


def test_packages_are_pinned_to_one_version():
    package = json.loads((Path(settings.BASE_DIR) / "package.json").read_text(encoding="utf-8"))
    assert [v for v in package["dependencies"].values() if not re.fullmatch(r"\d+\.\d+\.\d+", v)] == []


def test_the_lock_file_has_no_addresses():
    lock = json.loads((Path(settings.BASE_DIR) / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
