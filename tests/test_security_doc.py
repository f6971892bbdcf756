"""docs/security.md is true: its tests exist, its list is complete, its counts and figures are correct.

Numbers and levels of OWASP ASVS 5.0.0 are facts, stored here; its sentences are its own.
"""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from accounts.sign_in.actions.links import LINK_LIFETIME
from accounts.sign_in.passwords import HOUSE_WORDS
from cohorts.invitations.views.acceptance import MAX_WRONG_LINKS, WRONG_LINKS_SECONDS
from files.documents.identification import FORMATS
from labplatform.settings import base, startup_checks

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text()
VERDICTS = ("holds", "does not apply", "open")
# Section: its requirements of level 1, then of level 2; those of level 3 are left out.
REQUIREMENTS = """
1.1 |  | 1 2
1.2 | 1 2 3 4 5 | 6 7 8 9
1.3 | 1 2 | 3 4 5 6 7 8 9 10 11
1.4 |  | 1 2 3
1.5 | 1 | 2
2.1 | 1 | 2 3
2.2 | 1 2 | 3
2.3 | 1 | 2 3 4
2.4 |  | 1
3.2 | 1 2 |
3.3 | 1 | 2 3 4
3.4 | 1 2 | 3 4 5 6
3.5 | 1 2 3 | 4 5
3.7 |  | 1 2
4.1 | 1 | 2 3
4.2 |  | 1
4.3 |  | 1 2
4.4 | 1 | 2 3 4
5.1 |  | 1
5.2 | 1 2 | 3
5.3 | 1 2 |
5.4 |  | 1 2 3
6.1 | 1 | 2 3
6.2 | 1 2 3 4 5 6 7 8 | 9 10 11 12
6.3 | 1 2 | 3 4
6.4 | 1 2 | 3 4
6.5 |  | 1 2 3 4 5
6.6 |  | 1 2 3
6.8 |  | 1 2 3 4
7.1 |  | 1 2 3
7.2 | 1 2 3 4 |
7.3 |  | 1 2
7.4 | 1 2 | 3 4 5
7.5 |  | 1 2
7.6 |  | 1 2
8.1 | 1 | 2
8.2 | 1 2 | 3
8.3 | 1 |
8.4 |  | 1
9.1 | 1 2 3 |
9.2 | 1 | 2 3 4
10.1 |  | 1 2
10.2 |  | 1 2
10.3 |  | 1 2 3 4
10.4 | 1 2 3 4 5 | 6 7 8 9 10 11
10.5 |  | 1 2 3 4 5
10.6 |  | 1 2
10.7 |  | 1 2 3
11.1 |  | 1 2
11.2 |  | 1 2 3
11.3 | 1 2 | 3
11.4 | 1 | 2 3 4
11.5 |  | 1
11.6 |  | 1
12.1 | 1 | 2 3
12.2 | 1 2 |
12.3 |  | 1 2 3 4
13.1 |  | 1
13.2 |  | 1 2 3 4 5
13.3 |  | 1 2
13.4 | 1 | 2 3 4 5
14.1 |  | 1 2
14.2 | 1 | 2 3 4
14.3 | 1 | 2 3
15.1 | 1 | 2 3
15.2 | 1 | 2 3
15.3 | 1 | 2 3 4 5 6 7
16.1 |  | 1
16.2 |  | 1 2 3 4 5
16.3 |  | 1 2 3 4
16.4 |  | 1 2 3
16.5 |  | 1 2 3
17.1 |  | 1
17.2 |  | 1 2 3 4
17.3 |  | 1 2
"""


def requirements() -> dict[str, int]:
    """Return the requirements, each with its level."""
    found = {}
    for line in REQUIREMENTS.strip().splitlines():
        section, first, second = (part.strip() for part in line.split("|"))
        found |= {f"V{section}.{n}": 1 for n in first.split()} | {f"V{section}.{n}": 2 for n in second.split()}
    return found


LEVELS = requirements()
ROWS = re.findall(r"^\| (V\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| (.+) \|$", PAGE, re.MULTILINE)


@cache
def named_in(path: str) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return frozenset(found)


def missing(text: str) -> list[str]:
    """Return tests and rules that are named but do not exist."""
    named = re.findall(r"`(tests/[\w/]+\.py)::([\w:]+)`", text)
    lost = [f"{path}::{name}" for path, name in named if not (ROOT / path).exists() or name not in named_in(path)]
    rules = re.findall(r"- id: (\S+)", (ROOT / "tools" / "scans" / "rules.yaml").read_text())
    lost += [rule for rule in re.findall(r"semgrep: `([\w-]+)`", text) if rule not in rules]
    return lost + [rule for rule in re.findall(r"ruff: `(\w+)`", text) if not re.fullmatch(r"S\d{3}", rule)]


def test_every_test_and_rule_named_on_the_page_exists():
    assert missing(PAGE) == []
    assert missing("`tests/test_security_doc.py::test_of_nothing` semgrep: `none`, ruff: `X1`") == [
        "tests/test_security_doc.py::test_of_nothing",
        "none",
        "X1",
    ]
    assert '"S"' in (ROOT / "pyproject.toml").read_text()


def test_every_requirement_is_listed_once_with_a_verdict():
    assert Counter(LEVELS.values()) == {1: 70, 2: 183}
    assert [row[0] for row in ROWS] == list(LEVELS)
    assert [row[0] for row in ROWS if row[2] not in VERDICTS] == []


def test_requirements_that_hold_name_a_check_and_others_a_reason():
    named = re.compile(r"`tests/[\w/]+\.py::test_|`tests/[\w/]+\.py::Test\w+::test_|(semgrep|ruff|mypy): `")
    assert [number for number, _, verdict, by in ROWS if verdict == "holds" and not named.search(by)] == []
    assert [number for number, _, verdict, by in ROWS if verdict != "holds" and len(by.split()) < 2] == []


def test_counts_at_the_top_of_the_page_are_correct():
    counts = Counter(verdict for _, _, verdict, _ in ROWS)
    first = Counter(verdict for number, _, verdict, _ in ROWS if LEVELS[number] == 1)
    holds, none, open_count = (counts[verdict] for verdict in VERDICTS)
    assert f"253 requirements. {holds} hold, {none} do not apply, {open_count} are open.**" in PAGE
    holds, none, open_count = (first[verdict] for verdict in VERDICTS)
    assert f"Of the 70 of level 1: {holds} hold, {none} do not apply, {open_count} are open." in PAGE


def section(heading: str) -> str:
    assert f"### {heading}\n" in PAGE, heading
    return PAGE.partition(f"### {heading}\n")[2].partition("\n##")[0]


def documented_values() -> dict[str, list[Any]]:
    """Return words and figures that must be in the document, by section."""
    limits = base.ACCOUNT_RATE_LIMITS | base.MFA_RATE_LIMITS  # type: ignore[operator]
    sizes = base.FILES_MAX_BYTES
    million = {name: most // 10**6 for name, most in base.FILES_MAX_PIXELS.items()}
    return {
        "Ways in": [f"{LINK_LIFETIME.seconds // 60} minutes", "14 days", "passkey", "OpenID Connect"],
        "Limits of attempts": [
            *(f"(`{name}`) | {limit} |" for name, limit in limits.items()),
            f"(`invitation`) | {MAX_WRONG_LINKS}/{WRONG_LINKS_SECONDS}s/ip |",
        ],
        "Passwords": [", ".join(HOUSE_WORDS), f"{base.AUTH_PASSWORD_VALIDATORS[1]['OPTIONS']['min_length']} signs"],
        "Sign-ins": [f"{base.SESSION_IDLE_MINUTES} minutes", f"{base.SESSION_DAYS} days", "as many at once", "800-63B"],
        "Files": [
            ", ".join(FORMATS),
            f"{sizes['image'] >> 20} MB, JPEG {million['JPEG']},",
            f"PNG {million['PNG']} and WebP {million['WEBP']} million pixels",
            f"{sizes['document'] >> 20} MB",
            f"{base.FILES_MAX_FORM_BYTES >> 20} MB",
        ],
        "Whom the platform speaks to": [
            *(name for name in startup_checks.REQUIRED if name.endswith("_URL") and name != "BASE_URL"),
            *("OIDC_PROVIDERS", "SENTRY_DSN", "METRICS_TOKEN"),
        ],
        "What is kept, and how closely": ["secret", "delicate", "personal", "of a cohort", "open here"],
        "Logs": ["labplatform.security", "five files of 20 MB", "history"],
        "What costs much": ["worker", "ten statements"],
        "Faults in packages": ["within 7 days", "within 30", "each quarter", "package-lock.json"],
    }


@pytest.mark.parametrize("heading", documented_values())
def test_documented_values_are_the_configured_ones(heading: str):
    text = " ".join(section(heading).split())  # as if on one line
    assert [words for words in documented_values()[heading] if words not in text] == []


TOOLS = {"hashlib", "hmac", "secrets", "jwt", "cryptography", "random", "django.core.signing", "django.utils.crypto"}
RANDOM_DELAY = {"notifications.sending.delivery", "webhooks.sending"}  # how long the next attempt waits
DEMONSTRATION = "labplatform.demo."


def imported(path: Path) -> set[str]:
    source, found = path.read_text(), set[str]()
    if not any(tool.rpartition(".")[2] in source for tool in TOOLS):
        return set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return {name for name in found if name in TOOLS or name.split(".")[0] in TOOLS}


def test_every_module_using_cryptography_is_in_the_inventory():
    paths = [path for app in base.OUR_APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}
    using = {name for name, path in names.items() if imported(path)} - RANDOM_DELAY
    named = {word for word in re.findall(r"`([a-z_.]+)`", section("What hashes, signs and draws")) if word in names}
    assert {name for name in using if not name.startswith(DEMONSTRATION)} == named


UNSAFE_CONSTRUCTS = {
    "*.py": r"\bTemplate\(|from_string\(|yaml\.load\(|pickle\.loads?\(",
    "*.js": r"innerHTML\s*[+]?=(?!=)|outerHTML\s*=(?!=)|insertAdjacentHTML|document\.write|\beval\(|new Function"
    r"|addEventListener\(\"message\"|\.onmessage",
    "*.html": r"\|\s*safe\b|\{%\s*autoescape off|hx-on|javascript:",
}

REVIEWED = {
    "templates/django/forms/field.html",  # the help of a field is written by us, with links in it
    "web/database/spool.py",  # it reads the file that it wrote itself, which has no name
}


@pytest.mark.parametrize("kind", UNSAFE_CONSTRUCTS)
def test_unsafe_constructs_are_not_used(kind: str):
    """Templates built from text, markup built from text, messages from other windows."""
    folders = {"*.py": base.OUR_APPS, "*.js": ("static",), "*.html": ("templates",)}[kind]
    paths = [path for folder in folders for path in (ROOT / folder).rglob(kind)]
    assert len(paths) > 5
    found = {str(path.relative_to(ROOT)) for path in paths if re.search(UNSAFE_CONSTRUCTS[kind], path.read_text())}
    assert found - REVIEWED == set()
