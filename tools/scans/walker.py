"""wapiti on the running platform, signed out and as three users.

Each walk also includes a small site with faults. SECONDS is the time for each kind of attack.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from labplatform.devstack.demo import free_port
from tools.scans.environments import Unavailable, tool
from tools.scans.findings import ScanResult
from tools.scans.platform import RunningPlatform, WalkerPerson, WalkLog, platform, process, read_walk_log

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
PEOPLE: Final = ("member@demo.example", "admin@demo.example", "lab@demo.example")  # lab staff last
LEAST_ROUTES: Final = 40  # that open for a signed-in user: with fewer, the walk was signed out
LEAST_FORMS: Final = 100  # sent with a good token by a signed-in user: with fewer, no form was attacked
LEAST_OUTSIDE: Final = 20  # by a signed-out user
TOKEN: Final = "csrfmiddlewaretoken"  # left as it is, or everything sent would be refused before it is read
# Walked first and for themselves: in a walk of everything, pages read use up the time before a form is sent.
FORMS: Final = ("account/", "accounts/email/", "ideas/new/", "e-mails/preferences/", "search/?q=idea")
OUTSIDE: Final = ("accounts/login/", "accounts/password/reset/", "sign-in/link/")
# Where walking would end the walk, or make it another's.
LEFT_OUT: Final = ("accounts/logout/*", "account/leave/*", "account/act-as/*", "language/*", "static/*")
SIGNED_IN: Final = ("accounts/login/*", "sign-in/*")  # of no use to a signed-in user
COOKIE: Final = "HttpOnly Flag cookie: GET / HttpOnly flag is not set in the cookie : "
# Findings that are not faults of the platform: the line, and why.
FALSE_ALARMS: Final = {
    f"{COOKIE}__Host-csrftoken": "read by the scripts of a page that was open before its person signed in again",
    f"{COOKIE}__Host-who": "tells these scripts who that is; it is a number and opens nothing",
    f"{COOKIE}who": "the same, elsewhere than in production",
}


def scan() -> ScanResult:
    """Walk as one user after the other, lab staff last: they change accounts of others and sign them out.

    Walks at the same time slow each other down, so that few forms are sent.
    """
    tool("wapiti", "wapiti")
    planted: dict[str, bool] = {}
    ours, summaries = [], []
    with platform(PEOPLE) as served:
        for person in served.people:
            planted_found, lines, log = _walk_both(person, served)
            planted |= planted_found
            ours += [f"{person.name}: {line}" for line in lines]
            summaries.append(f"{person.name}: {log.summary}")
    return ScanResult("wapiti", "; ".join(summaries), planted, ours)


def _walk_both(person: WalkerPerson, served: RunningPlatform) -> tuple[dict[str, bool], list[str], WalkLog]:
    """Walk the small site with faults, then the platform."""
    return faults_found_as(person), *walk_as(person, served)


def faults_found_as(person: WalkerPerson) -> dict[str, bool]:
    """Walk the small site, which shows its faults only with the cookies of this person."""
    with planted_site(person.cookies) as address:
        lines_found = walk(f"{address}/", *person.headers(address), seconds=PLANTED_SECONDS)
    return {f"{person.name}: {fault}": any(fault in line for line in lines_found) for fault in FAULTS.values()}


def walk_as(person: WalkerPerson, served: RunningPlatform) -> tuple[list[str], WalkLog]:
    """Walk the forms, then all pages; return the findings, one line each, among them a walk not made as this person."""
    before = len(served.log.read_text().splitlines())
    left_out = (*LEFT_OUT, *SIGNED_IN) if person.number else LEFT_OUT
    headers = person.headers(served.address)
    lines = []
    for path in FORMS if person.number else OUTSIDE:
        lines += walk(f"{served.address}/{path}", *headers, modules=IN_A_FORM, scope="page")
    lines += walk(f"{served.address}/", *headers, left_out=left_out)
    log = read_walk_log(served.log.read_text().splitlines()[before:], person.number)
    return [line for line in lines if not false_alarm(line)] + walk_problems(log, person.number), log


def walk_problems(log: WalkLog, number: int | None) -> list[str]:
    """Return why a walk proves nothing: too few pages opened, or too few forms were accepted as the platform's own."""
    problems = []
    if number and len(log.opened) < LEAST_ROUTES:
        problems.append(f"walked like a stranger: {len(log.opened)} routes opened")
    if log.accepted < (LEAST_FORMS if number else LEAST_OUTSIDE):
        problems.append(f"attacked hardly a form: {log.accepted} were sent with a good token")
    return problems


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
    """Return the findings, one line each; `left_out` are paths below the start.

    A module that is cut off may leave the walker's own store locked, so that it ends without a report: its findings are
    stored there, and the walk goes on with the modules that had not begun.
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
            command = [*words, "-m", ",".join(left)]
            done = subprocess.run(command, check=False, capture_output=True, cwd=folder, env=quiet, text=True)
            if report.exists():
                return report_lines(json.loads(report.read_text()))
            left = not_begun(left, done.stdout)
    last = (f"{done.stdout}\n{done.stderr}".strip().splitlines() or [""])[-1][:200]
    raise Unavailable(f"wapiti wrote no report of {start}: it ended with {done.returncode}, {last}")


def not_begun(modules: Sequence[str], output: str) -> list[str]:
    begun = re.findall(r"Launching module (\w+)", output)
    return [name for name in modules if name not in begun]


def report_lines(report: Mapping[str, Any]) -> list[str]:
    findings = {**report["vulnerabilities"], **report["anomalies"]}
    return [f"{kind}: {one['method']} {one['path']} {one['info']}" for kind, ones in findings.items() for one in ones]


@contextmanager
def planted_site(cookies: str) -> Iterator[str]:
    port = free_port()
    words = [sys.executable, "-m", "tools.scans.planted_site", str(port), cookies]
    with process(words, os.environ, f"http://127.0.0.1:{port}/alive"):
        yield f"http://127.0.0.1:{port}"
