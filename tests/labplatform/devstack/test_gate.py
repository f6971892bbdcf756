"""A child imports beside its launcher, and does nothing more until it is let through."""

import sys
import time
from pathlib import Path

from labplatform.devstack import demo, gate, processes

WAITER = [sys.executable, "-c", "from labplatform.devstack import gate; gate.wait(); print('through', flush=True)"]


def test_it_waits_until_it_is_let_through(tmp_path: Path):
    child = processes.start(WAITER, log=tmp_path / "log", waiting=True)
    assert (child.poll(), (tmp_path / "log").read_text()) == (None, "")
    gate.let_through(child)
    assert (child.wait(20), (tmp_path / "log").read_text()) == (0, "through\n")


def test_it_ends_with_a_launcher_that_never_came_to_it(tmp_path: Path):
    child = processes.start(WAITER, log=tmp_path / "log", waiting=True)
    assert child.stdin
    child.stdin.close()
    assert (child.wait(20), (tmp_path / "log").read_text()) == (1, "")


def test_whoever_ended_before_is_not_a_failure_of_the_gate():
    child = processes.start([sys.executable, "-c", ""], waiting=True)
    child.wait(20)
    gate.let_through(child)


def test_the_web_server_imports_everything_and_listens_only_once_it_is_let_through(tmp_path: Path):
    env = demo.environment(tmp_path, demo.free_port())
    child = processes.start(demo.commands(env)["web"], env=env, log=tmp_path / "log", waiting=True)
    try:
        assert said(tmp_path / "log", "Starting gunicorn")
        time.sleep(1)
        assert "Listening at" not in (tmp_path / "log").read_text()
        gate.let_through(child)
        assert said(tmp_path / "log", f"Listening at: http://127.0.0.1:{env['PORT']}")
    finally:
        processes.stop(child)


def said(log: Path, words: str) -> bool:
    """Whether the words are in the log within half a minute."""
    deadline = time.monotonic() + 30
    while words not in log.read_text():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
