"""pip-audit, strict: known vulnerabilities of the platform's packages, and of one that is known to be vulnerable."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tools.scans.environments import ROOT, tool
from tools.scans.findings import ScanResult

KNOWN_BAD: Final = "django==3.2.0"
LOCKED: Final = ("base", "prod")


def scan() -> ScanResult:
    """Where its service cannot be reached nothing was scanned, and the result says so: skipped is not passed."""
    with TemporaryDirectory() as folder:
        bad = Path(folder) / "bad.txt"
        bad.write_text(f"{KNOWN_BAD}\n")
        code, output = _audit(bad, "--no-deps")
    if "vulnerabilit" not in output or code == 0:
        return ScanResult("pip-audit", not_run=f"its service does not know {KNOWN_BAD}: {_last(output)}")
    ours, read = [], 0
    for name in LOCKED:
        path = ROOT / "requirements" / f"{name}.txt"
        code, output = _audit(path, "--require-hashes")
        ours += output.splitlines() if code else []
        read += sum("==" in line for line in path.read_text().splitlines())
    return ScanResult("pip-audit", f"{read} pins, strict", {KNOWN_BAD: True}, ours)


def _audit(path: Path, *more: str) -> tuple[int, str]:
    words = [tool("audit", "pip-audit"), "--strict", "--disable-pip", "--progress-spinner", "off", *more, "-r", path]
    answer = subprocess.run(words, check=False, capture_output=True, text=True, timeout=600)
    return answer.returncode, f"{answer.stdout}\n{answer.stderr}"


def _last(output: str) -> str:
    return (output.strip().splitlines() or [""])[-1][:200]
