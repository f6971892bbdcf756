"""Fixtures every test shares: the cast, a day, and a way to empty tables past the guards."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import override_settings
from django.utils import translation

from tests.factories.cast import TODAY, Cast, assemble
from tests.matrix.stage import Stage, build, scene

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # pytest-playwright keeps a loop in the main thread


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_guards() -> Iterator[None]:
    """Transactional tests end with TRUNCATE, which our append-only tables refuse, rightly, to everyone else."""
    execute = DatabaseOperations.execute_sql_flush

    def past_the_guards(self: DatabaseOperations, sql_list: list[str]) -> Any:
        return execute(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    DatabaseOperations.execute_sql_flush = past_the_guards  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = execute  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def _english() -> None:
    """Outside a request, words are those of the source: a test never speaks the language the one before left behind."""
    translation.activate("en")


@pytest.fixture
def today() -> Iterator[None]:
    """24 November 2026, 10:00 in Paris."""
    with time_machine.travel(f"{TODAY}T09:00:00+00:00", tick=False):
        yield


@pytest.fixture
def cast(db: None, today: None) -> Cast:
    return assemble()


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage of the walls: built once for a module, in a transaction of its own; every test leaves it as it was."""
    alike = {"STATEMENTS_CHECKED": False, "FILES_DIR": tmp_path_factory.mktemp("walls")}
    with (
        django_db_blocker.unblock(),
        time_machine.travel(f"{TODAY}T09:00:00+00:00", tick=False),
        override_settings(**alike),
        scene(),
    ):
        yield build()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What the walls were asked, over all workers."""
    passed = [report for key in ("passed", "failed") for report in terminalreporter.stats.get(key, [])]
    cells = [value for report in passed for name, value in report.user_properties if name == "cells"]
    if cells:
        total, leaks, unexpected = map(sum, zip(*cells, strict=True))
        terminalreporter.write_line(f"matrix: {total} cells, leaks {leaks}, unexpected {unexpected}")
