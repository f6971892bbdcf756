"""PostgreSQL and Redis together, and the environment variables that point at them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labplatform.devstack import leftovers, postgres, redis
from labplatform.devstack.folders import socket_folder

Services = dict[str, postgres.Cluster | redis.Server]


def _services(data: Path, options: tuple[str, ...] = postgres.DURABLE) -> Services:
    sockets = socket_folder(data)
    return {
        "DATABASE_URL": postgres.Cluster(data / "postgres", sockets, options),
        "REDIS_URL": redis.Server(data / "redis", sockets),
    }


def addresses(data: Path) -> dict[str, str]:
    """Where both answer, or will once they run from `data`."""
    return {name: os.environ.get(name) or service.url for name, service in _services(data).items()}


def two_roles(data: Path) -> dict[str, str]:
    """As in production the application signs in as a role that owns nothing; a database that is named is left alone."""
    if os.environ.get("DATABASE_URL"):
        return {}
    owner = addresses(data)["DATABASE_URL"]
    return {
        "DATABASE_URL": owner.replace(f"//{postgres.OWNER}@", f"//{postgres.APPLICATION}@", 1),
        "MIGRATION_DATABASE_URL": owner,
    }


@contextmanager
def running(data: Path, *, options: tuple[str, ...] = postgres.DURABLE) -> Iterator[dict[str, str]]:
    """Start what DATABASE_URL and REDIS_URL do not already name; yields both variables; stops what was started."""
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
    """A stack in a temporary folder that is gone afterwards: quick, and not made to survive a power cut."""
    with leftovers.temporary() as folder, running(folder, options=postgres.THROW_AWAY) as environment:
        yield environment
