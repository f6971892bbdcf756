"""Gunicorn settings of the demonstration: import everything while data is loaded, then open the port."""

from importlib import import_module
from typing import Any

from labplatform.devstack import gate


def on_starting(_arbiter: Any) -> None:
    """Import all pages, then wait at the gate until the database is ready;
    gunicorn calls it before it opens the port.
    """
    import_module("labplatform.urls")
    gate.wait()
