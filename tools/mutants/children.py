"""One child process per check: it removes the check and runs the tests that reach it until one turns red."""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import time
from pathlib import Path
from typing import Any, Final

import pytest
from _pytest.runner import runtestprotocol
from django.core.management import call_command
from django.db import connections
from pytest_django.plugin import blocking_manager_key

from accounts.models import User
from tools.mutants import STAGED, WARMS, parts, rows
from tools.mutants.switches import SWITCH
from web.database.prepared import statement_of

PATIENCE: Final = 120  # seconds: a child that takes longer writes its stack, is ended, and counts as survived


def take_out_each(session: pytest.Session, folder: Path, part: str) -> None:
    """Write `part-N.results`, a JSON line per check: its name, whether and by which test it was killed, the time."""
    tests = {item.nodeid: item for item in session.items}
    tests_by_check: dict[str, list[str]] = json.loads((folder / f"part-{part}.json").read_text())
    _warm(session)
    staged = _set_stage(session, {test.partition("::")[0] for chosen in tests_by_check.values() for test in chosen})
    _freeze()
    for name, chosen in tests_by_check.items():
        connections.close_all()
        began = time.monotonic()
        killer = _outcome(name, _items(chosen, tests), folder / f"killer-{part}")
        line = {"check": name, "killed": killer is not None, "by": killer, "seconds": time.monotonic() - began}
        with open(folder / f"part-{part}.results", "a") as file:
            file.write(json.dumps(line) + "\n")
        if not staged:
            _sweep(session)


def _set_stage(session: pytest.Session, files: set[str]) -> bool:
    """If all selected tests share one stage, build it once for all children, each of which leaves it unchanged."""
    if len(files) != 1 or not files <= set(STAGED):
        return False
    items: list[Any] = [item for item in session.items if item.nodeid.startswith(tuple(files))]
    first = next(item for item in items if "stage" in item.fixturenames)
    runtestprotocol(first, nextitem=next(item for item in items if item is not first), log=False)
    return True


def _items(chosen: list[str], tests: dict[str, pytest.Item]) -> list[pytest.Item]:
    """Return tests by name; the name of a file stands for all its tests."""
    all_of_a_file = [
        item for test in chosen if "::" not in test for name, item in tests.items() if name.startswith(test)
    ]
    return all_of_a_file + [tests[test] for test in chosen if test in tests]


def _freeze() -> None:
    """Freeze existing objects, so that no child scans and copies them."""
    gc.collect()
    gc.freeze()


def _warm(session: pytest.Session) -> None:
    """Run each next to a test of another folder, so that fixtures of the session stay."""
    first = [next(item for item in session.items if item.nodeid.startswith(path)) for path in WARMS]
    for item, following in zip(first, [*first[1:], first[0]], strict=True):
        runtestprotocol(item, nextitem=following, log=False)


def _sweep(session: pytest.Session) -> None:
    """Empty the tables: a child may end in the middle of a module, and its rows must not reach the next check."""
    with session.config.stash[blocking_manager_key].unblock():
        connections.close_all()
        if User.objects.exists():
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
        connections.close_all()


def _outcome(name: str, items: list[pytest.Item], killer_file: Path) -> str | None:
    """Return the test that turned red, or None."""
    killer_file.write_text("")
    child = os.fork()
    if not child:
        _run(name, items, killer_file)
    os.waitpid(child, 0)
    return killer_file.read_text() or None


def _run(name: str, items: list[Any], killer_file: Path) -> None:
    """Run in the child: write the name of the first test that turns red into `killer_file`, and end the process."""
    stack = open(killer_file.with_suffix(".timeouts"), "a")  # noqa: SIM115 -- stays open until the child ends
    faulthandler.dump_traceback_later(PATIENCE, exit=True, file=stack)
    quiet = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(quiet, stream)
    if parts.is_row(name):
        rows.widen(name)
    elif parts.is_part(name):
        parts.take_out(name)
    else:
        SWITCH.out = name
    statement_of.cache_clear()  # statements composed before the check was removed still hold it
    for place, item in enumerate(items):
        following = items[place + 1] if place + 1 < len(items) else items[0]
        reports = runtestprotocol(item, nextitem=following, log=False)
        if any(report.failed for report in reports):
            killer_file.write_text(item.nodeid)
            break
    os._exit(0)
