"""Production in processes of their own: one per start, or a child of one that has loaded Django."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ABSENT = "absent"
PRINTED = "from django.conf import settings; print(settings.SECRET_KEY, settings.DEMO, settings.DEBUG)"
Answers = Callable[..., list[str]]


def start(settings: str, code: str = PRINTED, **environment: str) -> subprocess.CompletedProcess[str]:
    """Import a settings module in a process of its own, which prints its SECRET_KEY by default."""
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": settings}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**bare, **environment}, capture_output=True, text=True, check=False
    )


# Forks a child for each line it reads: an environment and the code to run in it.
ANSWERING = """
import json, os, sys, traceback
import accounts.openid.configuration, django.shortcuts
import csp.constants, dj_database_url, dotenv, environs
import labplatform.beat_schedule, labplatform.monitoring.log_lines

for line in sys.stdin:
    given, code = json.loads(line)
    reading, writing = os.pipe()
    if not os.fork():
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        os.environ.clear()
        os.environ |= given
        try:
            exec(code)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        sys.stdout.flush()
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        output = pipe.read()
    print(json.dumps([os.waitstatus_to_exitcode(os.wait()[1]), output]), flush=True)
"""
