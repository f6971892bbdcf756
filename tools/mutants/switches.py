"""The platform with every check as a switch: the removed check is chosen by name while the program runs.

All checks are in one program, so that the suite is imported once and each check needs only a child of it. Compiled
modules are stored in var/mutants/compiled/, because each of its programs needs them all.
"""

from __future__ import annotations

import builtins
import hashlib
import marshal
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

from labplatform.settings.base import OUR_APPS
from tools.mutants.checks import switched

ROOT: Final = Path(__file__).parent.parent.parent
LEFT_ALONE: Final = ("migrations", "devstack", "demo", "management", "settings")
COMPILED: Final = ROOT / "var" / "mutants" / "compiled"


class Switch:
    """The name of the removed check, and the checks reached since the last reset."""

    def __init__(self) -> None:
        self.out: str = ""
        self.reached: set[str] = set()

    def __call__(self, name: str) -> bool:
        """Return whether the check of that name is removed."""
        self.reached.add(name)
        return name == self.out


SWITCH: Final = Switch()


def compiled(source: bytes, module: str, path: str, folder: Path = COMPILED) -> tuple[CodeType, list[str]]:
    """Return the code of a module with its checks as switches, and their names; both come from `folder` the second
    time.
    """
    stored, version = folder / module, hashlib.sha256(_version_of_switches() + source).digest()
    with suppress(OSError, EOFError, TypeError, ValueError):
        stored_version, code, found = marshal.loads(stored.read_bytes())  # noqa: S302 - of our own making
        if stored_version == version:
            return code, found
    tree, found = switched(source.decode(), module)
    code = compile(tree, path, "exec", dont_inherit=True)
    folder.mkdir(parents=True, exist_ok=True)
    incomplete = folder / f"{module}.{os.getpid()}"
    incomplete.write_bytes(marshal.dumps((version, code, found)))
    incomplete.rename(stored)
    return code, found


@cache
def _version_of_switches() -> bytes:
    """Return what decides, besides its source, how a module is compiled."""
    return sys.version.encode() + b"".join(
        (Path(__file__).with_name(name)).read_bytes() for name in ("checks.py", "guards.py")
    )


class Loader(SourceFileLoader):
    """Compiles the switched source, without Python's own compiled files."""

    def path_stats(self, path: str) -> dict[str, Any]:
        raise OSError  # so that no compiled module is taken or kept

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        return compiled(bytes(data), self.name, str(path))[0]


class Finder(MetaPathFinder):
    """Finds our own modules, for `Loader`."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        parts = name.split(".")
        if parts[0] not in OUR_APPS or set(parts) & set(LEFT_ALONE):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = Loader(name, spec.loader.path)
        return spec


def install() -> None:
    """Import our modules with their checks as switches from now on."""
    builtins.__check__ = SWITCH  # type: ignore[attr-defined]
    sys.meta_path.insert(0, Finder())


def modules() -> dict[str, Path]:
    """Return our modules by name, without the excluded ones."""
    found = {}
    for app in OUR_APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if not set(parts) & set(LEFT_ALONE):
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


def every_check() -> list[str]:
    """Return the names of all checks in the code; `rows.every_row` returns those of tables."""
    return [name for module, path in modules().items() for name in compiled(path.read_bytes(), module, str(path))[1]]
