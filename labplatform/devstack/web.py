"""What gunicorn is told in the demonstration: everything is imported beside the load, the port opens after it."""

from importlib import import_module
from typing import Any

from labplatform.devstack import gate


def on_starting(_arbiter: Any) -> None:
    """Called once the application is imported and before anything listens; the pages come along for all workers."""
    import_module("labplatform.urls")
    gate.wait()
