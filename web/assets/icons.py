"""Icons drawn into the page: read once from the icon package, hidden from screen readers, coloured by the text."""

from __future__ import annotations

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
    """What is drawn inside the icon's 24 × 24 box; raises UnlistedIcon, or OSError when packages are not installed."""
    if name not in ICONS:
        raise UnlistedIcon(f"“{name}” is not listed in web/assets/vendor.py")
    text = (Path(settings.NODE_MODULES) / "lucide-static" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    found = _SHAPES.search(text)
    if not found:
        raise ValueError(f"{name}.svg holds no drawing")
    return mark_safe(" ".join(found[1].split()))  # noqa: S308 (a file of the icon package, not of a user)


@cache
def draw(name: str, *, size: int = 20) -> SafeString:
    """The icon as an inline SVG of `size` pixels."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        "{1}</svg>",
        size,
        shapes(name),
    )
