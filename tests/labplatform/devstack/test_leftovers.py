"""What a killed launcher leaves: nothing, by its watcher or by the next start, which take nothing of anyone else."""

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
with stack.throw_away() as addresses:
    print(addresses["DATABASE_URL"], flush=True)
    time.sleep(600)
"""
KEEPER = """
import sys, time
from pathlib import Path
from labplatform.devstack import leftovers, stack
data = Path(sys.argv[1])
with leftovers.watched(data), stack.running(data) as addresses:
    print(addresses["DATABASE_URL"], flush=True)
    time.sleep(600)
"""
SUITE = """
import os, time
def test_one_that_takes_long():
    print(os.environ["DATABASE_URL"], flush=True)
    time.sleep(600)
"""
Launched = tuple[subprocess.Popen[str], Path]
Launch = Callable[..., Launched]


@pytest.fixture
def launch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Launch]:
    """Start a launcher, wait until its PostgreSQL answers; gives it and the folder of its data."""
    for name in ("DATABASE_URL", "REDIS_URL", "VAR_DIR"):
        monkeypatch.delenv(name, raising=False)
    started = []

    def begun(*words: str) -> Launched:
        launcher = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        started.append(launcher)
        address = next(line for line in launcher.stdout if "postgresql://" in line)
        with psycopg.connect(address[address.index("postgresql://") :].strip()) as connection:
            [data] = connection.execute("SHOW data_directory").fetchone()
        return launcher, Path(data).parent

    yield begun
    for launcher in started:
        end(launcher, signal.SIGKILL)
        launcher.stdout.close()


def end(launcher: subprocess.Popen[str], ending: signal.Signals) -> None:
    launcher.send_signal(ending)
    launcher.wait(20)


def servers(folder: Path) -> list[int]:
    """PostgreSQL's and Redis' process, as long as they run."""
    written = (folder / "postgres" / "postmaster.pid").read_text().splitlines()[0]
    asked = ["pgrep", "-f", f"redis-server unixsocket:{folder}/"]
    found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    return [int(written), *map(int, found)]


def gone(*pids: int) -> bool:
    return wait_for(lambda: not any(map(alive, pids)), 20)


def watcher_of(launcher: subprocess.Popen[str]) -> int:
    asked = ["pgrep", "-P", str(launcher.pid), "sh"]
    return int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_servers_and_folder_go_with_a_launcher_that_is_killed(launch: Launch, ending: signal.Signals):
    launcher, folder = launch("-c", LAUNCHER)
    running = servers(folder)
    assert (len(running), all(map(alive, running))) == (1 + bool(redis.binary()), True)
    end(launcher, ending)
    assert gone(*running)
    assert wait_for(lambda: not folder.exists())


def test_they_go_with_a_run_of_tests_that_is_killed(launch: Launch, tmp_path: Path):
    (tmp_path / "test_long.py").write_text(SUITE)
    words = ("-m", "pytest", "-s", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"))
    launcher, folder = launch(*words, str(tmp_path / "test_long.py"))
    running = servers(folder)
    end(launcher, signal.SIGKILL)
    assert gone(*running)
    assert wait_for(lambda: not folder.exists())


def test_data_that_is_kept_outlives_them(launch: Launch, tmp_path: Path):
    launcher, folder = launch("-c", KEEPER, str(tmp_path / "var"))
    running = servers(folder)
    end(launcher, signal.SIGKILL)
    assert gone(*running)
    assert (folder, (folder / "postgres" / "PG_VERSION").exists()) == (tmp_path / "var", True)


def test_what_a_killed_watcher_could_not_end_the_next_start_ends(launch: Launch):
    launcher, folder = launch("-c", LAUNCHER)
    running = servers(folder)
    os.kill(watcher_of(launcher), signal.SIGKILL)
    end(launcher, signal.SIGKILL)
    assert alive(running[0])
    leftovers.sweep()
    assert gone(*running)
    assert not folder.exists()


def test_the_next_start_leaves_alone_what_has_its_launcher(launch: Launch):
    _launcher, folder = launch("-c", LAUNCHER)
    leftovers.sweep()
    assert (folder.exists(), all(map(alive, servers(folder)))) == (True, True)


def test_a_temporary_folder_is_marked_while_it_is_used_and_gone_afterwards():
    with leftovers.temporary() as folder, open(folder / "lock") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        leftovers.sweep()
        assert folder.exists()
    assert not folder.exists()


def test_a_folder_that_nobody_marked_is_nobodys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(leftovers.tempfile, "gettempdir", lambda: str(tmp_path))
    (tmp_path / f"{leftovers.PREFIX}other").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "lock").touch()
    leftovers.sweep()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{leftovers.PREFIX}other", "other"]


def test_a_folder_of_ours_that_nobody_marked_for_an_hour_is_swept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
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


def test_the_short_folder_for_sockets_goes_with_the_folder(tmp_path: Path):
    folder = tmp_path / ("long" * 20)
    folder.mkdir()
    sockets = socket_folder(folder)
    sockets.mkdir()
    assert not sockets.is_relative_to(folder)
    leftovers.clear(folder, goes=True)
    assert (folder.exists(), sockets.exists()) == (False, False)


def test_a_process_that_got_the_number_of_an_old_server_is_spared(tmp_path: Path):
    cluster = postgres.Cluster(tmp_path / "postgres", socket_folder(tmp_path), postgres.THROW_AWAY)
    cluster.start()
    cluster.stop()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as other:
        (tmp_path / "postgres" / "postmaster.pid").write_text(f"{other.pid}\n{tmp_path}/postgres\n0\n5432\n")
        leftovers.clear(tmp_path, goes=True)
        assert (other.poll(), tmp_path.exists()) == (None, False)
        other.kill()
