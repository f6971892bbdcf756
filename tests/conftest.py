"""Fixtures shared by all tests: databases, the cast, a fixed day, sign-in, and a way to empty append-only tables."""

import asyncio
import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.commands import flush
from django.db import transaction
from django.db.backends.postgresql.creation import DatabaseCreation
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client, override_settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from labplatform.settings.test import TEMPLATE
from notifications.reminders.recipients import _check_statement
from tests.factories.accounts import sign_in
from tests.factories.cast import TODAY, Cast, create_cast, new_cast
from tests.factories.snapshots import MIGRATED_TABLES
from tests.matrix.stage import Stage, build_stage
from tests.scene_databases import SceneDatabase

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # pytest-playwright keeps a loop in the main thread

# A slow machine is no failure of the code under test. Examples are the same in every run, so that a change that lands
# is not refused for what an earlier one did; with `FULL` set, others are drawn.
hypothesis_settings.register_profile(
    "any machine",
    deadline=None,
    derandomize=not os.environ.get("FULL"),
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("any machine")


# Modules with a test, or what all their tests share, that takes from twenty seconds to minutes.
FIRST = (
    "tests/test_tools.py",
    "tests/journeys/test_pages.py",
    "tests/labplatform/test_load_demo.py",
    "tests/test_without_history.py",
    "tests/test_leaks.py",
)


# What plugins do around each test, for markers and options that no test of ours uses: `test_house_rules.py` checks it.
UNUSED_FIXTURES = {
    "_django_clear_site_cache",
    "_django_isolate_apps",
    "_django_set_urlconf",
    "_django_setup_unittest",
    "_fail_for_invalid_template_variable",
    "_pw_trace_api_requests",
    "_session_faker",
    "_template_string_if_invalid_marker",
    "delete_output_dir",
    "faker_seed",
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests: started last, they would leave the other workers nothing to do for minutes.

    Fixtures of plugins without a use here are left out. Each costs 0.1 ms of processor in each test.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))
    for item in items:
        if isinstance(item, pytest.Function):
            item.fixturenames = [name for name in item.fixturenames if name not in UNUSED_FIXTURES]


def pytest_collection_finish() -> None:
    """Keep all modules and tests out of later collections of garbage: they live to the end."""
    gc.freeze()


_browser_event_loop: list[asyncio.AbstractEventLoop] = []


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Run tests without a browser as if Playwright kept no event loop in their thread, as it does after a journey.

    asgiref refuses to run an asynchronous view while it is there, and Django has other connections with it than
    without: it must go before a fixture opens the transaction that the test runs in.
    """
    if loop := asyncio._get_running_loop():
        _browser_event_loop[:] = [loop]
    asyncio._set_running_loop(_browser_event_loop[0] if _browser_event_loop and _has_browser(item) else None)


def _has_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None


def pytest_sessionstart() -> None:
    _flush_without_triggers()
    _sign_in_with_one_session()


def _flush_without_triggers() -> None:
    """Empty the tables after transactional tests, which append-only tables otherwise refuse.

    The first time all tables are truncated, with rows that earlier tests rolled back. Later rows are deleted one by
    one: a test writes few rows, and for a TRUNCATE PostgreSQL rewrites every file of every table. Rows that `migrate`
    wrote stay, so that the signal by which Django creates them again is not sent.
    """
    original_sql_flush, has_truncated = DatabaseOperations.sql_flush, False

    def flush_without_triggers(self: DatabaseOperations, style: Any, tables: list[str], **options: Any) -> list[str]:
        nonlocal has_truncated
        tables = [table for table in tables if table not in MIGRATED_TABLES]
        statements = original_sql_flush(self, style, tables, **options)
        if has_truncated and tables and not options.get("reset_sequences"):
            statements = _deletions([self.quote_name(table) for table in tables])
        has_truncated = True
        return ["SET LOCAL session_replication_role = replica", *statements]

    DatabaseOperations.sql_flush = flush_without_triggers  # type: ignore[method-assign]
    flush.emit_post_migrate_signal = lambda *_arguments: None


TRUNCATE_FROM = 512 * 1024  # bytes


def _deletions(tables: list[str]) -> list[str]:
    """Return statements that wait for open writers, as TRUNCATE does, and then empty the tables that have rows.

    A large table is truncated all the same: it is full of rows that earlier tests rolled back.
    """
    names = ", ".join(f"'{table}'" for table in tables)
    return [
        f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE",
        f"""
        DO $$ DECLARE name text; long text := ''; BEGIN
            FOREACH name IN ARRAY ARRAY[{names}] LOOP
                IF pg_relation_size(name::regclass) > {TRUNCATE_FROM} THEN long := long || ', ' || name;
                ELSIF pg_relation_size(name::regclass) > 0 THEN EXECUTE 'DELETE FROM ' || name; END IF;
            END LOOP;
            IF long <> '' THEN EXECUTE 'TRUNCATE ' || substr(long, 3) || ' CASCADE'; END IF;
        END $$
        """,
    ]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Drop the database at the end even where a finished thread left its connection open, as threads of /readyz do."""

    def drop_database(self: DatabaseCreation, name: str, verbosity: int) -> None:
        with self._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {self.connection.ops.quote_name(name)} WITH (FORCE)")

    DatabaseCreation._destroy_test_db = drop_database  # type: ignore[method-assign]


def _sign_in_with_one_session() -> None:
    """Sign in a client without a session directly with a new one, as a browser does."""
    original_login = Client._login  # type: ignore[attr-defined]

    def sign_in_without_session(self: Client, user: Any, backend: str | None = None) -> None:
        (original_login if settings.SESSION_COOKIE_NAME in self.cookies else sign_in)(self, user, backend)

    Client._login = sign_in_without_session  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _reset_caches_and_language() -> None:
    """Empty the caches, and use English outside requests."""
    cache.clear()
    # The tests use two databases, in which reminders have the same keys.
    _check_statement.cache_clear()
    translation.activate("en")


@pytest.fixture
def today() -> Iterator[None]:
    """Freeze the time at 24 November 2026, 10:00 in Paris."""
    with time_machine.travel(f"{TODAY}T09:00:00+00:00", tick=False):
        yield


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def cast_database(django_db_setup: None, django_db_blocker: Any, shared_folder: Path) -> Iterator[SceneDatabase | None]:
    """A second database of this process, in which the cast is committed; none where there is no template to copy."""
    with scene_database("cast", create_cast, django_db_blocker, shared_folder) as database:
        yield database


@contextmanager
def scene_database(
    name: str, build: Callable[[], object], blocker: Any, shared: Path
) -> Iterator[SceneDatabase | None]:
    if not TEMPLATE:
        yield None
        return
    with blocker.unblock(), time_machine.travel(f"{TODAY}T09:00:00+00:00", tick=False):
        database = SceneDatabase.for_process(name, build, shared)
    yield database
    with blocker.unblock():
        database.drop()


@pytest.fixture
def _begins_with_cast() -> None:
    """What `cast` asks for, and a fixture of that name in a module does not."""


@pytest.fixture
def _database_of_test(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run a test that begins with the cast or on the stage, in one transaction, in the database that already has it.

    To restore the rows of the cast takes 3 ms, and without triggers, whose plans PostgreSQL then makes anew in every
    test.
    """
    names, marker = {*request.fixturenames}, request.node.get_closest_marker("django_db")
    is_shared = names & {"transactional_db", "live_server"} or (marker and marker.kwargs.get("transaction"))
    database = None
    if "stage_database" in names:
        database = request.getfixturevalue("stage_database")
    elif "_begins_with_cast" in names and not is_shared:
        database = request.getfixturevalue("cast_database")
    with database.as_default() if database else nullcontext():
        yield


@pytest.fixture
def _django_db_helper(_database_of_test: None, _django_db_helper: None) -> None:
    """Begin the transaction of a test after its database is chosen."""


@pytest.fixture
def cast(_begins_with_cast: None, db: None, today: None, cast_database: SceneDatabase | None) -> Cast:
    return cast_database.scene() if cast_database and cast_database.is_default() else new_cast()


@pytest.fixture(scope="session")
def files_of_stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stage")


@pytest.fixture(scope="session")
def stage_database(
    django_db_setup: None, django_db_blocker: Any, shared_folder: Path, files_of_stage: Path
) -> Iterator[SceneDatabase | None]:
    """A database of this process with the stage of the access tests, which every test leaves unchanged."""
    files = shared_folder / "files_of_stage"
    files.mkdir(exist_ok=True)

    def build() -> Stage:
        with override_settings(STATEMENTS_CHECKED=0, FILES_DIR=files):
            return build_stage()

    with scene_database("stage", build, django_db_blocker, shared_folder) as database:
        if database:
            copytree(files, files_of_stage, dirs_exist_ok=True)
        yield database


@pytest.fixture(scope="module")
def stage(stage_database: SceneDatabase | None, django_db_blocker: Any, files_of_stage: Path) -> Iterator[Stage]:
    """The stage of the access tests; every test leaves it unchanged.

    It is committed: in one long transaction PostgreSQL would look up thousands of savepoints for each row it reads.
    """
    with (
        time_machine.travel(f"{TODAY}T09:00:00+00:00", tick=False),
        override_settings(STATEMENTS_CHECKED=0, FILES_DIR=files_of_stage),
    ):
        if stage_database:
            yield stage_database.scene()
            return
        with django_db_blocker.unblock():
            with transaction.atomic():
                built = build_stage()
            yield built
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many cells of the role matrix were checked, over all workers."""
    passed = [report for key in ("passed", "failed") for report in terminalreporter.stats.get(key, [])]
    cells = [value for report in passed for name, value in report.user_properties if name == "cells"]
    if cells:
        total, leaks, unexpected = map(sum, zip(*cells, strict=True))
        terminalreporter.write_line(f"matrix: {total} cells, leaks {leaks}, unexpected {unexpected}")
