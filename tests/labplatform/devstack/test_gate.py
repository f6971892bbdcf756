"""A child imports while its launcher works, then waits for the gate."""

import sys
import time
from pathlib import Path

from labplatform.devstack import demo, gate, processes

WAITER = [sys.executable, "-c", "from labplatform.devstack import gate; gate.wait(); print('through', flush=True)"]


def test_child_waits_until_the_gate_opens(tmp_path: Path):
    child = processes.start(WAITER, log=tmp_path / "log", waiting=True)
    assert (child.poll(), (tmp_path / "log").read_text()) == (None, "")
    gate.open_gate(child)
    assert (child.wait(60), (tmp_path / "log").read_text()) == (0, "through\n")


def test_child_ends_when_its_launcher_ends_before_opening(tmp_path: Path):
    child = processes.start(WAITER, log=tmp_path / "log", waiting=True)
    assert child.stdin
    child.stdin.close()
    assert (child.wait(60), (tmp_path / "log").read_text()) == (1, "")


def test_opening_the_gate_of_an_ended_child_is_no_error():
    child = processes.start([sys.executable, "-c", ""], waiting=True)
    child.wait(60)
    gate.open_gate(child)


def test_web_server_listens_only_once_the_gate_opens(tmp_path: Path):
    env = demo.environment(tmp_path, demo.free_port())
    child = processes.start(demo.commands(env)["web"], env=env, log=tmp_path / "log", waiting=True)
    try:
        assert log_contains(tmp_path / "log", "Starting gunicorn")
        time.sleep(1)
        assert "Listening at" not in (tmp_path / "log").read_text()
        gate.open_gate(child)
        assert log_contains(tmp_path / "log", f"Listening at: http://127.0.0.1:{env['PORT']}")
    finally:
        processes.stop(child)


def log_contains(log: Path, words: str) -> bool:
    """Return whether the words appear in the log within half a minute."""
    deadline = time.monotonic() + 60
    while words not in log.read_text():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
