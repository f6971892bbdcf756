"""A whole platform for one run: its own database and Redis, a mail server, workers and beats that may be killed."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp
from types import FrameType
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg

from labplatform.devstack import leftovers, postgres, processes
from labplatform.devstack.folders import socket_folder
from labplatform.devstack.redis import RedisServer
from tests import migrated_cluster

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PATIENCE: Final = 60.0
BASE: Final = postgres.DATABASE


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(happened: Callable[[], Any], what: str, seconds: float = PATIENCE, *, pause: float = 0.02) -> None:
    """Wait until `happened` returns something true, with pauses between its calls; raise TimeoutError after `seconds`.

    A `pause` is short for what costs nothing to ask, and long for a program that starts anew each time.
    """
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(pause)


@dataclass
class RunPlatform:
    """The platform of one run; all its processes end with it."""

    cluster: postgres.Cluster
    folder: Path
    name: str
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.redis = RedisServer(self.folder / "redis", self.folder)
        self.port = free_port()
        self.log = self.folder / "post.log"

    @property
    def url(self) -> str:
        return urlunsplit(urlsplit(self.cluster.url)._replace(path=f"/{self.name}"))

    @property
    def roles(self) -> dict[str, str]:
        """As in production, the application signs in with a role that owns nothing; the owner migrates."""
        app = self.url.replace(f"//{postgres.OWNER}@", f"//{postgres.APPLICATION}@", 1)
        return {"DATABASE_URL": app, "MIGRATION_DATABASE_URL": self.url}

    @property
    def env(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.url,
            "REDIS_URL": self.redis.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.port}",
            "PYTHONPATH": str(ROOT),
        }

    # --- processes ---------------------------------------------------------------------------------------------------

    def start(self, *arguments: str, log: str = "children.log", **env: str) -> subprocess.Popen[bytes]:
        child = processes.start([sys.executable, *arguments], env={**self.env, **env}, log=self.folder / log)
        self.children.append(child)
        return child

    def start_worker(self, *options: str, app: str = "tools.faults.celery_app", **env: str) -> subprocess.Popen[bytes]:
        arguments = ["-m", "celery", "-A", app, "worker", "--loglevel", "INFO", "--without-mingle", "--without-gossip"]
        return self.start(*arguments, *options, log="worker.log", **env)

    def start_beat(self, number: int = 1, app: str = "tools.faults.celery_app", **env: str) -> subprocess.Popen[bytes]:
        schedule = str(self.folder / f"beat-{number}")
        arguments = ["-m", "celery", "-A", app, "beat", "--loglevel", "INFO", "--pidfile", "", "--schedule", schedule]
        return self.start(*arguments, log=f"beat-{number}.log", **env)

    def start_mail_server(self, **orders: Any) -> subprocess.Popen[bytes]:
        self.set_orders(**orders)
        child = self.start("-m", "tools.faults.mail_server", str(self.port), str(self.log))
        wait_for(self._listens, "the mail server")
        return child

    def wake_worker(self) -> None:
        """Ask a worker for a sending round, as an action does."""
        from celery import Celery

        broker = self.redis.url.replace("unix://", "redis+socket://")
        with Celery("wake_worker", broker=broker, set_as_current=False) as app:
            app.send_task("notifications.tasks.send_emails")

    def set_orders(self, **orders: Any) -> None:
        """Tell the mail server how to treat the next e-mails."""
        new = self.log.with_suffix(".new")
        new.write_text(json.dumps(orders))
        new.rename(self.log.with_suffix(".orders"))

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self, child: subprocess.Popen[bytes]) -> None:
        """Kill the child and its own children with SIGKILL, without any clean-up."""
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def close(self) -> None:
        for child in self.children:
            self.kill(child)
        self.redis.stop()

    # --- what was accepted -------------------------------------------------------------------------------------------

    def log_rows(self) -> list[dict[str, Any]]:
        """Return the lines of the mail server's log that it has written to their end."""
        lines = self.log.read_text().splitlines(keepends=True) if self.log.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def accepted(self) -> list[dict[str, Any]]:
        return [row for row in self.log_rows() if row["answer"] == "accepted"]


def execute(cluster: postgres.Cluster, statement: str) -> None:
    """Run one statement outside the databases of the runs."""
    address = urlunsplit(urlsplit(cluster.url)._replace(path="/postgres"))
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


class PlatformHost:
    """The PostgreSQL that all platforms share, with a migrated database that each copies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cluster = postgres.Cluster(folder / "postgres", socket_folder(folder))
        self.runs = 0
        self._demonstration = ""

    def start(self) -> None:
        """Start PostgreSQL with a copy of the database that is migrated for the tests."""
        migrated_cluster.copy_cluster(self.cluster.data)
        self.cluster.start()
        execute(self.cluster, f"DROP DATABASE {BASE}")
        execute(self.cluster, f"CREATE DATABASE {BASE} TEMPLATE {migrated_cluster.TEMPLATE}")

    def demonstration(self) -> str:
        """Return the name of a database with today's demonstration, loaded at the first call."""
        from django.utils import timezone

        from labplatform.management.commands.load_demo import load

        if not self._demonstration:
            with self.start_platform() as platform:
                load(timezone.localdate(), "")
                disconnect()
                execute(self.cluster, f"CREATE DATABASE demonstration TEMPLATE {platform.name}")
            self._demonstration = "demonstration"
        return self._demonstration

    @contextmanager
    def start_platform(self, of: str = BASE) -> Iterator[RunPlatform]:
        """Start a fresh platform, and connect this process's Django to its database. Only Redis runs on it yet.

        Its database is a copy of the one named `of`, to which nobody may be connected.
        """
        self.runs += 1
        platform = RunPlatform(
            self.cluster, Path(mkdtemp(prefix="run", dir=self.folder)), f"run{os.getpid()}_{self.runs}"
        )
        execute(self.cluster, f"CREATE DATABASE {platform.name} TEMPLATE {of}")
        connect(platform)
        platform.redis.start()
        try:
            yield platform
        finally:
            platform.close()
            disconnect()
            execute(self.cluster, f"DROP DATABASE {platform.name} WITH (FORCE)")


def connect(platform: RunPlatform) -> None:
    from django.conf import settings
    from django.db import connection

    disconnect()
    connection.settings_dict["NAME"] = platform.name
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", platform.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def disconnect() -> None:
    from django.db import connection

    connection.close()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Exit when stopped from outside, so that everything is cleaned up."""
    raise SystemExit("stopped")


_OPEN: Final[list[PlatformHost]] = []


@contextmanager
def platform_host() -> Iterator[PlatformHost]:
    """Run PostgreSQL with the durability of production, in a temporary folder.

    Tools that run one after the other in one process share the open host.
    """
    if _OPEN:
        yield _OPEN[0]
        return
    signal.signal(signal.SIGTERM, _leave)
    logging.getLogger("web.tasks").setLevel(logging.ERROR)  # this process has no broker, its children do
    with ExitStack() as undo:
        folder = undo.enter_context(leftovers.temporary())
        host = PlatformHost(folder)
        undo.callback(host.cluster.stop)
        host.start()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "labplatform.settings.test",
            "DATABASE_URL": host.cluster.url,
            "REDIS_URL": "unix:///nowhere",
            "VAR_DIR": str(folder / "var"),
        }
        django.setup()
        _OPEN.append(host)
        undo.callback(_OPEN.clear)
        yield host
