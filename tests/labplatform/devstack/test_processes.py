"""Child processes end on request, by force, and with a killed launcher."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from labplatform.devstack import processes

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
]
LAUNCHER = """
import sys, time
from labplatform.devstack import processes
child = processes.start([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"


def wait_for(condition: object, seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_stop_ends_a_child_and_may_be_called_again():
    child = processes.start(SLEEPER)
    processes.stop(child)
    processes.stop(child)
    assert child.returncode == -signal.SIGTERM


def test_all_children_are_terminated_before_any_is_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.3)
    stubborn = processes.start(STUBBORN, log=tmp_path / "log")
    assert wait_for(lambda: (tmp_path / "log").read_text() == "deaf\n")
    polite = processes.start(SLEEPER)
    processes.stop(stubborn, polite)
    assert (stubborn.returncode, polite.returncode) == (-signal.SIGKILL, -signal.SIGTERM)


def test_child_that_ignores_the_signal_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.3)
    child = processes.start(STUBBORN, log=tmp_path / "log")
    assert wait_for(lambda: (tmp_path / "log").read_text() == "deaf\n")
    processes.stop(child)
    assert child.returncode == -signal.SIGKILL


def test_output_goes_to_the_log(tmp_path: Path):
    child = processes.start(
        [sys.executable, "-c", "import os; print(os.environ['WORD'])"], env={"WORD": "heard"}, log=tmp_path / "log"
    )
    assert child.wait(60) == 0
    assert (tmp_path / "log").read_text() == "heard\n"


def test_inheritable_files_stay_open_in_a_child(tmp_path: Path):
    inheritable, own = (os.open(tmp_path / name, os.O_CREAT | os.O_RDWR) for name in ("kept", "own"))
    os.set_inheritable(inheritable, True)
    code = "import os, sys; print([os.path.exists(f'/dev/fd/{number}') for number in sys.argv[1:]])"
    child = processes.start([sys.executable, "-c", code, str(inheritable), str(own)], log=tmp_path / "log")
    os.close(inheritable)
    os.close(own)
    assert child.wait(60) == 0
    assert (tmp_path / "log").read_text() == "[True, False]\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its launcher died")
def test_children_end_with_a_killed_launcher():
    launcher = subprocess.Popen([sys.executable, "-c", LAUNCHER], stdout=subprocess.PIPE, text=True)
    try:
        pid = int(launcher.stdout.readline())
        assert alive(pid)
    finally:
        launcher.kill()
        launcher.wait()
        launcher.stdout.close()
    assert wait_for(lambda: not alive(pid))


def test_only_root_needs_a_command_prefix():
    assert (processes.unprivileged() == ()) == (os.geteuid() != 0)
