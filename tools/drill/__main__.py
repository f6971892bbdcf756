"""`make drill`: the demonstration with e-mails due is backed up in the middle of sending, and restored elsewhere.

It uses the two scripts of operators (deploy/backup). `ARGS=--bare` leaves the demonstration out.
Exits with 1 when a check fails.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from labplatform.devstack.postgres import APPLICATION, DATABASE, Cluster, binaries
from tools.faults.cast import guests, now, remind, settle, unsent, wait_accepted
from tools.faults.platform import ROOT, PlatformHost, RunPlatform, connect, platform_host, wait_for

PEOPLE = 60
ROUND_SECONDS = 180.0  # for workers to start on a machine that others use, and a sending round


class Drill:
    """Prints each check with its result."""

    def __init__(self) -> None:
        self.wrong = 0

    def check(self, what: str, found: object, expected: object) -> None:
        good = found == expected
        self.wrong += not good
        print(f"{'ok   ' if good else 'WRONG'} {what}: {found}" + ("" if good else f", not {expected}"), flush=True)

    def measure(self, what: str, act: Callable[[], object]) -> None:
        begun = time.monotonic()
        act()
        print(f"      {what} took {time.monotonic() - begun:.1f} s", flush=True)


def script(name: str, cluster: Cluster, database: str, *, read: Path | None = None, write: Path | None = None) -> int:
    """Run one of the operators' scripts against a database of a cluster; returns its exit code."""
    path = f"{binaries()}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PGHOST": str(cluster.sockets), "PGUSER": "postgres", "PGDATABASE": database}
    with open(read or os.devnull, "rb") as given:
        done = subprocess.run(
            [str(ROOT / "deploy" / "backup" / name)], env=env, stdin=given, stdout=subprocess.PIPE, check=False
        )
    if write:
        write.write_bytes(done.stdout)
    return done.returncode


def command(platform: RunPlatform, files: Path, *words: str) -> str:
    """Run a management command in a process of its own, as operators do: with the role of the application."""
    env = {**os.environ, **platform.roles, "FILES_DIR": str(files)}
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    ).stdout


def prepare(platform: RunPlatform, files: Path, *, bare: bool) -> None:
    """Load the demonstration with its pictures, unless `bare`, and make e-mails due to sixty people."""
    from django.conf import settings

    settings.ERASURE_JOURNAL = files.parent / "erasures"
    os.environ |= {
        "DEMO": "true",
        "DEMO_PASSWORD": "drill-drill-drill",
        "ERASURE_JOURNAL": str(settings.ERASURE_JOURNAL),
    }
    command(platform, files, "database_roles", "--create")
    if not bare:
        command(platform, files, "load_demo")
    files.mkdir(exist_ok=True)
    guests(PEOPLE)
    note_with_code()
    invited_guest()
    remind(1, now())


def send_some(platform: RunPlatform, files: Path) -> None:
    """Start a worker, and kill it while it sends."""
    platform.start_mail_server(before=0.05)
    worker = platform.start_worker("--concurrency", "1", FILES_DIR=str(files), **platform.roles)
    platform.wake_worker()
    wait_accepted(platform, 15)
    platform.kill(worker)


def run(host: PlatformHost, *, bare: bool) -> int:
    drill, files = Drill(), host.folder / "files"
    with host.start_platform() as platform:
        drill.measure("loading the demonstration", lambda: prepare(platform, files, bare=bare))
        send_some(platform, files)
        dump, before, copy = (host.folder / name for name in ("dump", "before.json", "files-copy"))
        before.write_text(command(platform, files, "fingerprint", "--json"))
        drill.measure("the dump", lambda: script("back_up", platform.cluster, platform.name, write=dump))
        shutil.copytree(files, copy)
        sessions = contents(dump, "django_session", "usersessions_usersession")
        drill.check("rows of sessions in the dump, whose keys would sign in", sessions, 0)
        command(platform, files, "erase_person", ERASED)
        withdraw_note()
        erase_invited_guest()
        print(f"      {dump.stat().st_size / 1e6:.1f} MB of dump, {len(list(copy.rglob('*')))} names in the folder")
        elsewhere(drill, host, platform, (dump, before, copy))
    return drill.wrong


def note_with_code() -> None:
    """Add a field note, whose person agreed and got a code, unless there is one."""
    from fieldwork.models import Note
    from tests.factories.fieldwork import NoteFactory

    if not Note.objects.filter(withdrawal_code=CODE).exists():
        NoteFactory(withdrawal_code=CODE)


def withdraw_note() -> None:
    """Withdraw the note by its code, as its person does, after the dump was made."""
    from fieldwork.notes.actions import withdraw_consent

    withdraw_consent(code=CODE, by=None, at=now())


def invited_guest() -> None:
    """Add a stakeholder who agreed to get e-mails, unless there is one."""
    from cohorts.models import Stakeholder
    from tests.factories.cohorts import StakeholderContactFactory

    if not Stakeholder.objects.filter(name=GUEST).exists():
        StakeholderContactFactory(stakeholder__name=GUEST)


def erase_invited_guest() -> None:
    """Erase the stakeholder and their address, as they do on their page, after the dump was made."""
    from cohorts.guests.actions import erase_guest
    from cohorts.models import Stakeholder

    erase_guest(stakeholder=Stakeholder.objects.get(name=GUEST), at=now(), by=None)


def contents(dump: Path, *names: str) -> int:
    """Return how many parts of a dump carry rows of these tables."""
    words = [binaries() / "pg_restore", "--list", dump]
    listed = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return sum(f"TABLE DATA public {name} " in listed for name in names)


def elsewhere(drill: Drill, host: PlatformHost, platform: RunPlatform, backup_paths: tuple[Path, Path, Path]) -> None:
    """Restore into an empty cluster with a folder of its own, from the backup alone."""
    dump, before, copy = backup_paths
    folder = host.folder / "elsewhere"
    cluster = Cluster(folder / "postgres", host.cluster.sockets.parent / "run2")
    cluster.start()
    try:
        cut = folder / "cut"
        cut.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
        drill.check("a dump cut short is refused", script("restore", cluster, DATABASE, read=cut), 1)
        drill.check("and leaves tables", tables(cluster), 0)
        drill.measure("the restore", lambda: script("restore", cluster, DATABASE, read=dump))
        drill.check("a second restore over the first is refused", script("restore", cluster, DATABASE, read=dump), 1)
        restored = replace_cluster(platform, cluster)
        rights(drill, restored, copy)
        comparison = json.loads(command(restored, copy, "fingerprint", "--json", "--against", str(before)))
        drill.check(
            f"tables, sequences and files that differ, of {comparison['compared']}", comparison["differing"], []
        )
        check_erasures(drill, restored, copy)
        check_emails(drill, restored, copy)
    finally:
        from django.db import connection

        connection.close()
        cluster.stop()


def rights(drill: Drill, restored: RunPlatform, files: Path) -> None:
    """A dump contains no rights: an empty cluster does not even have the application's role."""
    try:
        command(restored, files, "fingerprint", "--json")
    except subprocess.CalledProcessError as error:
        error_text = "role does not exist" if "does not exist" in str(error.stderr) else str(error.stderr)[-200:]
    else:
        error_text = "signed in"
    drill.check("the application, before it is given rights", error_text, "role does not exist")
    drill.measure("giving rights", lambda: command(restored, files, "database_roles", "--create"))
    output = command(restored, files, "database_roles", "--check").strip()
    drill.check("the application afterwards", output, f"{APPLICATION} uses the tables and cannot alter the history.")


def tables(cluster: Cluster) -> int:
    words = ["-h", str(cluster.sockets), "-U", "postgres", "-d", DATABASE, "-XAt", "-c"]
    query = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    return int(subprocess.run([binaries() / "psql", *words, query], check=True, capture_output=True, text=True).stdout)


def replace_cluster(platform: RunPlatform, cluster: Cluster) -> RunPlatform:
    """Return the platform with the same mail server and Redis in front of the restored database."""
    restored = replace(platform, cluster=cluster, name=DATABASE)
    restored.redis = platform.redis
    restored.port, restored.log = platform.port, platform.log
    connect(restored)
    os.environ["DATABASE_URL"] = restored.url
    from django.db import connection

    connection.settings_dict["HOST"] = str(cluster.sockets)
    return restored


def check_erasures(drill: Drill, platform: RunPlatform, files: Path) -> None:
    """A person, a note and a guest were erased after the dump was made: no e-mail is sent before they are again."""
    from django.utils import translation

    from accounts.models import User
    from cohorts.models import Stakeholder
    from fieldwork.models import Note
    from notifications.actions import resume_all_emails
    from notifications.models import MailSwitch
    from tests.factories.accounts import UserFactory
    from web.errors import DomainError

    translation.activate("en")  # the words of the refusal below
    drill.check("the person erased after the dump is back", User.objects.filter(email=ERASED).count(), 1)
    notes = Note.objects.filter(withdrawal_code=CODE)
    drill.check("the note withdrawn after the dump is back", notes.count(), 1)
    named = Stakeholder.objects.filter(name=GUEST)
    drill.check("the guest erased after the dump is back", named.count(), 1)
    try:
        resume_all_emails(by=UserFactory(is_lab_staff=True))
        refusal = "resumed"
    except DomainError as error:
        refusal = str(error).partition(".")[0]
    drill.check("resuming e-mails", refusal, "The restore lost 5 erasures or unsubscriptions")
    drill.check("e-mails are still paused", MailSwitch.objects.paused().exists(), True)
    repeated = json.loads(command(platform, files, "replay_erasures", "--json"))["repeated"]
    kinds = sorted(label.split()[0] for label in repeated)
    drill.check("kinds erased again", kinds, ["note", "stakeholder", "unsubscription", "user", "user"])
    drill.check("the note by its code", notes.count(), 0)
    drill.check("the guest by their name", named.count(), 0)
    drill.check("their address in the database", User.objects.filter(email=ERASED).count(), 0)


def check_emails(drill: Drill, platform: RunPlatform, files: Path) -> None:
    """Run worker and beat on the restored database: staff resume sending, then each e-mail is sent once."""
    from notifications.actions import resume_all_emails
    from notifications.models import MailSwitch
    from tests.factories.accounts import UserFactory

    drill.check(
        "e-mails are paused", MailSwitch.objects.paused().values_list("reason", flat=True).first() or "", PAUSE_REASON
    )
    went, due = len(platform.accepted()), unsent()
    begun = now()
    for _ in range(2):
        platform.start_worker("--concurrency", "1", FILES_DIR=str(files), **platform.roles)
    platform.start_beat(**platform.roles)
    with suppress(TimeoutError):
        wait_for(lambda: rounds(begun) or len(platform.accepted()) > went, "a sending round", ROUND_SECONDS)
    drill.check("sending rounds that ended meanwhile are some", rounds(begun), True)
    drill.check(f"e-mails that left while paused, of {due} due", len(platform.accepted()) - went, 0)
    resume_all_emails(by=UserFactory(is_lab_staff=True))
    platform.wake_worker()
    settle(120)
    post = [row["id"] for row in platform.accepted()]
    drill.check("due e-mails left after sending resumed", unsent(), 0)
    reached = {row["to"] for row in guests_of(platform)}
    drill.check(f"people without their e-mail, of {PEOPLE} but the one erased", PEOPLE - 1 - len(reached - {ERASED}), 0)
    drill.check("e-mails to the person erased", ERASED in reached, False)
    drill.check(
        "e-mails that came more often than once, but the one in hand-over when the worker was killed",
        max(0, len(post) - len(set(post)) - 1),
        0,
    )


def rounds(since: datetime) -> bool:
    """Return whether a sending round began after a moment and ended."""
    from notifications.models import TaskRun

    return TaskRun.objects.filter(
        task="notifications.tasks.send_emails", started_at__gt=since, finished_at__gt=since
    ).exists()


ERASED = f"g{PEOPLE - 1}@guests.example"  # the last to get an e-mail: not before the worker is killed
CODE = "DRALLCDE23"  # of the note that is withdrawn after the dump
GUEST = "Odile Exercice"  # of the stakeholder who is erased after the dump
PAUSE_REASON = "The database was restored from a backup"


def guests_of(platform: RunPlatform) -> list[dict[str, str]]:
    return [row for row in platform.accepted() if row["to"].endswith("@guests.example")]


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make drill", description=__doc__)
    parser.add_argument("--bare", action="store_true", help="without the demonstration")
    options = parser.parse_args(words)
    with platform_host() as host:
        return 1 if run(host, bare=options.bare) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
