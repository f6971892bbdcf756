"""The PostgreSQL cluster of test runs, with a migrated database from which each process copies its own.

It is made once and stays in var/test-clusters/ until a migration, or code that migrations use, changes.
`python -m tests.migrated_cluster` makes it beforehand, while something else needs the other processor.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from labplatform.devstack import leftovers, postgres, stack

ROOT: Final = Path(__file__).parent.parent
FOLDER: Final = ROOT / "var" / "test-clusters"
TEMPLATE: Final = "migrated"  # the database that others are copied from
MIGRATE: Final = "--database"  # argument of the process that migrates it
USED_BY_MIGRATIONS: Final = ("*/migrations/*.py", "web/database/*.py", "requirements/dev.txt", "tests/migrated_*.py")


def copy_cluster(data: Path) -> None:
    """Copy the cluster's files to `data`, which must not exist; make them first where there are none yet."""
    with made_cluster() as cluster:
        shutil.copytree(cluster, data)


@contextmanager
def made_cluster() -> Iterator[Path]:
    """Give the folder of the cluster, which is made where there is none yet; no other process changes it meanwhile."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    cluster = FOLDER / _version()
    with open(FOLDER / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not cluster.exists():
            _make(cluster)
        yield cluster


def _version() -> str:
    """Return a hash of the files that decide what the migrated database is like."""
    digest = hashlib.sha256()
    for pattern in USED_BY_MIGRATIONS:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _make(cluster: Path) -> None:
    """Make the cluster with its migrated database at `cluster`, and delete older ones."""
    for older in FOLDER.glob("*/"):
        shutil.rmtree(older)
    with leftovers.temporary() as folder:
        with stack.running_servers(folder, options=postgres.THROW_AWAY_OPTIONS) as environment:
            command = [sys.executable, "-m", "tests.migrated_cluster", MIGRATE]
            subprocess.run(command, env={**os.environ, **environment}, cwd=ROOT, check=True)
        incomplete = FOLDER / "incomplete"
        shutil.copytree(folder / "postgres", incomplete)
        incomplete.rename(cluster)


def migrate() -> None:
    """Create the database TEMPLATE in the running server, as Django makes the database of a test run."""
    import django
    from django.db import connection

    django.setup()
    connection.settings_dict["TEST"]["NAME"] = TEMPLATE
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "labplatform.settings.test"
    if sys.argv[1:] == [MIGRATE]:
        migrate()
    else:
        with made_cluster():
            pass
