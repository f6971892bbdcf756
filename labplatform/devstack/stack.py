"""PostgreSQL and Redis together, and the environment variables with their URLs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labplatform.devstack import leftovers, postgres, redis
from labplatform.devstack.folders import socket_folder

Services = dict[str, postgres.Cluster | redis.RedisServer]


def _services(data: Path, options: tuple[str, ...] = postgres.DURABLE_OPTIONS) -> Services:
    """Return the servers that run from `data`, by environment variable of their URL; `options` are PostgreSQL's."""
    sockets = socket_folder(data)
    return {
        "DATABASE_URL": postgres.Cluster(data / "postgres", sockets, options),
        "REDIS_URL": redis.RedisServer(data / "redis", sockets),
    }


def addresses(data: Path) -> dict[str, str]:
    """Return the URLs of PostgreSQL and Redis when run from `data`, by environment variable, even before they run.

    A variable that is set in the environment keeps its value.
    """
    return {name: os.environ.get(name) or service.url for name, service in _services(data).items()}


def two_roles(data: Path) -> dict[str, str]:
    """Return the database URLs of the application's role, which owns nothing, and of the owner, as in production.

    {} when the environment names a database.
    """
    if os.environ.get("DATABASE_URL"):
        return {}
    owner = addresses(data)["DATABASE_URL"]
    return {
        "DATABASE_URL": owner.replace(f"//{postgres.OWNER}@", f"//{postgres.APPLICATION}@", 1),
        "MIGRATION_DATABASE_URL": owner,
    }


@contextmanager
def running(data: Path, *, options: tuple[str, ...] = postgres.DURABLE_OPTIONS) -> Iterator[dict[str, str]]:
    """Start PostgreSQL and Redis with their files in `data`; yield the variables with their URLs; stop them at the end.

    A server whose variable is set in the environment is not started.
    """
    own = [service for name, service in _services(data, options).items() if not os.environ.get(name)]
    try:
        for service in own:
            service.start()
        yield addresses(data)
    finally:
        for service in own:
            service.stop()


@contextmanager
def throw_away() -> Iterator[dict[str, str]]:
    """Run PostgreSQL and Redis in a temporary folder that is deleted at the end; yield the variables with their URLs.

    They are fast, and not safe against power cuts.
    """
    with leftovers.temporary() as folder, running(folder, options=postgres.THROW_AWAY_OPTIONS) as environment:
        yield environment
