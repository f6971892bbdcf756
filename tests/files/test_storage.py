"""Files on the disk: whole or not there, under names that say nothing, and what a crash leaves is found."""

import os
import re
import resource
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from files import storage
from files.storage import NoRoom

CONTENTS = {"full": b"a" * 3000, "small": b"b"}


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The kernel itself refuses to write more into any file of this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_is_kept_in_all_its_sizes_under_a_random_name(folder: Path):
    name, other = storage.place(CONTENTS), storage.place(CONTENTS)
    assert re.fullmatch(r"[0-9a-f]{32}", name)
    assert name != other
    assert {size: storage.path_of(name, size).read_bytes() for size in CONTENTS} == CONTENTS
    assert everything(folder) == sorted(f"{n[:2]}/{n}/{size}" for n in (name, other) for size in CONTENTS)


def test_nobody_else_on_the_machine_reads_it():
    folder = storage.path_of(storage.place(CONTENTS), "full").parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_what_is_removed_is_gone_and_removing_again_is_no_error(folder: Path):
    name = storage.place(CONTENTS)
    storage.remove(name)
    storage.remove(name)
    assert (everything(folder), list(storage.names_kept())) == ([], [])


def test_a_disk_that_takes_no_more_leaves_nothing(folder: Path):
    kept = storage.place(CONTENTS)
    with (
        files_no_larger_than(2000),
        pytest.raises(NoRoom, match=r"no room for files at the moment\. Nothing was saved"),
    ):
        storage.place({"small": b"b", "full": b"a" * 3000})
    assert everything(folder) == sorted(f"{kept[:2]}/{kept}/{size}" for size in CONTENTS)
    assert list((folder / "incoming").iterdir()) == []


def test_a_folder_that_cannot_be_written_says_the_same(folder: Path):
    folder.mkdir()
    (folder / "incoming").write_text("a file in the way")
    with pytest.raises(NoRoom):
        storage.place(CONTENTS)


def killed_while(act: Any) -> None:
    """A process of its own that dies at once after the act, as if killed: nothing of Python's own ends."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def half_written() -> None:
    folder = storage._root() / storage.INCOMING / ("a" * 32)
    folder.mkdir(parents=True)
    (folder / "full").write_bytes(b"a" * 100)


def test_what_was_being_written_when_a_process_died_is_swept_once_it_is_old(folder: Path):
    killed_while(half_written)
    assert everything(folder) == [f"incoming/{'a' * 32}/full"]
    assert storage.sweep_incoming(older_than=60) == 0
    assert (storage.sweep_incoming(older_than=-1), storage.sweep_incoming(older_than=-1)) == (1, 0)
    assert everything(folder) == []


def test_what_was_kept_when_a_process_died_is_whole(folder: Path):
    killed_while(lambda: storage.place(CONTENTS))
    [name] = storage.names_kept()
    assert {size: storage.path_of(name, size).read_bytes() for size in CONTENTS} == CONTENTS
    assert list((folder / "incoming").iterdir()) == []


def test_age_is_the_disk_s():
    name = storage.place(CONTENTS)
    then = time.time() - 100
    os.utime(storage.path_of(name, "full").parent, (then, then))
    assert (storage.is_older(name, than=99), storage.is_older(name, than=200)) == (True, False)
    assert storage.is_older("f" * 32, than=1) is False


def test_without_a_folder_there_is_nothing_to_sweep(folder: Path):
    assert not folder.exists()
    assert (list(storage.names_kept()), storage.sweep_incoming(older_than=0)) == ([], 0)


@pytest.mark.parametrize("name", ["", ".", "..", "../../etc", "a" * 31, "A" * 32, "incoming", f"{'a' * 31}/"])
def test_nothing_but_a_name_of_ours_is_ever_removed_or_opened(name: str, folder: Path):
    kept = storage.place(CONTENTS)
    for act in (storage.remove, lambda given: storage.path_of(given, "full")):
        with pytest.raises(ValueError, match="no name of a kept file"):
            act(name)
    assert everything(folder) == sorted(f"{kept[:2]}/{kept}/{size}" for size in CONTENTS)


def test_what_others_put_there_is_left_alone(folder: Path):
    (folder / "lost+found" / "x").mkdir(parents=True)
    assert list(storage.names_kept()) == []
