"""Find the listed files of front-end packages for `collectstatic`, and no others."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core import checks
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from web.assets.vendor import VENDOR_FILES

_MAP_COMMENT = re.compile(rb"(/\*|//)# sourceMappingURL=\S+( \*/)?\s*$")


class VendorStorage(FileSystemStorage):
    """Read files below `node_modules` by their served names, without their references to source maps."""

    def path(self, name: str) -> str:
        """Return the path below `node_modules` of the file that is served as `name`; raise KeyError for a name not
        listed.
        """
        return super().path(VENDOR_FILES[name])

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        """Return the content of the file served as `name`, without its reference to a source map.

        `mode` is not used: files are only read.
        """
        content = Path(self.path(name)).read_bytes()
        return ContentFile(_MAP_COMMENT.sub(b"", content), name=name)


class VendorFinder(BaseFinder):
    """A finder for the names in `web.assets.vendor.VENDOR_FILES` only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = VendorStorage(location=settings.NODE_MODULES)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        """Return a list with one warning that names the listed files that are not installed; [] when all are."""
        missing = [path for name, path in VENDOR_FILES.items() if not Path(self.storage.path(name)).is_file()]
        if not missing:
            return []
        return [
            checks.Warning(
                f"Front-end files are missing: {', '.join(missing)}", hint="npm ci --ignore-scripts", id="web.W001"
            )
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the path of a listed file for its served name `path`, or [] for any other name.

        With `find_all`, a list of paths, as Django asks for it.
        """
        paths = [self.storage.path(path)] if path in VENDOR_FILES and self.storage.exists(path) else []
        return paths if find_all else next(iter(paths), [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, VendorStorage]]:
        """Yield the served name and the storage of each listed file, without those that `ignore_patterns` exclude (such
        as “*.map”).
        """
        for name in VENDOR_FILES:
            if not matches_patterns(name, ignore_patterns):
                yield name, self.storage
