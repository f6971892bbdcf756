"""`make demo` and `make serve`: the whole platform on this machine, one process for each part, until it is stopped."""

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
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STARTED_FIRST, STARTED_LAST = (
    ("mailbox", "web"),
    ("worker", "beat"),
)  # the page answers before the others use the processor
GATED_PROCESSES = ("database", "web")  # started early; they wait at a gate until the database is ready
LAYOUT_VERSION = "1"  # version of the data in `var/`; other versions cannot be migrated


class StopRequested(Exception):
    """A signal asked the demonstration to stop."""


def _request_stop(_signal: int, _frame: FrameType | None) -> None:
    """Raise StopRequested, and ignore further signals so that everything still stops in order.

    A signal handler: neither parameter is used.
    """
    for stop_signal in STOP_SIGNALS:
        signal.signal(stop_signal, signal.SIG_IGN)
    raise StopRequested


def free_port() -> int:
    """Return a TCP port of this machine that no program uses at this moment; another one may take it later."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refuse_taken_port(port: int) -> None:
    """Raise SystemExit, with the advice to choose another port, when another program listens on this one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SystemExit(f"Port {port} is taken: choose another, as in `make demo PORT={port + 1}`.") from error


def stored_secret(path: Path, length: int) -> str:
    """Return the random secret in the file at `path`, which only its owner can read.

    The file is created when it is missing, with a secret of `length` random bytes: letters and digits only, which a
    double click selects and every program takes as one word.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(length))
    return path.read_text().strip()


def environment(data: Path, port: int, *, is_demo: bool = True) -> dict[str, str]:
    """Return the environment variables for all processes of the demonstration, or of an installation without its data.

    `data` is the folder of its files, `port` that of the web server. Passwords are created at the first call. Without
    EMAIL_URL in our own environment, e-mails stay on this machine; those of the demonstration always do.
    """
    mail_server = "" if is_demo else os.environ.get("EMAIL_URL", "")
    return {
        "DJANGO_SETTINGS_MODULE": "labplatform.settings.demo",
        "DEMO": "true" if is_demo else "false",
        "LOCAL_MAILBOX": "false" if mail_server else "true",
        "VAR_DIR": str(data),
        "PORT": str(port),
        "BASE_URL": os.environ.get("BASE_URL", f"http://127.0.0.1:{port}"),
        "EMAIL_URL": mail_server or f"smtp://127.0.0.1:{free_port()}",
        "DEMO_PASSWORD": stored_secret(data / "demo-password", 9) if is_demo else "",
        # All processes import the same modules: compile them once, whatever the shell's settings for bytecode are.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(data / "bytecode"),
    }


def commands(env: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the command line of each process of the demonstration by name: mailbox, web, worker and beat.

    `env` are the variables from `environment`.
    """
    smtp_port = env["EMAIL_URL"].rsplit(":", 1)[1]
    celery = [PYTHON, "-m", "celery", "-A"]
    gunicorn = [PYTHON, "-m", "gunicorn", "labplatform.wsgi", "--preload", "--no-control-socket"]
    gunicorn += ["-c", "python:labplatform.devstack.web"]
    worker = ["worker", "--concurrency", "1", "--loglevel", "INFO", "--without-mingle", "--without-gossip"]
    return {
        "mailbox": [PYTHON, "-m", "labplatform.devstack.mailbox", smtp_port],
        "web": [*gunicorn, "-w", "2", "--threads", "2", "-b", f"127.0.0.1:{env['PORT']}"],
        "worker": [*celery, "labplatform", *worker],
        "beat": [*celery, "labplatform.scheduler", "beat", "--loglevel", "INFO", "--pidfile", ""],
    }


@contextmanager
def preparing(env: Mapping[str, str], data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run PostgreSQL and Redis with their files in `data`; yield the process that migrates and fills the database.

    That process imports while they start. All stop at the end. A start that is killed leaves nothing half done, since
    the database is filled in transactions.
    """
    steps = {"database": [PYTHON, "-m", "labplatform.devstack.database"]}
    with _started(steps, env) as running, stack.running_servers(data):
        try:
            gate.open_gate(running["database"])
            yield running["database"]
        finally:
            processes.stop(*running.values())  # before the database it writes to


def collect(env: Mapping[str, str]) -> None:
    """Collect the static files, and wait until that is done; do nothing when none has changed since the last time.

    `env` are the variables of the demonstration's processes.
    """
    if _static_is_stale(Path(env["VAR_DIR"])):
        command = [PYTHON, str(ROOT / "manage.py"), "collectstatic", "--no-input", "--verbosity", "0"]
        with _started({"static files": command}, env) as running:
            wait_for("static files", running["static files"])


def wait_for(name: str, child: subprocess.Popen[bytes]) -> None:
    """Wait until the process has ended; raise SystemExit, naming what failed (`name`), when its exit code is not 0."""
    if child.wait():
        raise SystemExit(f"The {name} could not be prepared; the reason is above.")


def _static_is_stale(data: Path) -> bool:
    """Return whether static files must be collected again into `data`: a source is newer than the last collection.

    True when they were never collected.
    """
    manifest = data / "static" / "staticfiles.json"
    if not manifest.exists():
        return True
    sources = [*(ROOT / "static").rglob("*"), *(ROOT / "web" / "assets").glob("*.py"), ROOT / "package-lock.json"]
    return max(path.stat().st_mtime for path in sources) > manifest.stat().st_mtime


@contextmanager
def children(names: Iterable[str], env: Mapping[str, str], data: Path) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Run the processes with these names (such as “web”), each with its log in `data`; yield them by name.

    They are stopped at the end. `env` are their environment variables.
    """
    logs = data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    available = commands(env)
    with _started({name: available[name] for name in names}, env, logs) as running:
        yield running


@contextmanager
def _started(
    wanted: Mapping[str, list[str]], env: Mapping[str, str], logs: Path | None = None
) -> Iterator[dict[str, subprocess.Popen[bytes]]]:
    """Start the commands, by name; yield their processes by name, and stop them at the end.

    Their output goes to a file per name in `logs`, or to our own output without it.
    """
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in wanted.items():
            log = logs and logs / f"{name}.log"
            running[name] = processes.start(command, env=env, log=log, waiting=name in GATED_PROCESSES)
        yield running
    finally:
        processes.stop(*running.values())


def wait_until_ready(port: int, running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Wait until the health check /readyz answers 200 at the port of this machine.

    Raises SystemExit after a minute, or when one of the processes in `running` ends.
    """
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
    """Print the URL; for the demonstration also the three addresses with which to sign in, and their password.

    All are taken from `env`.
    """
    if env.get("DEMO") == "false":
        print(f"\nlabplatform: {env['BASE_URL']}")
        if env["LOCAL_MAILBOX"] == "true":
            print("E-mails stay on this machine: administrators of the lab read them under E-mails, Mailbox.")
            print("To send them, start with EMAIL_URL=smtp+tls://user:password@host:587.")
        print(f"\nCtrl-C stops it; data stays in {Path(env['VAR_DIR']).name}/.", flush=True)
        return
    print(f"\nlabplatform demonstration: http://127.0.0.1:{env['PORT']}\n")
    print("Sign in as one of:")
    for sign_in in SIGN_INS:
        print(f"  {sign_in}")
    print(f"Password: {env['DEMO_PASSWORD']}\n\nCtrl-C stops it; data stays in var/.", flush=True)


def all_alive(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Raise SystemExit, naming its log, for the first of the processes that has ended by itself;
    do nothing if all run.
    """
    for name, child in running.items():
        if child.poll() is not None:
            raise SystemExit(f"{name} ended by itself; see var/logs/{name}.log.")


def watch(running: Mapping[str, subprocess.Popen[bytes]]) -> None:
    """Wait for ever, checking the processes twice a second.

    Raises SystemExit when one ends by itself, and StopRequested when a signal arrives.
    """
    while True:
        time.sleep(0.5)
        all_alive(running)


def run(data: Path, *, is_demo: bool = True) -> None:
    """Serve the demonstration, or an installation without its data, with its files in `data`.

    It ends with Ctrl-C, SIGTERM, or the end of the `make` that started it.

    The port is that of the environment variable PORT, 8000 by default. Raises SystemExit when something fails to start.
    """
    for stop_signal in STOP_SIGNALS:
        signal.signal(stop_signal, _request_stop)
    if "MAKELEVEL" in os.environ:
        processes.end_with_parent()
    try:
        set_older_data_aside(data)
        with lock.hold(data / "lock"):
            (data / "layout").write_text(LAYOUT_VERSION)
            _serve(data, int(os.environ.get("PORT", "8000")), is_demo=is_demo)
    except StopRequested:
        print("Stopped.", flush=True)


def set_older_data_aside(data: Path) -> None:
    """Rename the folder of the demonstration's files, with a message, when this version cannot use its database.

    Nothing happens to files of this version, or where there are none.
    """
    layout = data / "layout"
    if not (data / "postgres").exists() or (layout.exists() and layout.read_text() == LAYOUT_VERSION):
        return
    aside = data.with_name(f"{data.name}.older-{time.strftime('%Y-%m-%d-%H%M%S')}")
    with lock.hold(data / "lock"):
        data.rename(aside)
    print(f"{data.name}/ was made by an older version: it is now {aside.name}/, and a new one is filled.", flush=True)


def _serve(data: Path, port: int, *, is_demo: bool) -> None:
    """Start all processes in order, print how to sign in, and watch them.

    Ends with an exception: SystemExit when a process ends by itself, StopRequested at a signal.
    """
    refuse_taken_port(port)
    env = environment(data, port, is_demo=is_demo) | stack.server_urls(data) | stack.urls_of_both_roles(data)
    if is_demo:
        print(f"Password: {env['DEMO_PASSWORD']}", flush=True)
    with leftovers.end_servers_with_process(data), preparing(env, data) as database:
        collect(env)
        with children(STARTED_FIRST, env, data) as first:
            wait_for("database", database)
            gate.open_gate(first["web"])
            wait_until_ready(port, first)
            with children(STARTED_LAST, env, data) as last:
                announce(env)
                watch(first | last)
