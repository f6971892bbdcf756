"""Pytest plugin: a temporary PostgreSQL and Redis for the whole run, unless WITHOUT_DATABASE is set.

It is loaded by `-p`, so that the servers run before pytest-django reads the settings.
"""

import gc
import os
import sys
from contextlib import ExitStack

os.environ["DJANGO_SETTINGS_MODULE"] = "labplatform.settings.test"  # before anything of ours sets a default

from labplatform.devstack import leftovers, postgres, stack
from tests import migrated_cluster

# Thousands of models and templates live to the end: looking through them for garbage took a third of the time.
gc.set_threshold(100_000, 10, 10)

# Compile once for later runs and for child processes, even if this shell disables compiled files.
sys.dont_write_bytecode, os.environ["PYTHONDONTWRITEBYTECODE"] = False, ""

# Tables of tests have a few rows: searching for the best order of joins took a quarter of PostgreSQL's time. Joins are
# made in the order in which they are written; the answers are the same.
OPTIONS = (*postgres.THROW_AWAY_OPTIONS, "join_collapse_limit=1", "from_collapse_limit=1")

_stack = ExitStack()
_own = not os.environ.keys() & {"DATABASE_URL", "WITHOUT_DATABASE"} and not {"-h", "--help", "--version"} & set(
    sys.argv
)

if _own or not os.environ.get("VAR_DIR"):
    _folder = _stack.enter_context(leftovers.temporary())
    (_folder / "var").mkdir()
    os.environ.setdefault("VAR_DIR", str(_folder / "var"))
if _own:
    migrated_cluster.copy_cluster(_folder / "postgres")
    os.environ["TEST_TEMPLATE"] = migrated_cluster.TEMPLATE
    os.environ.update(_stack.enter_context(stack.running_servers(_folder, options=OPTIONS)))


def pytest_unconfigure() -> None:
    _stack.close()
