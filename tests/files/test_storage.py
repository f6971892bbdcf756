"""Files on the disk: complete or absent, under random names, and what a crash leaves is found."""

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
from files.backends.folder import INCOMING, path_of, root
from files.storage import NoRoom

CONTENTS = {"full": b"a" * 3000, "small": b"b"}


def files_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """Have the kernel refuse larger files in this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_file_is_stored_in_all_sizes_under_a_random_name(folder: Path):
    name, other = storage.store(CONTENTS), storage.store(CONTENTS)
    assert re.fullmatch(r"[0-9a-f]{32}", name)
    assert name != other
    assert {size: path_of(name, size).read_bytes() for size in CONTENTS} == CONTENTS
    assert files_below(folder) == sorted(f"{n[:2]}/{n}/{size}" for n in (name, other) for size in CONTENTS)


def test_files_are_readable_by_our_user_only():
    folder = path_of(storage.store(CONTENTS), "full").parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_removing_a_file_twice_is_no_error(folder: Path):
    name = storage.store(CONTENTS)
    storage.remove(name)
    storage.remove(name)
    assert (files_below(folder), list(storage.stored_names())) == ([], [])


def test_full_disk_leaves_nothing(folder: Path):
    name = storage.store(CONTENTS)
    with (
        files_no_larger_than(2000),
        pytest.raises(NoRoom, match=r"cannot store files at the moment\. Nothing was saved"),
    ):
        storage.store({"small": b"b", "full": b"a" * 3000})
    assert files_below(folder) == sorted(f"{name[:2]}/{name}/{size}" for size in CONTENTS)
    assert list((folder / "incoming").iterdir()) == []


def test_unwritable_folder_raises_no_room(folder: Path):
    folder.mkdir()
    (folder / "incoming").write_text("a file in the way")
    with pytest.raises(NoRoom):
        storage.store(CONTENTS)


def killed_while(act: Any) -> None:
    """Run a function in a process that ends at once afterwards, without Python's own cleanup, as if killed."""
    child = os.fork()
    if child == 0:
        try:
            act()
        finally:
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def write_half() -> None:
    with storage.new_stored_folder() as (_name, folder):
        (folder / "full").write_bytes(b"a" * 100)
        os._exit(9)


def test_unfinished_files_of_a_dead_process_are_swept_once_old(folder: Path):
    killed_while(write_half)
    [unfinished] = (root() / INCOMING).iterdir()
    assert files_below(unfinished) == ["full"]
    assert storage.sweep_incoming(older_than=60) == 0
    assert (storage.sweep_incoming(older_than=-1), storage.sweep_incoming(older_than=-1)) == (1, 0)
    assert files_below(folder) == []


def test_file_that_takes_hours_to_write_is_not_swept():
    hours_ago = time.time() - 7200
    with storage.new_stored_folder() as (name, folder):
        os.utime(folder, (hours_ago, hours_ago))
        assert storage.sweep_incoming(older_than=3600) == 0
        (folder / "full").write_bytes(b"a")
    assert storage.is_stored(name, "full")


def test_age_of_a_file_counts_from_when_it_is_completely_written():
    hours_ago = time.time() - 7200
    with storage.new_stored_folder() as (name, folder):
        (folder / "full").write_bytes(b"a")
        os.utime(folder, (hours_ago, hours_ago))
    assert not storage.is_older(name, than=60)


def test_stored_files_of_a_dead_process_are_complete(folder: Path):
    killed_while(lambda: storage.store(CONTENTS))
    [name] = storage.stored_names()
    assert {size: path_of(name, size).read_bytes() for size in CONTENTS} == CONTENTS
    assert list((folder / "incoming").iterdir()) == []


def test_age_is_measured_by_the_disk():
    name = storage.store(CONTENTS)
    then = time.time() - 100
    os.utime(path_of(name, "full").parent, (then, then))
    assert (storage.is_older(name, than=99), storage.is_older(name, than=200)) == (True, False)
    assert storage.is_older("f" * 32, than=1) is False


def test_sweep_leaves_a_folder_that_it_may_not_open_and_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch):
    abandoned = [folder / "incoming" / name for name in ("of_another_user", "own")]
    for path in abandoned:
        path.mkdir(parents=True)
        os.utime(path, (0, 0))
    really_open = os.open

    def refuse(path: Any, *arguments: Any, **options: Any) -> int:
        if path == abandoned[0]:
            raise PermissionError
        return really_open(path, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)
    assert (storage.sweep_incoming(older_than=60), [path.exists() for path in abandoned]) == (1, [True, False])


def test_sweep_without_a_folder_finds_nothing(folder: Path):
    assert not folder.exists()
    assert (list(storage.stored_names()), storage.sweep_incoming(older_than=0)) == ([], 0)


@pytest.mark.parametrize("name", ["", ".", "..", "../../etc", "a" * 31, "A" * 32, "incoming", f"{'a' * 31}/"])
def test_only_names_of_ours_are_removed_or_opened(name: str, folder: Path):
    stored = storage.store(CONTENTS)
    for act in (storage.remove, lambda given: path_of(given, "full")):
        with pytest.raises(ValueError, match="no name of a stored file"):
            act(name)
    assert files_below(folder) == sorted(f"{stored[:2]}/{stored}/{size}" for size in CONTENTS)


def test_foreign_files_are_left_alone(folder: Path):
    (folder / "lost+found" / "x").mkdir(parents=True)
    assert list(storage.stored_names()) == []
