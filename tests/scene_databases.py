"""Databases in which a scene is committed, for tests that begin with it: the cast, and the stage of the access tests.

One process of a run builds the scene in a database of its own, and every process copies that one.
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


@dataclass
class SceneDatabase:
    """The settings of a database beside that of the other tests, and the objects that represent what is committed."""

    settings: dict[str, Any]
    pickled: bytes = b""
    by_process: dict[int, DatabaseWrapper] = field(default_factory=dict)

    @classmethod
    def copied(cls, name: str, build: Callable[[], object], shared: Path) -> "SceneDatabase":
        """Return this process's copy of the database of a scene, which is built first if no process has done so.

        `shared` is a folder that the processes of this run share.
        """
        scene = shared / f"{name}.pickle"
        with open(shared / f"{name}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not scene.exists():
                complete = scene.with_suffix(".complete")
                complete.write_bytes(_built(f"scene_{name}", build))
                complete.rename(scene)  # at once: a process that is killed leaves no half
        database = cls(_settings(f"{connections['default'].settings_dict['NAME']}_{name}"), scene.read_bytes())
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
    def used(self) -> Iterator[None]:
        """Use this database inside the block."""
        other = connections["default"]
        connections["default"] = self.connection
        try:
            yield
        finally:
            connections["default"] = other

    def is_used(self) -> bool:
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


def _built(name: str, build: Callable[[], object]) -> bytes:
    """Create a database of that name with the scene, and return the objects that represent it, pickled."""
    database = SceneDatabase(_settings(name))
    database.create(template=database.settings["TEST"]["TEMPLATE"])
    try:
        with database.used(), transaction.atomic():
            return pickle.dumps(build())
    finally:
        database.connection.close()
