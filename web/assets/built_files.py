"""Static files that are made from others, such as the one style sheet of all pages."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage


class BuiltFileFinder(BaseFinder, ABC):
    """Find one built file under its name, for `collectstatic` and for pages in development and tests.

    It is built again when one of its source files is newer.
    """

    name: ClassVar[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.VAR_DIR / "built")
        super().__init__(*args, **kwargs)

    @abstractmethod
    def sources(self) -> list[Path]:
        """Return the files from which this one is built, with the module that builds it."""

    @abstractmethod
    def build(self) -> str:
        """Return the content of the file."""

    def check(self, **kwargs: Any) -> list[Any]:
        """Return no warnings: the finder of front-end packages names those that are missing."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the path of the built file, or [] for any other name.

        With `find_all`, a list of paths, as Django asks for it.
        """
        paths = [str(self._build_if_stale())] if path == self.name else []
        return paths if find_all else next(iter(paths), [])

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Yield the name of the built file and its storage, unless `ignore_patterns` exclude it."""
        if not matches_patterns(self.name, ignore_patterns):
            self._build_if_stale()
            yield self.name, self.storage

    def _build_if_stale(self) -> Path:
        """Return the path of the file, built again when one of its source files is newer."""
        target = Path(self.storage.path(self.name))
        newest = max(path.stat().st_mtime_ns for path in self.sources())
        if not target.exists() or target.stat().st_mtime_ns < newest:
            target.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile("w", dir=target.parent, encoding="utf-8", delete=False) as file:
                file.write(self.build())
            Path(file.name).replace(target)  # atomic: another process may read the old file
        return target
