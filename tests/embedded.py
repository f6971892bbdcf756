"""Pytest plugin: a throw-away PostgreSQL and Redis for the whole run.

Named by `-p`, so that it is imported, and the stack up, before pytest-django reads the settings.
"""

import os
import sys
import tempfile
from contextlib import ExitStack

os.environ["DJANGO_SETTINGS_MODULE"] = "labplatform.settings.test"  # before anything of ours sets a default

from labplatform.localstack import stack

_stack = ExitStack()
os.environ.setdefault("VAR_DIR", _stack.enter_context(tempfile.TemporaryDirectory(prefix="labplatform-var-")))

if not os.environ.get("DATABASE_URL") and not {"-h", "--help", "--version"} & set(sys.argv):
    os.environ.update(_stack.enter_context(stack.throw_away()))


def pytest_unconfigure() -> None:
    _stack.close()
