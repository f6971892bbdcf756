"""Pytest plugin: all tests run above one large piece of the stack in which Python keeps the frames of functions.

CPython up to 3.13.12 and 3.14.3 maps this stack in pieces of 16 KiB, and unmaps a piece when the frame that began it
ends (gh-142183 at python/cpython). A loop that calls functions at the edge of a piece maps and unmaps one per call:
pages rendered below pytest's own frames did so two thousand times a second. A frame that takes a large
piece leaves the rest of it to all calls above it.
"""

import sys
from collections.abc import Callable
from typing import Any

import pytest

SLOTS = 33_000  # of 8 bytes: too many for 256 KiB, so that half of a piece of 512 KiB is left


def _call(function: Callable[[], Any]) -> Any:
    return function()


_call.__code__ = _call.__code__.replace(co_stacksize=SLOTS)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Any:
    """Have the other plugins run the tests, from inside a function with a large frame."""
    others = session.config.pluginmanager.subset_hook_caller("pytest_runtestloop", [sys.modules[__name__]])
    return _call(lambda: others(session=session))
