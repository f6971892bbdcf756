"""`check --deploy` with production settings: no warning for ours, and a warning for every planted weakness."""

import os
import re
import subprocess
import sys
from typing import Final

from tools.lint_deploy import PRODUCTION
from tools.scans.environments import ROOT
from tools.scans.findings import ScanResult

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
# Django's warning for each weakened setting.
WEAKENED: Final = {
    "security.W004": "SECURE_HSTS_SECONDS = 0",
    "security.W008": "SECURE_SSL_REDIRECT = False",
    "security.W009": "SECRET_KEY = 'short'",
    "security.W012": "SESSION_COOKIE_SECURE = False",
    "security.W016": "CSRF_COOKIE_SECURE = False",
    "security.W018": "DEBUG = True",
    "security.W020": "ALLOWED_HOSTS = []",
}


def scan() -> ScanResult:
    weak = "\n".join(["from labplatform.settings.production import *", *WEAKENED.values()])
    named = _check(WEAK % weak)
    return ScanResult(
        "check --deploy", "production settings", {slug: slug in named for slug in WEAKENED}, sorted(_check(""))
    )


def _check(first: str) -> set[str]:
    """Return the warnings of the check, after `first` was run; it may add settings named `weak`."""
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
