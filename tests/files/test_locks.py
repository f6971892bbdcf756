"""Locks of a machine: one holder at a time, always released, and a deadline for waiting."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from files.locks import Deadline, ServerBusy, exclusive_lock
from files.storage import NoRoom

HOLD = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_RDONLY)
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def elsewhere(folder: Path) -> subprocess.Popen[bytes]:
    """Start another process that holds the lock until its input ends."""
    folder.mkdir(parents=True, exist_ok=True)
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    return child


def test_lock_held_elsewhere_raises_at_the_deadline(folder: Path):
    with elsewhere(folder / "locks" / "decoder") as child:
        begun = time.monotonic()
        with (
            pytest.raises(ServerBusy, match="busy with other files"),
            exclusive_lock("decoder", deadline=Deadline(0.3)),
        ):
            pass
        assert 0.3 <= time.monotonic() - begun < 60
        with exclusive_lock("another", deadline=Deadline(0)):
            pass
        assert child.stdin
        child.stdin.close()


def test_killed_process_releases_its_lock(folder: Path):
    with elsewhere(folder / "locks" / "decoder") as child:
        child.kill()
        with exclusive_lock("decoder", deadline=Deadline(20)):
            pass


def test_threads_of_one_process_wait_for_each_other():
    with (
        exclusive_lock("decoder", deadline=Deadline(0)),
        pytest.raises(ServerBusy),
        exclusive_lock("decoder", deadline=Deadline(0.1)),
    ):
        pass


def test_a_lock_is_released_when_its_block_fails():
    with pytest.raises(RuntimeError), exclusive_lock("decoder", deadline=Deadline(0)):
        raise RuntimeError
    with exclusive_lock("decoder", deadline=Deadline(0)):
        pass


def test_unwritable_folder_raises_no_room(folder: Path):
    folder.write_text("a file in the way")
    with pytest.raises(NoRoom), exclusive_lock("decoder", deadline=Deadline(0)):
        pass
