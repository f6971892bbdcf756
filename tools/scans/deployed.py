"""`check --deploy` with the settings of production: nothing to say of ours, and every planted weakness is named."""

import os
import re
import subprocess
import sys
from typing import Final

from tools.lint_deploy import PRODUCTION
from tools.scans.found import Found
from tools.scans.tools import ROOT

WEAK: Final = """
import sys, types
weak = types.ModuleType("weak")
exec(%r, weak.__dict__)
sys.modules["weak"] = weak
"""
CHECK: Final = """
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check", "--deploy"])
"""
# A setting made weak, and what Django says of it.
WEAKENED: Final = {
    "security.W004": "SECURE_HSTS_SECONDS = 0",
    "security.W008": "SECURE_SSL_REDIRECT = False",
    "security.W009": "SECRET_KEY = 'short'",
    "security.W012": "SESSION_COOKIE_SECURE = False",
    "security.W016": "CSRF_COOKIE_SECURE = False",
    "security.W018": "DEBUG = True",
    "security.W020": "ALLOWED_HOSTS = []",
}


def scan() -> Found:
    weak = "\n".join(["from labplatform.settings.production import *", *WEAKENED.values()])
    named = _check(WEAK % weak)
    return Found(
        "check --deploy", "production settings", {slug: slug in named for slug in WEAKENED}, sorted(_check(""))
    )


def _check(first: str) -> set[str]:
    """The warnings of the check, after `first` was run; it may bring settings named `weak`."""
    settings = "weak" if first else PRODUCTION["DJANGO_SETTINGS_MODULE"]
    answer = subprocess.run(
        [sys.executable, "-c", first + CHECK],
        env={**os.environ, **PRODUCTION, "DJANGO_SETTINGS_MODULE": settings},
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if answer.returncode:
        raise SystemExit(answer.stderr)
    return set(re.findall(r"\((\w+\.\w+)\)", answer.stderr))
