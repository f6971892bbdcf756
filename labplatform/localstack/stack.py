"""PostgreSQL and Redis together, and the environment variables that point at them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labplatform.localstack import leftovers, postgres, redis
from labplatform.localstack.folders import socket_folder


@contextmanager
def running(data: Path, *, options: tuple[str, ...] = postgres.DURABLE) -> Iterator[dict[str, str]]:
    """Start what DATABASE_URL and REDIS_URL do not already name; yields both variables; stops what was started."""
    sockets = socket_folder(data)
    cluster = postgres.Cluster(data / "postgres", sockets, options)
    server = redis.Server(data / "redis", sockets)
    wanted: dict[str, postgres.Cluster | redis.Server] = {"DATABASE_URL": cluster, "REDIS_URL": server}
    own = {name: service for name, service in wanted.items() if not os.environ.get(name)}
    try:
        for service in own.values():
            service.start()
        yield {name: os.environ.get(name) or service.url for name, service in wanted.items()}
    finally:
        for service in own.values():
            service.stop()


@contextmanager
def throw_away() -> Iterator[dict[str, str]]:
    """A stack in a temporary folder that is gone afterwards: quick, and not made to survive a power cut."""
    with leftovers.temporary() as folder, running(folder, options=postgres.THROW_AWAY) as environment:
        yield environment
