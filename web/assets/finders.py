"""Finds the listed files of front-end packages for `collectstatic`, and only those."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core import checks
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

from web.assets.vendor import VENDOR_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAP_COMMENT = re.compile(rb"(/\*|//)# sourceMappingURL=\S+( \*/)?\s*$")


class VendorStorage(FileSystemStorage):
    """Reads served names from their place below `node_modules`, without the names of source maps nobody serves."""

    def path(self, name: str) -> str:
        return super().path(VENDOR_FILES[name])

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        content = Path(self.path(name)).read_bytes()
        return ContentFile(_MAP_COMMENT.sub(b"", content), name=name)


class VendorFinder(BaseFinder):
    """An allow-list: the names of `web.assets.vendor.VENDOR_FILES`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = VendorStorage(location=settings.NODE_MODULES)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        missing = [path for name, path in VENDOR_FILES.items() if not Path(self.storage.path(name)).is_file()]
        if not missing:
            return []
        return [
            checks.Warning(
                f"Front-end files are missing: {', '.join(missing)}", hint="npm ci --ignore-scripts", id="web.W001"
            )
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [self.storage.path(path)] if path in VENDOR_FILES and self.storage.exists(path) else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, VendorStorage]]:
        for name in VENDOR_FILES:
            if not matches_patterns(name, ignore_patterns):
                yield name, self.storage
