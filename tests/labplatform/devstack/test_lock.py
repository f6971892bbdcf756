"""One demonstration at a time: the lock is free once the launcher and its processes have ended."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from labplatform.devstack import lock

# A launcher whose child takes a moment to end after the signal.
LAUNCHER = """
import sys, time
from pathlib import Path
from labplatform.devstack import lock, processes
slow = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1), sys.exit())); "
with lock.hold(Path(sys.argv[1])):
    processes.start([sys.executable, "-c", slow + "print('up', flush=True); time.sleep(60)"])
    time.sleep(60)
"""


def test_lock_can_be_held_repeatedly(tmp_path: Path):
    for _ in range(2):
        with lock.hold(tmp_path / "var" / "lock"):
            assert (tmp_path / "var" / "lock").exists()


def test_a_second_demonstration_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(lock, "MAX_WAIT_SECONDS", 0.2)
    with (
        lock.hold(tmp_path / "lock"),
        pytest.raises(SystemExit, match="runs from this folder already: stop that one first"),
        lock.hold(tmp_path / "lock"),
    ):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its launcher died")
def test_lock_waits_for_processes_of_a_killed_launcher(tmp_path: Path):
    words = [sys.executable, "-c", LAUNCHER, str(tmp_path / "lock")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout.readline() == "up\n"
        killed = time.monotonic()
        launcher.kill()
        with lock.hold(tmp_path / "lock"):
            waited = time.monotonic() - killed
        launcher.stdout.close()
    assert waited > 1  # as long as the process takes to end
