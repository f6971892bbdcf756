"""Yesterday's dump restored: the same rows, and nothing leaves before somebody releases the letters."""

import subprocess
import time

from labplatform.devstack.postgres import binaries
from tools.faults.cast import guests, now, remind, settle, unsent, wait_accepted
from tools.faults.count import Count, count
from tools.faults.processes import PEOPLE, SENDERS, crew
from tools.faults.stage import Stage, wait_for


def restored(stage: Stage, guard: str) -> Count:
    """Dumped in the middle of the sending; the platform goes on, is lost, and comes back from the dump."""
    from notifications.actions import hold_mail, release_mail
    from tests.factories.accounts import UserFactory

    staff = UserFactory(is_lab_staff=True)
    guests(PEOPLE)
    remind(1, now())
    stage.postbox(before=0.03)
    [worker] = crew(stage, guard)
    wait_accepted(stage, 15)
    stage.kill(worker)
    before = fingerprint()
    dump = stage.folder / "dump.sql"
    tool("pg_dump", stage, "--file", str(dump))
    worker = stage.worker("--concurrency", "1")
    went = len(stage.accepted())
    wait_accepted(stage, went + 10)
    for child in stage.children[1:]:
        stage.kill(child)
    time.sleep(0.3)  # whatever the postbox had in hand is written down
    replace(stage, dump)
    after = fingerprint()
    if guard != "hold":
        hold_mail(reason="Restored from yesterday's dump", at=now(), by=None)
    left, accepted = unsent(), len(stage.accepted())
    log = stage.folder / "worker.log"
    rounds = log.read_text().count("succeeded")
    crew(stage, "")
    wait_for(
        lambda: log.read_text().count("succeeded") > rounds + 1 or len(stage.accepted()) > accepted,
        "a round of the post",
    )
    leaked = len(stage.accepted()) - accepted
    release_mail(by=staff)
    settle(60)
    found = count(stage, bound=accepted - went + 2 * SENDERS, open_then=left)
    if before != after:
        found.broken.append("rows differ: " + ", ".join(name for name in before if before[name] != after.get(name)))
    if leaked:
        found.broken.append(f"{leaked} letters left before the release")
    return found


def tool(name: str, stage: Stage, *words: str) -> None:
    command = [str(binaries() / name), "-h", str(stage.cluster.sockets), "-U", "postgres", "-d", stage.name, *words]
    subprocess.run(command, check=True, capture_output=True)


def replace(stage: Stage, dump) -> None:
    """The run's database is gone, and made again from the dump."""
    from django.db import connection

    connection.close()
    for statement in (f"DROP DATABASE {stage.name} WITH (FORCE)", f"CREATE DATABASE {stage.name}"):
        stage.execute(statement)
    tool("psql", stage, "-q", "-v", "ON_ERROR_STOP=1", "-f", str(dump))


def fingerprint() -> dict[str, tuple[int, str]]:
    """Rows and a hash of each table, whatever their order."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t"
            )
            found[table] = cursor.fetchone()
    return found
