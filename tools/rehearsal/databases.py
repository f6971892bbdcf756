"""The rehearsal's PgBouncer, in transaction mode in front of PostgreSQL, and its replica."""

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import psycopg

from labplatform.devstack import processes
from labplatform.devstack.folders import socket_folder
from labplatform.devstack.postgres import APPLICATION, Cluster
from tools.faults.platform import RunPlatform, free_port, wait_for

SERVERS: Final = 6  # connections of PgBouncer to PostgreSQL, fewer than the platform's to PgBouncer
CONFIGURATION: Final = """
[databases]
{database} = host={host} dbname={database} user={user} pool_size={servers}
[pgbouncer]
pool_mode = transaction
auth_type = any
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir = {folder}
max_client_conn = 200
query_wait_timeout = 30
server_login_retry = 1
pidfile = {folder}/pgbouncer.pid
"""


def find_pgbouncer() -> str | None:
    """Return the path of the program, None where it is not installed; Debian puts it where only root looks."""
    return shutil.which("pgbouncer", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")


@dataclass
class Pooler:
    """PgBouncer before one database, with fewer connections to it than the platform opens."""

    program: str
    run_platform: RunPlatform
    child: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder, self.port = self.run_platform.folder, free_port()
        self.ini = self.folder / "pgbouncer.ini"

    @property
    def url(self) -> str:
        """The address that web, worker and beat use in place of PostgreSQL's."""
        return f"postgresql://{APPLICATION}@{quote(str(self.folder), safe='')}:{self.port}/{self.run_platform.name}"

    def start(self) -> None:
        self._configure(self.run_platform.cluster)
        words = [*processes.unprivileged(), self.program, str(self.ini)]
        self.child = processes.start(words, log=self.folder / "pgbouncer.log")
        wait_for(self._answers, f"PgBouncer; see {self.folder / 'pgbouncer.log'}")

    def lead_to(self, cluster: Cluster) -> None:
        """Lead to another server from now on, as an operator does after a replica was promoted."""
        assert self.child
        self._configure(cluster)
        os.kill(self.child.pid, signal.SIGHUP)

    def kill(self) -> None:
        if self.child:
            self.run_platform.kill(self.child)

    def _configure(self, cluster: Cluster) -> None:
        values = {"database": self.run_platform.name, "host": cluster.sockets, "user": APPLICATION}
        self.ini.write_text(CONFIGURATION.format(**values, folder=self.folder, port=self.port, servers=SERVERS))

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def left_behind(self) -> dict[str, list[Any]]:
        """Return what sessions left on the connections to PostgreSQL, of which each is asked: none may be left.

        Parameters that PgBouncer follows for each client are not listed.
        """
        followed = "{client_encoding,DateStyle,TimeZone,standard_conforming_strings,application_name}"
        asks = {
            "settings": f"SELECT name FROM pg_settings WHERE source = 'session' AND name <> ALL('{followed}')",
            "prepared statements": "SELECT statement FROM pg_prepared_statements",
            "cursors": "SELECT name FROM pg_cursors WHERE is_holdable",
            "advisory locks": "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()",
            "temporary tables": "SELECT relname FROM pg_class WHERE relnamespace = pg_my_temp_schema()",
            "channels": "SELECT pg_listening_channels()",
        }
        found: dict[str, list[Any]] = {"processes": []}
        clients = [psycopg.connect(self.url, prepare_threshold=None) for _ in range(SERVERS)]
        for client in clients:  # each in a transaction, so that each has a connection of its own
            found["processes"] += client.execute("SELECT pg_backend_pid()").fetchall()
            for what, sql in asks.items():
                found.setdefault(what, []).extend(client.execute(sql).fetchall())
        for client in clients:
            client.close()
        return found


class Replica:
    """A cluster that follows the platform's, and logs the statements that it answers."""

    def __init__(self, run_platform: RunPlatform) -> None:
        self.run_platform, folder = run_platform, run_platform.folder / "replica"
        self.cluster = Cluster(folder / "postgres", socket_folder(folder), ("log_statement=all",))
        self.cluster.copy_from(run_platform.cluster)
        self.cluster.start()

    @property
    def url(self) -> str:
        return f"postgresql://{APPLICATION}@{quote(str(self.cluster.sockets), safe='')}/{self.run_platform.name}"

    def execute(self, sql: str) -> Any:
        """Run a statement on the replica as its owner and return the first value of its answer."""
        with psycopg.connect(self.url.replace(f"//{APPLICATION}@", "//postgres@"), autocommit=True) as connection:
            return (connection.execute(sql).fetchone() or [None])[0]

    def searches(self, word: str) -> int:
        """Return how many searches for the word it answered."""
        lines = self.cluster.log.read_text(errors="replace").splitlines()
        return sum("LOG:  statement" in line and "ts_rank" in line and word.lower() in line for line in lines)


def kill_cluster(cluster: Cluster) -> None:
    """End a server at once, as a power cut does."""
    os.kill(int((cluster.data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    wait_for(lambda: not cluster.running() and not cluster.answers(), "PostgreSQL to end", pause=0.2)


class Databases:
    """PgBouncer, where it is installed, and the replica of a platform whose database has been migrated."""

    replica: Replica
    pooler: Pooler | None = None

    def __init__(self, run_platform: RunPlatform) -> None:
        self.run_platform = run_platform

    def start(self) -> dict[str, str]:
        """Start both and return the variables with their addresses."""
        self.replica = Replica(self.run_platform)
        variables = {"REPLICA_DATABASE_URL": self.replica.url}
        if program := find_pgbouncer():
            self.pooler = Pooler(program, self.run_platform)
            self.pooler.start()
            return variables | {"DATABASE_URL": self.pooler.url}
        print("LEFT OUT PgBouncer: it is not installed (apt-get install pgbouncer)", flush=True)
        return variables

    def close(self) -> None:
        if self.pooler:
            self.pooler.kill()
        if hasattr(self, "replica"):
            self.replica.cluster.stop()
