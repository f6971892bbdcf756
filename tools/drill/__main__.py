"""`make drill`: the demonstration with letters due is backed up in the middle of sending, and restored elsewhere.

By the same two scripts operators run (deploy/backup). `ARGS=--bare` leaves the demonstration out, its smallest size.
Exits with 1 when something does not hold.
"""

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
from tools.faults.stage import ROOT, House, Stage, connect, house, wait_for

PEOPLE = 60
ROUND_SECONDS = 180.0  # for workers to start on a machine that others use, and a round of the post


class Drill:
    """Prints each thing that must hold, with what was found."""

    def __init__(self) -> None:
        self.wrong = 0

    def holds(self, what: str, found: object, expected: object) -> None:
        good = found == expected
        self.wrong += not good
        print(f"{'ok   ' if good else 'WRONG'} {what}: {found}" + ("" if good else f", not {expected}"), flush=True)

    def took(self, what: str, act: Callable[[], object]) -> None:
        begun = time.monotonic()
        act()
        print(f"      {what} took {time.monotonic() - begun:.1f} s", flush=True)


def script(name: str, cluster: Cluster, database: str, *, read: Path | None = None, write: Path | None = None) -> int:
    """Run one of the scripts operators run, against a database of a cluster; returns its exit code."""
    path = f"{binaries()}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "PGHOST": str(cluster.sockets), "PGUSER": "postgres", "PGDATABASE": database}
    with open(read or os.devnull, "rb") as given:
        done = subprocess.run(
            [str(ROOT / "deploy" / "backup" / name)], env=env, stdin=given, stdout=subprocess.PIPE, check=False
        )
    if write:
        write.write_bytes(done.stdout)
    return done.returncode


def command(stage: Stage, files: Path, *words: str) -> str:
    """A management command in a process of its own, as operators run it: with the role of the application."""
    env = {**os.environ, **stage.roles, "FILES_DIR": str(files)}
    return subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    ).stdout


def prepare(stage: Stage, files: Path, *, bare: bool) -> None:
    """Load the demonstration with its pictures, unless `bare`, and make e-mails due to sixty people."""
    from django.conf import settings

    settings.ERASURE_JOURNAL = files.parent / "erasures"
    os.environ |= {
        "DEMO": "true",
        "DEMO_PASSWORD": "drill-drill-drill",
        "ERASURE_JOURNAL": str(settings.ERASURE_JOURNAL),
    }
    command(stage, files, "database_roles", "--create")
    if not bare:
        command(stage, files, "load_demo")
    files.mkdir(exist_ok=True)
    guests(PEOPLE)
    remind(1, now())
    stage.postbox(before=0.05)


def run(place: House, *, bare: bool) -> int:
    drill, files = Drill(), place.folder / "files"
    with place.stage() as stage:
        drill.took("loading the demonstration", lambda: prepare(stage, files, bare=bare))
        worker = stage.worker("--concurrency", "1", FILES_DIR=str(files), **stage.roles)
        stage.nudge()
        wait_accepted(stage, 15)
        stage.kill(worker)
        dump, before, copy = (place.folder / name for name in ("dump", "before.json", "files-copy"))
        before.write_text(command(stage, files, "fingerprint", "--json"))
        drill.took("the dump", lambda: script("back_up", stage.cluster, stage.name, write=dump))
        shutil.copytree(files, copy)
        sessions = contents(dump, "django_session", "usersessions_usersession")
        drill.holds("rows of sessions in the dump, whose keys would sign in", sessions, 0)
        command(stage, files, "erase_person", ERASED)
        print(f"      {dump.stat().st_size / 1e6:.1f} MB of dump, {len(list(copy.rglob('*')))} names in the folder")
        elsewhere(drill, place, stage, (dump, before, copy))
    return drill.wrong


def contents(dump: Path, *names: str) -> int:
    """Return how many parts of a dump carry rows of these tables."""
    words = [binaries() / "pg_restore", "--list", dump]
    listed = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return sum(f"TABLE DATA public {name} " in listed for name in names)


def elsewhere(drill: Drill, place: House, stage: Stage, kept: tuple[Path, Path, Path]) -> None:
    """An empty cluster with a folder of its own; only what was backed up goes there."""
    dump, before, copy = kept
    folder = place.folder / "elsewhere"
    cluster = Cluster(folder / "postgres", place.cluster.sockets.parent / "run2")
    cluster.start()
    try:
        cut = folder / "cut"
        cut.write_bytes(dump.read_bytes()[: dump.stat().st_size // 2])
        drill.holds("a dump cut short is refused", script("restore", cluster, DATABASE, read=cut), 1)
        drill.holds("and leaves tables", tables(cluster), 0)
        drill.took("the restore", lambda: script("restore", cluster, DATABASE, read=dump))
        drill.holds("a second restore over the first is refused", script("restore", cluster, DATABASE, read=dump), 1)
        restored = replace_cluster(stage, cluster)
        rights(drill, restored, copy)
        print("      " + command(restored, copy, "fingerprint", "--against", str(before)).strip())
        said = json.loads(command(restored, copy, "fingerprint", "--json", "--against", str(before)))
        drill.holds(f"tables, sequences and files that differ, of {said['compared']}", said["differing"], [])
        erasures(drill, restored, copy)
        letters(drill, restored, copy)
    finally:
        from django.db import connection

        connection.close()
        cluster.stop()


def rights(drill: Drill, restored: Stage, files: Path) -> None:
    """A dump carries none: in an empty cluster there is not even the application's role."""
    try:
        command(restored, files, "fingerprint", "--json")
    except subprocess.CalledProcessError as error:
        found = "role does not exist" if "does not exist" in str(error.stderr) else str(error.stderr)[-200:]
    else:
        found = "signed in"
    drill.holds("the application, before it is given rights", found, "role does not exist")
    drill.took("giving rights", lambda: command(restored, files, "database_roles", "--create"))
    said = command(restored, files, "database_roles", "--check").strip()
    drill.holds("the application afterwards", said, f"{APPLICATION} uses the tables and cannot alter the history.")


def tables(cluster: Cluster) -> int:
    words = ["-h", str(cluster.sockets), "-U", "postgres", "-d", DATABASE, "-XAt", "-c"]
    asked = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    return int(subprocess.run([binaries() / "psql", *words, asked], check=True, capture_output=True, text=True).stdout)


def replace_cluster(stage: Stage, cluster: Cluster) -> Stage:
    """The same postbox and Redis, in front of the restored database."""
    restored = replace(stage, cluster=cluster, name=DATABASE)
    restored.redis = stage.redis
    restored.port, restored.log = stage.port, stage.log
    connect(restored)
    os.environ["DATABASE_URL"] = restored.url
    from django.db import connection

    connection.settings_dict["HOST"] = str(cluster.sockets)
    return restored


def erasures(drill: Drill, stage: Stage, files: Path) -> None:
    """Someone was erased after the dump was made: no e-mail is released before they are erased again."""
    from django.utils import translation

    from accounts.models import User
    from notifications.actions import release_mail
    from notifications.models import MailSwitch
    from tests.factories.accounts import UserFactory
    from web.errors import DomainError

    translation.activate("en")  # the words of the refusal below
    drill.holds("the person erased after the dump is back", User.objects.filter(email=ERASED).count(), 1)
    try:
        release_mail(by=UserFactory(is_lab_staff=True))
        refusal = "released"
    except DomainError as error:
        refusal = str(error).partition(".")[0]
    drill.holds("releasing e-mails", refusal, "1 person who was erased is back since the restore")
    drill.holds("e-mails are still held", MailSwitch.objects.held().exists(), True)
    drill.holds("people erased again", len(json.loads(command(stage, files, "replay_erasures", "--json"))["people"]), 1)
    drill.holds("their address in the database", User.objects.filter(email=ERASED).count(), 0)


def letters(drill: Drill, stage: Stage, files: Path) -> None:
    """Worker and beat run on what was restored: nothing leaves until staff release it, and then each letter once."""
    from notifications.actions import release_mail
    from notifications.models import MailSwitch
    from tests.factories.accounts import UserFactory

    drill.holds("letters are held", MailSwitch.objects.held().values_list("reason", flat=True).first() or "", HELD)
    went, due = len(stage.accepted()), unsent()
    begun = now()
    for _ in range(2):
        stage.worker("--concurrency", "1", FILES_DIR=str(files), **stage.roles)
    stage.beat(**stage.roles)
    with suppress(TimeoutError):
        wait_for(lambda: rounds(begun) or len(stage.accepted()) > went, "a round of the post", ROUND_SECONDS)
    drill.holds("rounds of the post that ended meanwhile are some", rounds(begun), True)
    drill.holds(f"letters that left while held, of {due} due", len(stage.accepted()) - went, 0)
    release_mail(by=UserFactory(is_lab_staff=True))
    stage.nudge()
    settle(120)
    post = [row["id"] for row in stage.accepted()]
    drill.holds("due letters left after the release", unsent(), 0)
    reached = {row["to"] for row in guests_of(stage)}
    drill.holds(f"people without their letter, of {PEOPLE} but the one erased", PEOPLE - 1 - len(reached - {ERASED}), 0)
    drill.holds("e-mails to the person erased", ERASED in reached, False)
    drill.holds(
        "letters that came more often than once, but the one in hand-over when the worker was killed",
        max(0, len(post) - len(set(post)) - 1),
        0,
    )


def rounds(since: datetime) -> bool:
    """Whether the post made a round that began after a moment, and ended."""
    from notifications.models import Run

    return Run.objects.filter(
        task="notifications.tasks.send_letters", started_at__gt=since, finished_at__gt=since
    ).exists()


ERASED = f"g{PEOPLE - 1}@guests.example"  # the last to get a letter: not before the worker is killed
HELD = "The database was restored from a backup"


def guests_of(stage: Stage) -> list[dict[str, str]]:
    return [row for row in stage.accepted() if row["to"].endswith("@guests.example")]


def main(words: Sequence[str]) -> int:
    with house() as found:
        return 1 if run(found, bare="--bare" in words) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
