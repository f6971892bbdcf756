"""Pytest plugin: records which test reaches which check, or removes checks one after the other.

`-p tools.mutants.plugin` with MUTANTS=record writes a JSON line per test into MUTANTS_FOLDER; with MUTANTS=run it does,
for each name in MUTANTS_FOLDER/part-N.json, what `children` describes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

from tools.mutants.switches import SWITCH, install

install()

MODE = os.environ.get("MUTANTS", "")
FOLDER = Path(os.environ.get("MUTANTS_FOLDER", "var/mutants"))
CASES = int(os.environ.get("MUTANTS_CASES", "0"))
RED: set[str] = set()


def pytest_configure() -> None:
    """Have Hypothesis report the first failing example: a check is noticed by then, and shrinking takes minutes."""
    phases = [phase for phase in Phase if phase not in {Phase.shrink, Phase.explain}]
    settings.register_profile("first failure", settings(), phases=phases)
    settings.load_profile("first failure")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """While recording with MUTANTS_CASES=n, keep n cases of each parametrized test, with the first and last."""
    if MODE == "record" and CASES:
        cases: dict[str, list[pytest.Item]] = {}
        for item in items:
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
        chosen = {id(each[round(at * (len(each) - 1) / (CASES - 1))]) for each in cases.values() for at in range(CASES)}
        items[:] = [item for item in items if id(item) in chosen]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember the red tests."""
    if report.failed:
        RED.add(report.nodeid)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """While recording, write what the test reached, its set-up included, and its duration; skip red tests."""
    SWITCH.reached.clear()
    RED.discard(item.nodeid)
    if MODE == "record":
        _forget_statements()
    began = time.monotonic()
    yield
    if MODE == "record" and item.nodeid not in RED:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        line = {"test": item.nodeid, "seconds": time.monotonic() - began, "reached": sorted(SWITCH.reached)}
        with open(FOLDER / f"reached-{worker}.jsonl", "a") as file:
            file.write(json.dumps(line) + "\n")


def _forget_statements() -> None:
    """Empty the cache of statements: the checks inside a cached one are not reached again."""
    from web.database.prepared import statement_of

    statement_of.cache_clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Any:
    """With MUTANTS=run, start a child for each check instead of the usual run."""
    if MODE != "run":
        return None
    from tools.mutants.children import take_out_each

    take_out_each(session, FOLDER, os.environ["MUTANTS_PART"])
    return True
