"""The one style sheet of all pages: Bootstrap's Reboot and the files of `static/css`, concatenated and minified."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage
from rcssmin import cssmin

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


class StylesFinder(BaseFinder):
    """Find the style sheet of all pages under its one name, for `collectstatic` and for pages in development and tests.

    It is built again when one of its source files is newer.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.VAR_DIR / "styles")
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        """Return no warnings: the finder of front-end packages names those that are missing."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the path of the style sheet, or [] for any other name.

        With `find_all`, a list of paths, as Django asks for it.
        """
        paths = [str(self._build_if_stale())] if path == NAME else []
        return paths if find_all else next(iter(paths), [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield the name of the style sheet and its storage, unless `ignore_patterns` exclude it."""
        if not matches_patterns(NAME, ignore_patterns):
            self._build_if_stale()
            yield NAME, self.storage

    def _build_if_stale(self) -> Path:
        """Return the path of the style sheet, built again when one of its source files is newer."""
        target = Path(self.storage.path(NAME))
        newest = max(path.stat().st_mtime_ns for path in (*source_files(), Path(__file__)))
        if not target.exists() or target.stat().st_mtime_ns < newest:
            target.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("w", dir=target.parent, encoding="utf-8", delete=False) as file:
                file.write(build_stylesheet())
            Path(file.name).replace(target)  # atomic: another process may read the old file
        return target


def source_files() -> list[Path]:
    """Return the source files of the style sheet in order; the last has the rules for printing."""
    own = Path(settings.BASE_DIR) / "static" / "css"
    return [Path(settings.NODE_MODULES) / REBOOT, *(own / f"{name}.css" for name in (*SHEETS, PRINT))]


def build_stylesheet() -> str:
    """Return the style sheet: all rules in order, without comments and needless spaces."""
    *screen, printing = (path.read_text(encoding="utf-8") for path in source_files())
    return str(cssmin("\n".join([*screen, f"@media print {{ {printing} }}"]), keep_bang_comments=True))
