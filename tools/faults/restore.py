"""Yesterday's dump restored: the same rows, and nothing is sent before someone resumes sending."""

import subprocess
import time

from labplatform.devstack.postgres import binaries
from tools.faults.cast import guests, now, remind, settle, unsent, wait_accepted
from tools.faults.platform import RunPlatform, execute, wait_for
from tools.faults.processes import PEOPLE, SENDERS, start_processes
from tools.faults.tally import FaultTally, tally_run


def restored(platform: RunPlatform, guard: str) -> FaultTally:
    """The dump is made in the middle of sending; the platform goes on, is lost, and is restored from the dump."""
    from notifications.actions import pause_all_emails, resume_all_emails
    from tests.factories.accounts import UserFactory

    staff = UserFactory(is_lab_staff=True)
    guests(PEOPLE)
    remind(1, now())
    platform.start_mail_server(before=0.03)
    [worker] = start_processes(platform, guard)
    wait_accepted(platform, 15)
    platform.kill(worker)
    before = fingerprint()
    dump = platform.folder / "dump.sql"
    tool("pg_dump", platform, "--file", str(dump))
    worker = platform.start_worker("--concurrency", "1")
    went = len(platform.accepted())
    wait_accepted(platform, went + 10)
    for child in platform.children[1:]:
        platform.kill(child)
    time.sleep(0.3)  # whatever the mail server had in hand is written down
    replace(platform, dump)
    after = fingerprint()
    if guard != "hold":
        pause_all_emails(reason="Restored from yesterday's dump", at=now(), by=None)
    left, accepted = unsent(), len(platform.accepted())
    log = platform.folder / "worker.log"
    rounds = log.read_text().count("succeeded")
    start_processes(platform, "")
    wait_for(
        lambda: log.read_text().count("succeeded") > rounds + 1 or len(platform.accepted()) > accepted,
        "a sending round",
    )
    leaked = len(platform.accepted()) - accepted
    resume_all_emails(by=staff)
    settle(60)
    tally = tally_run(platform, bound=accepted - went + 2 * SENDERS, open_then=left)
    if before != after:
        tally.broken.append("rows differ: " + ", ".join(name for name in before if before[name] != after.get(name)))
    if leaked:
        tally.broken.append(f"{leaked} e-mails left before sending resumed")
    return tally


def tool(name: str, platform: RunPlatform, *words: str) -> None:
    command = [
        str(binaries() / name),
        "-h",
        str(platform.cluster.sockets),
        "-U",
        "postgres",
        "-d",
        platform.name,
        *words,
    ]
    subprocess.run(command, check=True, capture_output=True)


def replace(platform: RunPlatform, dump) -> None:
    """Drop the database of the run, and restore it from the dump."""
    from django.db import connection

    connection.close()
    for statement in (f"DROP DATABASE {platform.name} WITH (FORCE)", f"CREATE DATABASE {platform.name}"):
        execute(platform.cluster, statement)
    tool("psql", platform, "-q", "-v", "ON_ERROR_STOP=1", "-f", str(dump))


def fingerprint() -> dict[str, tuple[int, str]]:
    """Return the number of rows and a hash of each table, independent of their order."""
    from django.db import connection

    fingerprints = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{table}\" t"
            )
            fingerprints[table] = cursor.fetchone()
    return fingerprints
