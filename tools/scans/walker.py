"""wapiti over the running platform, signed out and as three kinds of people.

Each walk is made over a small site with faults too. SECONDS is how long each kind of attack may last.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from labplatform.devstack.demo import free_port
from tools.scans.found import Found
from tools.scans.served import Answered, Person, Served, answered, platform, process
from tools.scans.tools import Unavailable, tool

# Each kind of attack, and the fault of its own on the small site, in the words of the walker.
FAULTS: Final = {
    "cookieflags": "HttpOnly Flag cookie",
    "crlf": "CRLF Injection",
    "csp": "Content Security Policy Configuration",
    "csrf": "Cross Site Request Forgery",
    "exec": "Command execution",
    "file": "Path Traversal",
    "http_headers": "Clickjacking Protection",
    "permanentxss": "Stored Cross Site Scripting",
    "redirect": "Open Redirect",
    "sql": "SQL Injection",
    "xss": "Reflected Cross Site Scripting",
}
MODULES: Final = ",".join(FAULTS)
IN_A_FORM: Final = "crlf,exec,file,sql,xss"
FINDING_SECONDS: Final = 90  # for the pages of a walk
ATTACK_SECONDS: Final = int(os.environ.get("SECONDS", "60"))  # for each module
ATTEMPTS: Final = 6
PLANTED_SECONDS: Final = max(60, ATTACK_SECONDS)  # the small site ends by itself: nothing of it is to be cut off
PEOPLE: Final = ("member@demo.example", "admin@demo.example", "lab@demo.example")
LEAST_ROUTES: Final = 40  # that open for somebody signed in: with fewer, the walk was one of a stranger
LEAST_FORMS: Final = 100  # sent with a good token, by somebody signed in: with fewer, no form was attacked
LEAST_OUTSIDE: Final = 20  # by somebody signed out
TOKEN: Final = "csrfmiddlewaretoken"  # left as it is, or everything sent would be refused before it is read
# Walked for themselves: in a walk of everything, pages read use up the time before a form is sent.
FORMS: Final = ("account/", "accounts/email/", "ideas/new/", "letters/preferences/", "search/?q=idea")
OUTSIDE: Final = ("accounts/login/", "accounts/password/reset/", "sign-in/link/")
# Where walking would end the walk, or make it another's.
LEFT_OUT: Final = ("accounts/logout/*", "account/leave/*", "account/act-as/*", "language/*", "static/*")
SIGNED_IN: Final = ("accounts/login/*", "sign-in/*")  # nothing for whoever is in already
COOKIE: Final = "HttpOnly Flag cookie: GET / HttpOnly flag is not set in the cookie : "
# Said of the platform, and no fault of it: the line, and why.
FALSE_ALARMS: Final = {
    f"{COOKIE}__Host-csrftoken": "read by the scripts of a page that was open before its person signed in again",
    f"{COOKIE}__Host-who": "tells these scripts who that is; it is a number and opens nothing",
    f"{COOKIE}who": "the same, elsewhere than in production",
}


def scan() -> Found:
    """All walk at the same time: most of it is waiting, and each walk has its own seconds."""
    tool("wapiti", "wapiti")
    planted: dict[str, bool] = {}
    ours, said = [], []
    with platform(PEOPLE) as served, ThreadPoolExecutor(len(served.people)) as walkers:
        walks = [walkers.submit(_walk_both, person, served) for person in served.people]
        for person, walked in zip(served.people, walks, strict=True):
            caught, lines, seen = walked.result()
            planted |= caught
            ours += [f"{person.name}: {line}" for line in lines]
            said.append(f"{person.name}: {seen.said}")
    return Found("wapiti", "; ".join(said), planted, ours)


def _walk_both(person: Person, served: Served) -> tuple[dict[str, bool], list[str], Answered]:
    """The small site with faults, then the platform."""
    return caught_as(person), *walk_as(person, served)


def caught_as(person: Person) -> dict[str, bool]:
    """The faults of the small site, which it shows to whoever brings the cookies of this person and to nobody else."""
    with planted_site(person.cookies) as address:
        caught = walk(f"{address}/", *person.headers(address), seconds=PLANTED_SECONDS)
    return {f"{person.name}: {fault}": any(fault in line for line in caught) for fault in FAULTS.values()}


def walk_as(person: Person, served: Served) -> tuple[list[str], Answered]:
    """What was found, a line each; that the person was not walked as is found too."""
    before = len(served.log.read_text().splitlines())
    left_out = (*LEFT_OUT, *SIGNED_IN) if person.number else LEFT_OUT
    headers = person.headers(served.address)
    found = walk(f"{served.address}/", *headers, left_out=left_out)
    for path in FORMS if person.number else OUTSIDE:
        found += walk(f"{served.address}/{path}", *headers, modules=IN_A_FORM, scope="page")
    seen = answered(served.log.read_text().splitlines()[before:], person.number)
    return [line for line in found if not false_alarm(line)] + doubts(seen, person.number), seen


def doubts(seen: Answered, number: int | None) -> list[str]:
    """Why a walk shows nothing: too little opened, or no form was taken for one of the platform's own."""
    found = []
    if number and len(seen.opened) < LEAST_ROUTES:
        found.append(f"walked like a stranger: {len(seen.opened)} routes opened")
    if seen.taken < (LEAST_FORMS if number else LEAST_OUTSIDE):
        found.append(f"attacked hardly a form: {seen.taken} were sent with a good token")
    return found


def false_alarm(line: str) -> bool:
    return line in FALSE_ALARMS


def walk(
    start: str,
    *headers: str,
    left_out: Sequence[str] = (),
    modules: str = MODULES,
    scope: str = "folder",
    seconds: int = ATTACK_SECONDS,
) -> list[str]:
    """What was found, a line each; `left_out` are paths below the start.

    A module that is cut off may leave the walker's own store locked, of which it dies without a report: what it found
    is kept there, so it goes on with the modules that had not begun.
    """
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        words = [str(tool("wapiti", "wapiti")), "-u", start, "--scope", scope, "-S", "normal", "-v", "1"]
        words += ["--max-scan-time", str(FINDING_SECONDS), "--max-attack-time", str(seconds), "--skip", TOKEN]
        words += ["--store-session", folder, "--store-config", folder, "--no-bugreport"]
        words += ["-f", "json", "-dr", "1", "-o", str(report)]
        words += [word for header in headers for word in ("-H", header)]
        words += [word for path in left_out for word in ("-x", f"{start}{path}")]
        left, quiet = modules.split(","), {**os.environ, "HOME": folder}
        for _ in range(ATTEMPTS):
            asked = [*words, "-m", ",".join(left)]
            done = subprocess.run(asked, check=False, capture_output=True, cwd=folder, env=quiet, text=True)
            if report.exists():
                return told(json.loads(report.read_text()))
            left = not_begun(left, done.stdout)
    last = (f"{done.stdout}\n{done.stderr}".strip().splitlines() or [""])[-1][:200]
    raise Unavailable(f"wapiti wrote no report of {start}: it ended with {done.returncode}, {last}")


def not_begun(modules: Sequence[str], said: str) -> list[str]:
    begun = re.findall(r"Launching module (\w+)", said)
    return [name for name in modules if name not in begun]


def told(report: Mapping[str, Any]) -> list[str]:
    found = {**report["vulnerabilities"], **report["anomalies"]}
    return [f"{kind}: {one['method']} {one['path']} {one['info']}" for kind, ones in found.items() for one in ones]


@contextmanager
def planted_site(cookies: str) -> Iterator[str]:
    port = free_port()
    words = [sys.executable, "-m", "tools.scans.planted_site", str(port), cookies]
    with process(words, os.environ, f"http://127.0.0.1:{port}/alive"):
        yield f"http://127.0.0.1:{port}"
