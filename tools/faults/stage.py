"""A whole platform for one run: its own database and Redis, a postbox, workers and beats that may be killed."""

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

import psycopg

from labplatform.devstack import leftovers, postgres, processes
from labplatform.devstack.folders import socket_folder
from labplatform.devstack.redis import Server

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PATIENCE: Final = 60.0
BASE: Final = postgres.DATABASE


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(happened: Callable[[], Any], what: str, seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.02)


@dataclass
class Stage:
    """One run's platform; everything started on it is ended with it."""

    cluster: postgres.Cluster
    folder: Path
    name: str
    children: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.redis = Server(self.folder / "redis", self.folder)
        self.port = free_port()
        self.log = self.folder / "post.log"

    @property
    def url(self) -> str:
        return urlunsplit(urlsplit(self.cluster.url)._replace(path=f"/{self.name}"))

    @property
    def roles(self) -> dict[str, str]:
        """As in production: the application signs in as a role that owns nothing, the owner migrates."""
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

    def execute(self, statement: str) -> None:
        """Run one statement outside every run's own database."""
        address = urlunsplit(urlsplit(self.cluster.url)._replace(path="/postgres"))
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)

    # --- processes ---------------------------------------------------------------------------------------------------

    def start(self, *words: str, log: str = "children.log", **env: str) -> subprocess.Popen[bytes]:
        child = processes.start([sys.executable, *words], env={**self.env, **env}, log=self.folder / log)
        self.children.append(child)
        return child

    def worker(self, *more: str, app: str = "tools.faults.play", **env: str) -> subprocess.Popen[bytes]:
        words = ["-m", "celery", "-A", app, "worker", "--loglevel", "INFO", "--without-mingle", "--without-gossip"]
        return self.start(*words, *more, log="worker.log", **env)

    def beat(self, number: int = 1, app: str = "tools.faults.play", **env: str) -> subprocess.Popen[bytes]:
        schedule = str(self.folder / f"beat-{number}")
        words = ["-m", "celery", "-A", app, "beat", "--loglevel", "INFO", "--pidfile", "", "--schedule", schedule]
        return self.start(*words, log=f"beat-{number}.log", **env)

    def postbox(self, **orders: Any) -> subprocess.Popen[bytes]:
        self.order(**orders)
        child = self.start("-m", "tools.faults.postbox", str(self.port), str(self.log))
        wait_for(self._listens, "the postbox")
        return child

    def nudge(self) -> None:
        """Ask a worker for a round, as an action would."""
        from celery import Celery

        broker = self.redis.url.replace("unix://", "redis+socket://")
        with Celery("nudge", broker=broker, set_as_current=False) as app:
            app.send_task("notifications.tasks.send_letters")

    def order(self, **orders: Any) -> None:
        """Tell the postbox what to do from the next letter on."""
        new = self.log.with_suffix(".new")
        new.write_text(json.dumps(orders))
        new.rename(self.log.with_suffix(".orders"))

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self, child: subprocess.Popen[bytes]) -> None:
        """SIGKILL the child and whatever it started: nothing gets a chance to tidy up."""
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()

    def close(self) -> None:
        for child in self.children:
            self.kill(child)
        self.redis.stop()

    # --- what was accepted -------------------------------------------------------------------------------------------

    def post(self) -> list[dict[str, Any]]:
        """Lines of the postbox's log."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines]

    def accepted(self) -> list[dict[str, Any]]:
        return [row for row in self.post() if row["answer"] == "accepted"]


class House:
    """The PostgreSQL all stages share, with a migrated database each starts as a copy of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cluster = postgres.Cluster(folder / "postgres", socket_folder(folder))
        self.runs = 0
        self._demonstration = ""

    def migrate(self) -> None:
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        connection.close()

    def demonstration(self) -> str:
        """Return the name of a database that holds the demonstration of today; it is loaded at the first call."""
        from django.utils import timezone

        from labplatform.management.commands.load_demo import load

        if not self._demonstration:
            with self.stage() as stage:
                load(timezone.localdate(), "")
                disconnect()
                stage.execute(f"CREATE DATABASE demonstration TEMPLATE {stage.name}")
            self._demonstration = "demonstration"
        return self._demonstration

    @contextmanager
    def stage(self, of: str = BASE) -> Iterator[Stage]:
        """A fresh platform, this process's own Django connected to its database. Nothing runs on it yet but Redis.

        Its database is a copy of the one named `of`, to which nobody may be connected.
        """
        self.runs += 1
        stage = Stage(self.cluster, Path(mkdtemp(prefix="run", dir=self.folder)), f"run{os.getpid()}_{self.runs}")
        stage.execute(f"CREATE DATABASE {stage.name} TEMPLATE {of}")
        connect(stage)
        stage.redis.start()
        try:
            yield stage
        finally:
            stage.close()
            disconnect()
            stage.execute(f"DROP DATABASE {stage.name} WITH (FORCE)")


def connect(stage: Stage) -> None:
    from django.conf import settings
    from django.db import connection

    disconnect()
    connection.settings_dict["NAME"] = stage.name
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", stage.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def disconnect() -> None:
    from django.db import connection

    connection.close()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """Stopped from outside, nothing of ours stays."""
    raise SystemExit("stopped")


_OPEN: Final[list[House]] = []


@contextmanager
def house() -> Iterator[House]:
    """PostgreSQL with the durability of production, in a folder that is gone afterwards, or kept as FAULTS_DATA.

    Tools that run one after the other in one process share the house that is open already.
    """
    if _OPEN:
        yield _OPEN[0]
        return
    signal.signal(signal.SIGTERM, _leave)
    logging.getLogger("notifications.sending.worker_wakeup").setLevel(
        logging.ERROR
    )  # this process has no broker, its children do
    with ExitStack() as undo:
        kept = os.environ.get("FAULTS_DATA")
        folder = Path(kept) if kept else undo.enter_context(leftovers.temporary())
        if kept:
            undo.enter_context(leftovers.watched(folder))
        found = House(folder)
        found.cluster.start()
        undo.callback(found.cluster.stop)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "labplatform.settings.test",
            "DATABASE_URL": found.cluster.url,
            "REDIS_URL": "unix:///nowhere",
            "VAR_DIR": str(folder / "var"),
        }
        found.migrate()
        _OPEN.append(found)
        undo.callback(_OPEN.clear)
        yield found
