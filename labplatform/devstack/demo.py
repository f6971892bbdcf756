"""`make demo`: the whole platform on this machine, each part a process of its own, until a signal ends it."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.request import urlopen

from labplatform.devstack import gate, leftovers, lock, processes, stack

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = sys.executable
SIGN_INS = ("lab@demo.example", "member@demo.example", "admin@demo.example")
READY_SECONDS = 60
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FIRST, THEN = ("letterbox", "web"), ("worker", "beat")  # the page answers before the others take their share
WAITING = ("database", "web")  # started early, at a gate until what they need is there
LAYOUT = "1"  # of the data in `var/`: data without this number cannot be migrated


class Ended(Exception):
    """Someone asked us to stop."""


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Asked twice, we still stop everything in order."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise Ended


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refuse_taken(port: int) -> None:
    """Say so before anything starts when another program listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SystemExit(f"Port {port} is taken: choose another, as in `make demo PORT={port + 1}`.") from error


def kept(path: Path, words: int) -> str:
    """A random word kept in `var/`, readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(words))
    return path.read_text().strip()


def environment(data: Path, port: int) -> dict[str, str]:
    """What every process of the demonstration is told."""
    return {
        "DJANGO_SETTINGS_MODULE": "labplatform.settings.demo",
        "DEMO": "true",
        "VAR_DIR": str(data),
        "PORT": str(port),
        "BASE_URL": os.environ.get("BASE_URL", f"http://127.0.0.1:{port}"),
        "EMAIL_URL": f"smtp://127.0.0.1:{free_port()}",
        "DEMO_PASSWORD": kept(data / "demo-password", 9),
        # All import the same modules: compiled once, whatever this shell thinks of compiled files beside sources.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(data / "bytecode"),
    }


def commands(env: Mapping[str, str]) -> dict[str, list[str]]:
    """The processes of the demonstration, by name."""
    smtp_port = env["EMAIL_URL"].rsplit(":", 1)[1]
    celery = [PYTHON, "-m", "celery", "-A", "labplatform"]
    gunicorn = [PYTHON, "-m", "gunicorn", "labplatform.wsgi", "--preload", "--no-control-socket"]
    gunicorn += ["-c", "python:labplatform.devstack.web"]
    worker = ["worker", "--concurrency", "1", "--loglevel", "INFO", "--without-mingle", "--without-gossip"]
    return {
        "letterbox": [PYTHON, "-m", "labplatform.devstack.letterbox", smtp_port],
        "web": [*gunicorn, "-w", "2", "-b", f"127.0.0.1:{env['PORT']}"],
        "worker": [*celery, *worker],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile", ""],
    }


@contextmanager
def preparing(env: Mapping[str, str], data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """PostgreSQL and Redis, and the process that brings the database up to date, which imports while they start.

    A start that is killed meanwhile leaves nothing half done: the database is filled in transactions.
    """
    steps = {"database": [PYTHON, "-m", "labplatform.devstack.database"]}
    with _started(steps, env) as running, stack.running(data):
        try:
            gate.let_through(running["database"])
            yield running["database"]
        finally:
            processes.stop(*running.values())  # before the database it writes to


def collect(env: Mapping[str, str]) -> None:
    """Bring the static files up to date: the web server reads them as it starts. Their list is written last."""
    if _static_is_stale(Path(env["VAR_DIR"])):
        command = [PYTHON, str(ROOT / "manage.py"), "collectstatic", "--no-input", "--verbosity", "0"]
        with _started({"static files": command}, env) as running:
            wait_for("static files", running["static files"])


def wait_for(name: str, child: subprocess.Popen[bytes]) -> None:
    """Block until the child is done; raises SystemExit when it failed."""
    if child.wait():
        raise SystemExit(f"The {name} could not be prepared; the reason is above.")


def _static_is_stale(data: Path) -> bool:
    manifest = data / "static" / "staticfiles.json"
    if not manifest.exists():
        return True
    sources = [*(ROOT / "static").rglob("*"), ROOT / "package-lock.json", ROOT / "labplatform" / "settings" / "base.py"]
    return max(path.stat().st_mtime for path in sources) > manifest.stat().st_mtime


@contextmanager
def children(names: Iterable[str], env: Mapping[str, str], data: Path) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """The processes of these names, each with its log in `data`; all are stopped at the end."""
    logs = data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    known = commands(env)
    with _started({name: known[name] for name in names}, env, logs) as running:
        yield running


@contextmanager
def _started(
    wanted: Mapping[str, list[str]], env: Mapping[str, str], logs: Path | None = None
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in wanted.items():
            log = logs and logs / f"{name}.log"
            running[name] = processes.start(command, env=env, log=log, waiting=name in WAITING)
        yield running
    finally:
        processes.stop(*running.values())


def wait_until_ready(port: int, running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Block until /readyz answers; raises SystemExit after READY_SECONDS, or when a process ends before."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        all_alive(running)
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"The platform did not answer in {READY_SECONDS} s; see var/logs/web.log.")


def announce(env: Mapping[str, str]) -> None:
    """Print where to go and how to sign in."""
    print(f"\nlabplatform demonstration: http://127.0.0.1:{env['PORT']}\n")
    print("Sign in as one of:")
    for sign_in in SIGN_INS:
        print(f"  {sign_in}")
    print(f"Password: {env['DEMO_PASSWORD']}\n\nCtrl-C stops it; data stays in var/.", flush=True)


def all_alive(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Raise SystemExit, naming its log, for the first process that ended by itself."""
    for name, child in running.items():
        if child.poll() is not None:
            raise SystemExit(f"{name} ended by itself; see var/logs/{name}.log.")


def watch(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Sleep until a signal, or until one process ends by itself."""
    while True:
        time.sleep(0.5)
        all_alive(running)


def run(data: Path) -> None:
    """Serve the demonstration until Ctrl-C or SIGTERM, or until the `make` that started it is gone."""
    for ending in ENDINGS:
        signal.signal(ending, _end)
    if "MAKELEVEL" in os.environ:
        processes.end_with_parent()
    try:
        set_older_aside(data)
        with lock.held(data / "lock"):
            (data / "layout").write_text(LAYOUT)
            _serve(data, int(os.environ.get("PORT", "8000")))
    except Ended:
        print("Stopped.", flush=True)


def set_older_aside(data: Path) -> None:
    """Rename the folder, and say so, when its database was made by a version that this one cannot migrate."""
    layout = data / "layout"
    if not (data / "postgres").exists() or (layout.exists() and layout.read_text() == LAYOUT):
        return
    aside = data.with_name(f"{data.name}.older-{time.strftime('%Y-%m-%d-%H%M%S')}")
    with lock.held(data / "lock"):
        data.rename(aside)
    print(f"{data.name}/ was made by an older version: it is now {aside.name}/, and a new one is filled.", flush=True)


def _serve(data: Path, port: int) -> None:
    refuse_taken(port)
    env = environment(data, port) | stack.addresses(data) | stack.two_roles(data)
    print(f"Password: {env['DEMO_PASSWORD']}", flush=True)
    with leftovers.watched(data), preparing(env, data) as database:
        collect(env)
        with children(FIRST, env, data) as first:
            wait_for("database", database)
            gate.let_through(first["web"])
            wait_until_ready(port, first)
            with children(THEN, env, data) as then:
                announce(env)
                watch(first | then)
