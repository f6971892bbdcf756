"""The web server of a run: the platform's own application, without a guard if the run removes one."""

import os

import django

django.setup()

from labplatform.wsgi import application  # noqa: E402

if guard := os.environ.get("GUARD"):
    from tools.faults import guards

    guards.remove(guard)

__all__ = ["application"]
