"""The colours have enough contrast, light and dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
DECLARED = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b")
DARK_STARTS = TOKENS.index("prefers-color-scheme: dark")

LIGHT = dict(DECLARED.findall(TOKENS[:DARK_STARTS]))
DARK = LIGHT | dict(DECLARED.findall(TOKENS[DARK_STARTS:]))

TEXT_ON_GROUND = [
    *[("ink", ground) for ground in ("paper", "surface", "sunk", "marker-tint", "action-tint", "risk-tint")],
    *[("ink-2", ground) for ground in ("paper", "surface", "sunk", "marker-tint", "action-tint")],
    *[("action", ground) for ground in ("paper", "surface", "sunk", "marker-tint", "action-tint", "risk-tint")],
    *[(state, "surface") for state in ("implemented", "open", "abandoned", "risk")],
    *[("risk", ground) for ground in ("paper", "risk-tint")],
    ("on-action", "action"),
    ("on-action", "action-strong"),
    ("action-strong", "action-tint"),
    ("on-marker", "marker"),
    ("transfo", "transfo-tint"),
    ("residency", "residency-tint"),
    *[("on-band", f"band-{shade}") for shade in (1, 2, 3, 4)],
    *[("residency-on-band", f"residency-band-{shade}") for shade in (1, 2, 3, 4)],
]
EDGES = [("edge", ground) for ground in ("paper", "surface", "sunk")]


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG defines it."""
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_function_matches_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_wcag_aa_contrast(scheme: dict[str, str]):
    weak = {
        (text, ground): round(contrast(scheme[text], scheme[ground]), 2)
        for text, ground in TEXT_ON_GROUND
        if contrast(scheme[text], scheme[ground]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_field_borders_have_enough_contrast(scheme: dict[str, str]):
    assert [pair for pair in EDGES if contrast(scheme[pair[0]], scheme[pair[1]]) < 3] == []


def test_every_colour_has_a_dark_value():
    same = {name for name in LIGHT if DARK[name] == LIGHT[name]}
    assert same == {"edge", "marker", "on-marker"}


def test_every_token_in_use_is_declared():
    styles = [path.read_text(encoding="utf-8") for path in CSS.glob("*.css")]
    declared = {name for text in styles for name in re.findall(r"(--[a-z0-9-]+):", text)}
    read = {name for text in styles for name in re.findall(r"var\((--[a-z0-9-]+)", text)}
    assert read - declared == set()


def test_colours_are_defined_in_the_tokens_only():
    strays = {
        path.name: re.findall(r"#[0-9a-f]{3,6}\b", path.read_text(encoding="utf-8"))
        for path in CSS.glob("*.css")
        if path.name != "tokens.css"
    }
    assert {colour for found in strays.values() for colour in found} == {"#fff"}
