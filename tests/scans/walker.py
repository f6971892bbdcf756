"""wapiti over the running platform, signed out and as two kinds of people, and over a small site with faults.

The platform runs as in production (gunicorn, `labplatform.settings.production`, what a proxy would say of https in a
header) on the demonstration's rows, against a throw-away PostgreSQL and Redis.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.error import URLError
from urllib.request import Request, urlopen

from labplatform.localstack import stack
from labplatform.localstack.demo import free_port
from tests.lint_deploy import PRODUCTION
from tests.scans.found import Found
from tests.scans.tools import ROOT, tool

MODULES: Final = "cookieflags,crlf,csp,csrf,exec,file,http_headers,ldap,methods,permanentxss,redirect,sql,xss,xxe"
SECONDS: Final = 300  # for each walk
PEOPLE: Final = ("", "member@demo.example", "lab@demo.example")
# What the small site has, in the words of the walker.
FAULTS: Final = (
    "Reflected Cross Site Scripting",
    "Open Redirect",
    "Path Traversal",
    "SQL Injection",
    "Content Security Policy Configuration",
    "HttpOnly Flag cookie",
)
# Where walking would end the walk, or go somewhere for good.
LEFT_OUT: Final = ("accounts/logout/", "language/", "static/")
HTTPS: Final = "X-Forwarded-Proto: https"
SESSIONS: Final = """
from importlib import import_module
from django.conf import settings
from django.test import Client
from accounts.models import User
for email in %r:
    client = Client(headers={"X-Forwarded-Proto": "https"})
    client.force_login(User.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend")
    print(email, client.cookies[settings.SESSION_COOKIE_NAME].OutputString().split(";")[0])
"""


def scan() -> Found:
    with planted_site() as address:
        caught, _ = walk(address)
    planted = {fault: any(fault in line for line in caught) for fault in FAULTS}
    ours, pages = [], 0
    with platform() as (address, cookies):
        for who in PEOPLE:
            lines, walked = walk(address, HTTPS, *([f"Cookie: {cookies[who]}"] if who else []))
            ours += [f"{who or 'signed out'}: {line}" for line in lines]
            pages += walked
    return Found("wapiti", f"{pages} addresses walked as {len(PEOPLE)} kinds of people", planted, ours)


def walk(address: str, *headers: str) -> tuple[list[str], int]:
    """What was found, a line each, and how many addresses were walked."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        words = [str(tool("wapiti", "wapiti")), "-u", f"{address}/", "-m", MODULES, "-f", "json", "-o", str(report)]
        words += ["--max-scan-time", str(SECONDS), "--max-attack-time", "60", "-S", "normal", "--no-bugreport"]
        words += ["--store-session", folder, "--store-config", folder, "-v", "0", "-dr", "1"]
        words += [word for header in headers for word in ("-H", header)]
        words += [word for path in LEFT_OUT for word in ("-x", f"{address}/{path}*")]
        subprocess.run(words, check=False, capture_output=True, cwd=folder, env={**os.environ, "HOME": folder})
        told = json.loads(report.read_text())
    found = {**told["vulnerabilities"], **told["anomalies"]}
    lines = [f"{kind}: {one['method']} {one['path']} {one['info']}" for kind, ones in found.items() for one in ones]
    return lines, int(told["infos"].get("crawled_pages_nbr", 0))


@contextmanager
def planted_site() -> Iterator[str]:
    port = free_port()
    with _running(
        [sys.executable, "-m", "tests.scans.planted_site", str(port)], os.environ, f"http://127.0.0.1:{port}/"
    ):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def platform() -> Iterator[tuple[str, dict[str, str]]]:
    """The address, and a cookie for each of the people."""
    port = free_port()
    with TemporaryDirectory() as folder, stack.throw_away() as services:
        loaded = {**os.environ, **services, "VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "labplatform.settings.demo"}
        _manage(loaded, "migrate", "-v", "0")
        _manage(loaded, "load_demo")
        served = {**loaded, **PRODUCTION, **services, "BASE_URL": f"https://127.0.0.1:{port}", "DEMO": "0"}
        served |= {"ALLOWED_HOSTS": "127.0.0.1", "SECOND_FACTOR_REQUIRED": "0"}
        _manage(served, "collectstatic", "--noinput", "-v", "0")
        said = _manage(served, "shell", "-v", "0", "-c", SESSIONS % [who for who in PEOPLE if who])
        cookies = dict(line.split(" ", 1) for line in said.splitlines() if "@" in line)
        words = [sys.executable, "-m", "gunicorn", "labplatform.wsgi", "-b", f"127.0.0.1:{port}", "--threads", "4"]
        with _running([*words, "--no-control-socket"], served, f"http://127.0.0.1:{port}/livez"):
            yield f"http://127.0.0.1:{port}", cookies


def _manage(environment: Mapping[str, str], *words: str) -> str:
    answer = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return answer.stdout


@contextmanager
def _running(words: list[str], environment: Mapping[str, str], address: str) -> Iterator[None]:
    """A process of ours, once it answers, until the end."""
    child = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if _answers(address):
                break
            time.sleep(0.1)
        yield
    finally:
        child.terminate()
        child.wait(timeout=30)


def _answers(address: str) -> bool:
    try:
        with urlopen(Request(address, headers={"X-Forwarded-Proto": "https"}), timeout=5):  # noqa: S310 - loopback
            return True
    except (URLError, OSError):
        return False
