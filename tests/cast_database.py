"""A database with the cast in it, in which tests begin that need no other rows."""

import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper

from tests.factories.cast import Cast, create_cast


@dataclass
class CastDatabase:
    """The settings of a copy of the migrated database, and the objects that represent the cast committed there."""

    settings: dict[str, Any]
    pickled: bytes = b""
    by_process: dict[int, DatabaseWrapper] = field(default_factory=dict)

    @classmethod
    def create(cls) -> "CastDatabase":
        """Create the database beside that of the other tests, and the cast in it."""
        empty = connections["default"]
        database = cls(deepcopy(empty.settings_dict))
        database.settings["NAME"] += "_cast"
        name, template = map(empty.ops.quote_name, (database.settings["NAME"], database.settings["TEST"]["TEMPLATE"]))
        with empty._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")  # of a run that was killed
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        with database.used(), transaction.atomic():
            database.pickled = pickle.dumps(create_cast())
        return database

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

    def cast(self) -> Cast:
        cast: Cast = pickle.loads(self.pickled)  # noqa: S301 - of our own making
        return cast

    def drop(self) -> None:
        self.connection.close()
        with connections["default"]._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {self.connection.ops.quote_name(self.settings['NAME'])} WITH (FORCE)")
