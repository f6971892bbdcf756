"""Servers and folders of a killed launcher are removed by its watcher or by the next start, and nothing else is."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from labplatform.devstack import leftovers, postgres, redis
from labplatform.devstack.folders import socket_folder
from tests.labplatform.devstack.test_processes import alive, wait_for

ROOT = Path(__file__).parents[3]
LAUNCHER = """
import sys, time
from labplatform.devstack import stack
with stack.temporary_servers() as addresses:
    print(addresses["DATABASE_URL"], flush=True)
    time.sleep(600)
"""
KEEPER = """
import sys, time
from pathlib import Path
from labplatform.devstack import leftovers, stack
data = Path(sys.argv[1])
with leftovers.end_servers_with_process(data), stack.running_servers(data) as addresses:
    print(addresses["DATABASE_URL"], flush=True)
    time.sleep(600)
"""
SUITE = """
import os, time
def test_long_running():
    print(os.environ["DATABASE_URL"], flush=True)
    time.sleep(600)
"""
Launched = tuple[subprocess.Popen[str], Path]
Launch = Callable[..., Launched]


@pytest.fixture
def launch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Launch]:
    """Start a launcher, wait until its PostgreSQL answers; return it and its data folder."""
    for name in ("DATABASE_URL", "REDIS_URL", "VAR_DIR"):
        monkeypatch.delenv(name, raising=False)
    started = []

    def start_launcher(*words: str) -> Launched:
        launcher = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        started.append(launcher)
        address = next(line for line in launcher.stdout if "postgresql://" in line)
        with psycopg.connect(address[address.index("postgresql://") :].strip()) as connection:
            [data] = connection.execute("SHOW data_directory").fetchone()
        return launcher, Path(data).parent

    yield start_launcher
    for launcher in started:
        end(launcher, signal.SIGKILL)
        launcher.stdout.close()


def end(launcher: subprocess.Popen[str], ending: signal.Signals) -> None:
    launcher.send_signal(ending)
    launcher.wait(60)


def servers(folder: Path) -> list[int]:
    """Return the process ids of PostgreSQL and Redis that still run."""
    written = (folder / "postgres" / "postmaster.pid").read_text().splitlines()[0]
    command = ["pgrep", "-f", f"redis-server unixsocket:{folder}/"]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    return [int(written), *map(int, output)]


def have_ended(*pids: int) -> bool:
    return wait_for(lambda: not any(map(alive, pids)))


def watcher_of(launcher: subprocess.Popen[str]) -> int:
    command = ["pgrep", "-P", str(launcher.pid), "sh"]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_servers_and_folder_are_removed_after_the_launcher_is_killed(launch: Launch, ending: signal.Signals):
    launcher, folder = launch("-c", LAUNCHER)
    running = servers(folder)
    assert (len(running), all(map(alive, running))) == (1 + bool(redis.binary()), True)
    end(launcher, ending)
    assert have_ended(*running)
    assert wait_for(lambda: not folder.exists())


def test_servers_are_removed_after_a_test_run_is_killed(launch: Launch, tmp_path: Path):
    (tmp_path / "test_long.py").write_text(SUITE)
    words = ("-m", "pytest", "-s", "-c", os.devnull, "-pno:cacheprovider", "-pno:django", "-ptests.embedded")
    launcher, folder = launch(*words, str(tmp_path / "test_long.py"))
    running = servers(folder)
    end(launcher, signal.SIGKILL)
    assert have_ended(*running)
    assert wait_for(lambda: not folder.exists())


def test_persistent_data_survives_a_killed_launcher(launch: Launch, tmp_path: Path):
    launcher, folder = launch("-c", KEEPER, str(tmp_path / "var"))
    running = servers(folder)
    end(launcher, signal.SIGKILL)
    assert have_ended(*running)
    assert (folder, (folder / "postgres" / "PG_VERSION").exists()) == (tmp_path / "var", True)


def test_next_start_removes_what_a_killed_watcher_left(launch: Launch):
    launcher, folder = launch("-c", LAUNCHER)
    running = servers(folder)
    os.kill(watcher_of(launcher), signal.SIGKILL)
    end(launcher, signal.SIGKILL)
    assert alive(running[0])
    leftovers.sweep()
    assert have_ended(*running)
    assert not folder.exists()


def test_next_start_leaves_folders_of_live_launchers(launch: Launch):
    _launcher, folder = launch("-c", LAUNCHER)
    leftovers.sweep()
    assert (folder.exists(), all(map(alive, servers(folder)))) == (True, True)


def test_temporary_folder_is_marked_while_in_use_and_deleted_afterwards():
    with leftovers.temporary() as folder, open(folder / "lock") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        leftovers.sweep()
        assert folder.exists()
    assert not folder.exists()


def test_unmarked_foreign_folder_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(leftovers.tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / f"{leftovers.PREFIX}other").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "lock").touch()
    leftovers.sweep()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{leftovers.PREFIX}other", "other"]


def test_own_folder_unmarked_for_an_hour_is_deleted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(leftovers.tempfile, "gettempdir", lambda: str(tmp_path))
    ages = {"early": 3500, "killed": 3700, "used": 3700, "0-abcdef": 3700}  # the last one is for sockets
    for name, age in ages.items():
        folder = tmp_path / f"{leftovers.PREFIX}{name}"
        folder.mkdir()
        (folder / ("postgres.log" if name == "used" else "lock.new")).touch()
        os.utime(folder, (time.time() - age,) * 2)
    leftovers.sweep()
    left = {path.name.removeprefix(leftovers.PREFIX) for path in tmp_path.iterdir()}
    assert left == {"early", "used", "0-abcdef"}


def test_short_socket_folder_is_deleted_with_the_folder(tmp_path: Path):
    folder = tmp_path / ("long" * 20)
    folder.mkdir()
    sockets = socket_folder(folder)
    sockets.mkdir()
    assert not sockets.is_relative_to(folder)
    leftovers.clear(folder, remove=True)
    assert (folder.exists(), sockets.exists()) == (False, False)


def test_process_that_reuses_an_old_servers_pid_is_spared(tmp_path: Path):
    cluster = postgres.Cluster(tmp_path / "postgres", socket_folder(tmp_path), postgres.THROW_AWAY_OPTIONS)
    cluster.start()
    cluster.stop()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as other:
        (tmp_path / "postgres" / "postmaster.pid").write_text(f"{other.pid}\n{tmp_path}/postgres\n0\n5432\n")
        leftovers.clear(tmp_path, remove=True)
        assert (other.poll(), tmp_path.exists()) == (None, False)
        other.kill()
