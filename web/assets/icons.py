"""Inline SVG icons, read once from the icon package, hidden from screen readers; base.css gives them their colour."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from web.assets.vendor import ICONS

_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class UnlistedIcon(LookupError):
    """The icon is not in `web.assets.vendor.ICONS`."""


@cache
def shapes(name: str) -> SafeString:
    """Return the SVG elements inside the icon called `name`, in a box of 24 × 24.

    Raises UnlistedIcon for a name that is not listed in `web.assets.vendor`, OSError when the icon package is not
    installed, and ValueError for a file without a drawing.
    """
    if name not in ICONS:
        raise UnlistedIcon(f"“{name}” is not listed in web/assets/vendor.py")
    text = (Path(settings.NODE_MODULES) / "lucide-static" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    match = _SHAPES.search(text)
    if not match:
        raise ValueError(f"{name}.svg holds no drawing")
    return mark_safe(" ".join(match[1].split()))  # noqa: S308 - a file of the icon package


@cache
def draw(name: str, *, size: int = 20) -> SafeString:
    """Return the icon called `name` as an inline SVG, `size` pixels wide and high, hidden from screen readers.

    Raises UnlistedIcon for a name that is not listed, and OSError when the icon package is not installed.
    """
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" aria-hidden="true">{1}</svg>',
        size,
        shapes(name),
    )
