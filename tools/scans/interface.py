"""schemathesis attacks what the OpenAPI document of the API describes, and a small interface with faults.

As lab staff and as a member, with tokens of all scopes. SECONDS is the time for each of the attacks.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Final
from urllib.request import Request, urlopen

from labplatform.devstack.demo import free_port
from tools.scans.environments import Unavailable, tool
from tools.scans.findings import ScanResult
from tools.scans.platform import HTTPS, RunningPlatform, platform, process, run_in

SECONDS: Final = int(os.environ.get("SECONDS", "60"))
DOCUMENT: Final = "/api/v1/openapi.json"
PEOPLE: Final = ("lab@demo.example", "member@demo.example")
# What it checks in each answer. That invalid values are refused, and valid ones taken, is for the forms to decide.
CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "ignored_auth",
)
# The faults of the small interface, by the words in which they are reported.
FAULTS: Final = {
    "ST101 Server error": "GET /ideas/{pk}/",
    "ST103 Undocumented status code": "GET /names/",
    "ST105 Undocumented Content-Type": "GET /texts/",
    "ST108 Response violates schema": "GET /cohorts/",
    "ST401 API accepts requests without authentication": "GET /open/",
}
# The limits of tokens would refuse most requests: they are tested on their own.
LIMITS: Final = {"API_READS_PER_MINUTE": "1000000", "API_WRITES_PER_MINUTE": "1000000"}
TOKENS: Final = """
from django.utils import timezone
from accounts.models import User
from api.actions import create_token
from api.enums import SCOPES
for email in %r:
    by = User.objects.get(email=email)
    print("token", email, create_token(name="Scan", scopes=SCOPES, days=1, at=timezone.now(), by=by)[1])
"""
OPERATION: Final = re.compile(r"^_+ ([A-Z]+ \S+) _+$")
FAILURE: Final = re.compile(r"^- (.+)$")
COUNT: Final = re.compile(r"([\d,]+) generated")


def scan() -> ScanResult:
    tool("schemathesis", "schemathesis")
    with planted_interface() as address:
        planted = faults_of(attack(f"{address}/openapi.json", address, "Authorization: Bearer planted"))
    ours, summaries = [], []
    with platform(PEOPLE, **LIMITS) as served:
        for email, secret in tokens(served).items():
            headers = (f"Authorization: Bearer {secret}", HTTPS)
            output = attack(document(served), served.address, *headers)
            ours += [f"{email}: {line}" for line in findings(output)]
            summaries.append(f"{email}: {cases(output)} requests")
    return ScanResult("schemathesis", "; ".join(summaries), planted, ours)


def faults_of(output: str) -> dict[str, bool]:
    """Return whether each planted fault was found, by the operation that has it."""
    found = findings(output)
    return {
        f"{operation}: {words}": any(line.startswith(f"{operation}: ") and words in line for line in found)
        for words, operation in FAULTS.items()
    }


def findings(output: str) -> list[str]:
    """Return the failures that schemathesis reports, one line each: the operation, and what is wrong with it."""
    lines, operation = [], ""
    for line in output.splitlines():
        if heading := OPERATION.match(line):
            operation = heading[1]
        elif operation and (failure := FAILURE.match(line)):
            lines.append(f"{operation}: {failure[1]}")
    return list(dict.fromkeys(lines))


def cases(output: str) -> str:
    """Return how many requests schemathesis says that it made; none is an attack that did not take place."""
    count = COUNT.search(output)
    if count is None:
        raise Unavailable("it attacked nothing: " + output.strip()[-400:])
    return count[1]


def attack(schema: str, address: str, *headers: str) -> str:
    """Attack what the document `schema` describes, at this address, and return what schemathesis printed."""
    with TemporaryDirectory() as folder:
        words = [str(tool("schemathesis", "schemathesis")), "run", schema, "--url", address, "--no-color"]
        words += ["--checks", ",".join(CHECKS), "--continue-on-failure", "--request-timeout", "20"]
        words += ["--phases", "examples,coverage,fuzzing", "--max-examples", str(max(2, SECONDS // 6)), "--no-shrink"]
        words += ["--generation-deterministic", "--suppress-health-check", "all"]
        words += [word for header in headers for word in ("-H", header)]
        answer = subprocess.run(
            words, cwd=folder, env={**os.environ, "HOME": folder}, capture_output=True, text=True, check=False
        )
    return answer.stdout + answer.stderr


def document(served: RunningPlatform) -> str:
    """Return the path of a copy of the OpenAPI document, which is read as production sends it."""
    headers = {"X-Forwarded-Proto": "https", "Accept-Language": "en"}
    request = Request(f"{served.address}{DOCUMENT}", headers=headers)  # noqa: S310 - loopback
    with urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
        path = served.log.parent / "openapi.json"
        path.write_text(json.dumps(json.load(answer)))
    return str(path)


def tokens(served: RunningPlatform) -> dict[str, str]:
    """Return a token with all scopes for each person, by e-mail address."""
    output = run_in(["manage.py", "shell", "-v", "0", "-c", TOKENS % list(PEOPLE)], served.environment)
    rows: Sequence[list[str]] = [line.split() for line in output.splitlines() if line.startswith("token ")]
    return {email: secret for _, email, secret in rows}


@contextmanager
def planted_interface() -> Iterator[str]:
    """Run the small interface with faults, and yield its address."""
    port = free_port()
    words = [sys.executable, "-m", "tools.scans.planted_interface", str(port)]
    with process(words, os.environ, f"http://127.0.0.1:{port}/openapi.json"):
        yield f"http://127.0.0.1:{port}"
