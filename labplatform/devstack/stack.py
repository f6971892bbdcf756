"""PostgreSQL and Redis together, and the environment variables with their URLs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labplatform.devstack import leftovers, postgres, redis
from labplatform.devstack.folders import socket_folder

Services = dict[str, postgres.Cluster | redis.RedisServer]


def _services(data: Path, options: tuple[str, ...] = postgres.DURABLE_OPTIONS) -> Services:
    """Return PostgreSQL and Redis with their files in `data`, not started, by the environment variable of their URL.

    `options` are PostgreSQL's server options.
    """
    sockets = socket_folder(data)
    return {
        "DATABASE_URL": postgres.Cluster(data / "postgres", sockets, options),
        "REDIS_URL": redis.RedisServer(data / "redis", sockets),
    }


def server_urls(data: Path) -> dict[str, str]:
    """Return the URLs of PostgreSQL and Redis with their files in `data`, by environment variable, even before they
    run.

    A variable that is set in our environment keeps its value.
    """
    return {name: os.environ.get(name) or service.url for name, service in _services(data).items()}


def urls_of_both_roles(data: Path) -> dict[str, str]:
    """Return DATABASE_URL for the application's database role, which owns nothing, and MIGRATION_DATABASE_URL for the
    owner.

    Both are for the PostgreSQL with its files in `data`. {} when our environment names a database.
    """
    if os.environ.get("DATABASE_URL"):
        return {}
    owner = server_urls(data)["DATABASE_URL"]
    return {
        "DATABASE_URL": owner.replace(f"//{postgres.OWNER}@", f"//{postgres.APPLICATION}@", 1),
        "MIGRATION_DATABASE_URL": owner,
    }


@contextmanager
def running_servers(data: Path, *, options: tuple[str, ...] = postgres.DURABLE_OPTIONS) -> Iterator[dict[str, str]]:
    """Run PostgreSQL and Redis with their files in `data` inside the block; yield their URLs by environment variable.

    A server whose variable is set in our environment is neither started nor stopped. `options` are PostgreSQL's server
    options.
    """
    own = [service for name, service in _services(data, options).items() if not os.environ.get(name)]
    try:
        for service in own:
            service.start()
        yield server_urls(data)
    finally:
        for service in own:
            service.stop()


@contextmanager
def temporary_servers() -> Iterator[dict[str, str]]:
    """Run PostgreSQL and Redis in a temporary folder that is deleted at the end; yield their URLs by environment
    variable.

    They are fast, and not safe against power cuts.
    """
    with leftovers.temporary() as folder, running_servers(folder, options=postgres.THROW_AWAY_OPTIONS) as environment:
        yield environment
