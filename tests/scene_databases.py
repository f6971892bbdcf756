"""Databases in which a scene is committed, for tests that begin with it: the cast, and the stage of the access tests.

The first process of a run that needs a scene builds it in the database `scene_<name>`; every process then works in a
copy of its own.
"""

import fcntl
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from factory.base import Factory


@dataclass
class SceneDatabase:
    """A database beside that of the other tests: its settings, and the pickled objects of the scene committed in it."""

    settings: dict[str, Any]
    pickled: bytes = b""
    by_process: dict[int, DatabaseWrapper] = field(default_factory=dict)

    @classmethod
    def for_process(cls, name: str, build: Callable[[], object], shared: Path) -> "SceneDatabase":
        """Create and return this process's copy of the scene `name`, which `build` makes unless another process has.

        `shared` is a folder that the processes of this run share.
        """
        scene = shared / f"{name}.pickle"
        with open(shared / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not scene.exists():
                complete = scene.with_suffix(".complete")
                complete.write_bytes(pickle.dumps((_build_scene(f"scene_{name}", build), _next_numbers())))
                complete.rename(scene)  # at once: a process that is killed leaves no half
        pickled, numbers = pickle.loads(scene.read_bytes())  # noqa: S301 - of our own making
        _continue_after(numbers)
        database = cls(_settings(f"{connections['default'].settings_dict['NAME']}_{name}"), pickled)
        database.create(template=f"scene_{name}")
        return database

    def create(self, template: str) -> None:
        """Create the database as a copy of another one, to which nothing is connected."""
        with connections["default"]._nodb_cursor() as cursor:
            name, template = map(connections["default"].ops.quote_name, (self.settings["NAME"], template))
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # of a process that was killed
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")

    @property
    def connection(self) -> DatabaseWrapper:
        """The connection of this process: one that was forked opens its own."""
        if os.getpid() not in self.by_process:
            self.by_process[os.getpid()] = DatabaseWrapper(self.settings, "default")
        return self.by_process[os.getpid()]

    @contextmanager
    def as_default(self) -> Iterator[None]:
        """Make this the default database of Django inside the block."""
        other = connections["default"]
        connections["default"] = self.connection
        try:
            yield
        finally:
            connections["default"] = other

    def is_default(self) -> bool:
        return connections["default"] is self.connection

    def scene(self) -> Any:
        """Return the objects of the scene, new ones each time."""
        return pickle.loads(self.pickled)  # noqa: S301 - of our own making

    def drop(self) -> None:
        self.connection.close()
        with connections["default"]._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {connections['default'].ops.quote_name(self.settings['NAME'])} WITH (FORCE)")


def _settings(name: str) -> dict[str, Any]:
    return deepcopy(connections["default"].settings_dict) | {"NAME": name}


def _build_scene(name: str, build: Callable[[], object]) -> bytes:
    """Create a database of that name with the scene, and return the objects that represent it, pickled."""
    database = SceneDatabase(_settings(name))
    database.create(template=database.settings["TEST"]["TEMPLATE"])
    try:
        with database.as_default(), transaction.atomic():
            return pickle.dumps(build())
    finally:
        database.connection.close()


def _factories(below: type[Factory[Any]] = Factory) -> Iterator[type[Factory[Any]]]:
    for child in below.__subclasses__():
        yield child
        yield from _factories(child)


def _path(factory: type[Factory[Any]]) -> str:
    return f"{factory.__module__}.{factory.__qualname__}"


def _next_numbers() -> dict[str, int]:
    """Return the number that each factory would give to its next row."""
    return {_path(factory): factory._meta.next_sequence() for factory in _factories() if not factory._meta.abstract}


def _continue_after(numbers: dict[str, int]) -> None:
    """Let the factories of this process give no number that a row of the scene has."""
    own = _next_numbers()
    for factory in _factories():
        if _path(factory) in numbers:
            factory.reset_sequence(max(own[_path(factory)], numbers[_path(factory)]), force=True)
