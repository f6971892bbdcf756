"""The one style sheet of all pages: Bootstrap's Reboot and the files of `static/css`, concatenated and minified."""

from pathlib import Path
from typing import Final

from django.conf import settings
from rcssmin import cssmin

from web.assets.built_files import BuiltFileFinder

NAME: Final = "css/styles.css"
REBOOT: Final = "bootstrap/dist/css/bootstrap-reboot.css"
# In this order: a later file wins over an earlier one.
SHEETS: Final = (
    "tokens",
    "base",
    "navigation",
    "blocks",
    "states",
    "tables",
    "lists",
    "forms",
    "field",
    "drawings",
    "canvas",
    "work",
    "plans",
    "comments",
    "calendar",
    "fieldwork",
    "public",
)
PRINT: Final = "print"


class StylesFinder(BuiltFileFinder):
    """Find the style sheet of all pages."""

    name = NAME

    def sources(self) -> list[Path]:
        """Return the source files of the style sheet."""
        return [*source_files(), Path(__file__)]

    def build(self) -> str:
        """Return the style sheet."""
        return build_stylesheet()


def source_files() -> list[Path]:
    """Return the source files of the style sheet in order; the last has the rules for printing."""
    own = Path(settings.BASE_DIR) / "static" / "css"
    return [Path(settings.NODE_MODULES) / REBOOT, *(own / f"{name}.css" for name in (*SHEETS, PRINT))]


def build_stylesheet() -> str:
    """Return the style sheet: all rules in order, without comments and needless spaces."""
    *screen, printing = (path.read_text(encoding="utf-8") for path in source_files())
    return str(cssmin("\n".join([*screen, f"@media print {{ {printing} }}"]), keep_bang_comments=True))
