"""Icons are inline, hidden from screen readers, and must be listed."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from pytest_django import Settings

from web.assets import icons
from web.assets.vendor import ICONS

SVG = "{http://www.w3.org/2000/svg}"


def drawn(name: str, **options: int) -> ElementTree.Element:
    return ElementTree.fromstring(icons.draw(name, **options))  # noqa: S314 (our own drawing)


def test_every_listed_icon_is_an_svg():
    assert [name for name in ICONS if len(drawn(name)) < 1] == []


def test_an_icon_is_hidden_from_screen_readers():
    icon = drawn("house")
    assert (icon.get("aria-hidden"), icon.get("class")) == ("true", "icon")


def test_the_style_sheet_gives_icons_the_colour_of_the_text():
    css = (settings.BASE_DIR / "static/css/base.css").read_text()
    rule = re.search(r"^\.icon \{(.*?)\}", css, re.DOTALL | re.MULTILINE)
    assert rule
    assert {"stroke: currentColor", "fill: none"} <= {part.strip() for part in rule[1].split(";")}


def test_an_icon_has_the_size_asked_for():
    assert [(drawn("house", size=size).get("width"), drawn("house", size=size).get("height")) for size in (16, 28)] == [
        ("16", "16"),
        ("28", "28"),
    ]


def test_an_icon_carries_no_style():
    assert [name for name in ICONS if " style=" in icons.draw(name)] == []


def test_an_unlisted_icon_raises_an_error():
    with pytest.raises(icons.UnlistedIcon, match=r"“skull” is not listed in web/assets/vendor\.py"):
        icons.draw("skull")


def forget() -> None:
    icons.shapes.cache_clear()
    icons.draw.cache_clear()


@pytest.fixture
def _other_packages(settings: Settings, tmp_path: Path):
    settings.NODE_MODULES = tmp_path
    forget()
    (tmp_path / "lucide-static" / "icons").mkdir(parents=True)
    yield
    forget()


@pytest.mark.usefixtures("_other_packages")
def test_a_missing_package_raises_an_error():
    with pytest.raises(FileNotFoundError):
        icons.draw("house")


@pytest.mark.usefixtures("_other_packages")
def test_a_file_without_shapes_raises_an_error(tmp_path: Path):
    (tmp_path / "lucide-static" / "icons" / "house.svg").write_text("moved", encoding="utf-8")
    with pytest.raises(ValueError, match=r"house\.svg holds no drawing"):
        icons.draw("house")


@pytest.mark.usefixtures("_other_packages")
def test_a_file_is_read_once(tmp_path: Path):
    place = tmp_path / "lucide-static" / "icons" / "house.svg"
    place.write_text('<svg viewBox="0 0 24 24"><path d="M0 0" /></svg>', encoding="utf-8")
    first = icons.draw("house")
    place.unlink()
    assert icons.draw("house") == first
