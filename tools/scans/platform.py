"""The platform as in production, for a scanner: gunicorn, production settings, the application's own database role.

It has the rows of the demonstration, on a temporary PostgreSQL and Redis, on loopback. The HTTPS header of a proxy is
part of each request; walkers are already signed in, and no second factor is required.
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
from labplatform.devstack.postgres import THROW_AWAY_OPTIONS
from tools.lint_deploy import PRODUCTION
from tools.scans.environments import ROOT

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
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    print(user.pk, email, f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token_hex(16)}")
"""


@dataclass(frozen=True)
class WalkerPerson:
    """The user of a walk: signed out, or one of the demonstration, with the cookies of a signed-in browser."""

    name: str = "signed out"
    number: int | None = None
    cookies: str = ""

    def headers(self, address: str) -> list[str]:
        """Return the headers: a CSRF token needs its cookie, and the platform's own origin."""
        own = [HTTPS, f"Origin: {address.replace('http', 'https', 1)}"]
        return [*own, f"Cookie: {self.cookies}"] if self.cookies else own


@dataclass
class WalkLog:
    """The platform's log of a walk: routes that opened, forms that were sent, forms with a good token."""

    opened: set[str] = field(default_factory=set)
    sent: Counter[int] = field(default_factory=Counter)
    forged: int = 0

    @property
    def accepted(self) -> int:
        return sum(self.sent.values()) - self.forged

    @property
    def summary(self) -> str:
        return (
            f"{len(self.opened)} routes opened, {sum(self.sent.values())} forms sent, {self.accepted} with a good token"
        )


def read_walk_log(lines: Sequence[str], number: int | None) -> WalkLog:
    """Return the log of one person; responses to others do not count."""
    log = WalkLog()
    for line in lines:
        fields = _fields(line)
        if (
            fields.get("event") == "forged_form"
            and fields.get("fact_person") == number
            and fields["fact_method"] == "POST"
        ):
            log.forged += 1
        if fields.get("event") != "request_finished" or fields.get("user_id") != number:
            continue
        method, _, route = str(fields.get("request", "")).partition(" ")
        if method == "POST":
            log.sent[int(fields["code"])] += 1
        elif fields["code"] == 200:
            log.opened.add(route)
    return log


def _fields(line: str) -> dict[str, Any]:
    try:
        return dict(json.loads(line))
    except ValueError:
        return {}


@dataclass(frozen=True)
class RunningPlatform:
    """The platform at its address, with the environment in which its commands run."""

    address: str
    people: list[WalkerPerson]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def platform(
    emails: Sequence[str], *, application: str = "labplatform.wsgi", **settings: str
) -> Iterator[RunningPlatform]:
    """Run the platform, with a signed-in session for each address, and with further settings."""
    port = free_port()
    with (
        TemporaryDirectory() as folder,
        leftovers.temporary() as data,
        stack.running_servers(data, options=THROW_AWAY_OPTIONS) as services,
    ):
        loaded = {**os.environ, **services, **stack.urls_of_both_roles(data), "VAR_DIR": folder}
        run_in(["-c", LOADED], {**loaded, "DJANGO_SETTINGS_MODULE": "labplatform.settings.demo"})
        env = {**loaded, **PRODUCTION, **services, **stack.urls_of_both_roles(data), "DEMO": "0"}
        env |= {"BASE_URL": f"https://127.0.0.1:{port}", "ALLOWED_HOSTS": "127.0.0.1", "SECOND_FACTOR_REQUIRED": "0"}
        env |= settings
        run_in(["manage.py", "collectstatic", "--noinput", "-v", "0"], env)
        people = [WalkerPerson(cookies=f"{TOKEN}={token_hex(16)}"), *_signed_in(env, emails)]
        log = Path(folder) / "log"
        words = [sys.executable, "-m", "gunicorn", "-c", "python:labplatform.gunicorn_conf", application]
        words += ["-b", f"127.0.0.1:{port}", "-w", "1", "--threads", "4"]
        with log.open("w") as lines, process(words, env, f"http://127.0.0.1:{port}/livez", lines.fileno()):
            yield RunningPlatform(f"http://127.0.0.1:{port}", people, log, env)


def _signed_in(served: Mapping[str, str], emails: Sequence[str]) -> list[WalkerPerson]:
    output = run_in(["manage.py", "shell", "-v", "0", "-c", SESSIONS % list(emails)], served)
    rows = [line.split(" ", 2) for line in output.splitlines() if "@" in line]
    return [WalkerPerson(email, int(number), cookies) for number, email, cookies in rows]


def run_in(words: list[str], environment: Mapping[str, str]) -> str:
    """Run Python with these words in the environment of the platform, and return what it printed."""
    answer = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return answer.stdout


@contextmanager
def process(
    words: list[str], environment: Mapping[str, str], address: str, output: int = subprocess.DEVNULL
) -> Iterator[None]:
    """Run a process until the end of the block, and wait until it answers."""
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
