"""The platform as in production, for a scanner: gunicorn, its settings, the application's own database role, loopback.

On the demonstration's rows, against a throw-away PostgreSQL and Redis. What a proxy would say of https comes in a
header; whoever walks is signed in already, and shows a second factor nowhere.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.error import URLError
from urllib.request import Request, urlopen

from labplatform.devstack import leftovers, stack
from labplatform.devstack.demo import free_port
from labplatform.devstack.postgres import THROW_AWAY
from tools.lint_deploy import PRODUCTION
from tools.scans.tools import ROOT

TOKEN: Final = "__Host-csrftoken"  # over plain HTTP no browser, and no walker, would send the one it was given
HTTPS: Final = "X-Forwarded-Proto: https"
LOADED: Final = "from labplatform.devstack import database; database.prepare(); database.main()"
SESSIONS: Final = """
from secrets import token_hex
from django.conf import settings
from django.test import Client
from accounts.models import User
for email in %r:
    client = Client(headers={"X-Forwarded-Proto": "https"})
    user = User.objects.get(email=email)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    print(user.pk, email, f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token_hex(16)}")
"""


@dataclass(frozen=True)
class Person:
    """Who walks: nobody signed in, or one of the demonstration; with the cookies of a browser that is signed in."""

    name: str = "signed out"
    number: int | None = None
    cookies: str = ""

    def headers(self, address: str) -> list[str]:
        """A token against forgery counts with its cookie, and from a page of the platform's own origin."""
        own = [HTTPS, f"Origin: {address.replace('http', 'https', 1)}"]
        return [*own, f"Cookie: {self.cookies}"] if self.cookies else own


@dataclass
class Answered:
    """What the platform's own log says of a walk: routes that opened, forms that were sent, how many were believed."""

    opened: set[str] = field(default_factory=set)
    sent: Counter[int] = field(default_factory=Counter)
    forged: int = 0

    @property
    def taken(self) -> int:
        return sum(self.sent.values()) - self.forged

    @property
    def said(self) -> str:
        return f"{len(self.opened)} routes opened, {sum(self.sent.values())} forms sent, {self.taken} with a good token"


def answered(lines: Sequence[str], number: int | None) -> Answered:
    """Of one person; whatever another was answered does not count."""
    found = Answered()
    for line in lines:
        told = _fields(line)
        if told.get("event") == "forged_form" and told.get("fact_person") == number and told["fact_method"] == "POST":
            found.forged += 1
        if told.get("event") != "request_finished" or told.get("user_id") != number:
            continue
        method, _, route = str(told.get("request", "")).partition(" ")
        if method == "POST":
            found.sent[int(told["code"])] += 1
        elif told["code"] == 200:
            found.opened.add(route)
    return found


def _fields(line: str) -> dict[str, Any]:
    try:
        return dict(json.loads(line))
    except ValueError:
        return {}


@dataclass(frozen=True)
class Served:
    address: str
    people: list[Person]
    log: Path


@contextmanager
def platform(emails: Sequence[str]) -> Iterator[Served]:
    """Running until the end, with somebody signed in for each address."""
    port = free_port()
    with (
        TemporaryDirectory() as folder,
        leftovers.temporary() as data,
        stack.running(data, options=THROW_AWAY) as services,
    ):
        loaded = {**os.environ, **services, **stack.two_roles(data), "VAR_DIR": folder}
        _run(["-c", LOADED], {**loaded, "DJANGO_SETTINGS_MODULE": "labplatform.settings.demo"})
        served = {**loaded, **PRODUCTION, **services, **stack.two_roles(data), "DEMO": "0"}
        served |= {"BASE_URL": f"https://127.0.0.1:{port}", "ALLOWED_HOSTS": "127.0.0.1", "SECOND_FACTOR_REQUIRED": "0"}
        _run(["manage.py", "collectstatic", "--noinput", "-v", "0"], served)
        people = [Person(cookies=f"{TOKEN}={token_hex(16)}"), *_signed_in(served, emails)]
        log = Path(folder) / "log"
        words = [sys.executable, "-m", "gunicorn", "-c", "python:labplatform.gunicorn_conf", "labplatform.wsgi"]
        words += ["-b", f"127.0.0.1:{port}", "-w", "1", "--threads", "4"]
        with log.open("w") as lines, process(words, served, f"http://127.0.0.1:{port}/livez", lines.fileno()):
            yield Served(f"http://127.0.0.1:{port}", people, log)


def _signed_in(served: Mapping[str, str], emails: Sequence[str]) -> list[Person]:
    said = _run(["manage.py", "shell", "-v", "0", "-c", SESSIONS % list(emails)], served)
    rows = [line.split(" ", 2) for line in said.splitlines() if "@" in line]
    return [Person(email, int(number), cookies) for number, email, cookies in rows]


def _run(words: list[str], environment: Mapping[str, str]) -> str:
    answer = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return answer.stdout


@contextmanager
def process(
    words: list[str], environment: Mapping[str, str], address: str, output: int = subprocess.DEVNULL
) -> Iterator[None]:
    """One of ours, once it answers, until the end."""
    child = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        for _ in range(600):
            if _answers(address) or child.poll() is not None:
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
