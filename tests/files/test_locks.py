"""Turns: one at a time on a machine, given back whatever happens, and an end to the waiting."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from files.storage import NoRoom
from files.turns import Busy, Deadline, turn

HOLD = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_RDONLY)
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def elsewhere(folder: Path) -> subprocess.Popen[bytes]:
    """Another process that holds the turn until its input ends."""
    folder.mkdir(parents=True, exist_ok=True)
    child = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    return child


def test_another_process_waits_until_its_deadline_and_says_so(folder: Path):
    with elsewhere(folder / "turns" / "decoder") as child:
        begun = time.monotonic()
        with pytest.raises(Busy, match="busy with other files"), turn("decoder", deadline=Deadline(0.3)):
            pass
        assert 0.3 <= time.monotonic() - begun < 10
        with turn("another", deadline=Deadline(0)):
            pass
        assert child.stdin
        child.stdin.close()


def test_a_process_that_is_killed_gives_its_turn_back(folder: Path):
    with elsewhere(folder / "turns" / "decoder") as child:
        child.kill()
        with turn("decoder", deadline=Deadline(20)):
            pass


def test_two_of_one_process_wait_for_each_other_too():
    with turn("decoder", deadline=Deadline(0)), pytest.raises(Busy), turn("decoder", deadline=Deadline(0.1)):
        pass


def test_a_turn_is_given_back_when_its_block_fails():
    with pytest.raises(RuntimeError), turn("decoder", deadline=Deadline(0)):
        raise RuntimeError
    with turn("decoder", deadline=Deadline(0)):
        pass


def test_a_folder_that_cannot_be_written_says_so(folder: Path):
    folder.write_text("a file in the way")
    with pytest.raises(NoRoom), turn("decoder", deadline=Deadline(0)):
        pass
