"""pip-audit, strict: what is known of the packages the platform runs on, and of one that is known to be bad."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tools.scans.found import Found
from tools.scans.tools import ROOT, tool

KNOWN_BAD: Final = "django==3.2.0"
LOCKED: Final = ("base", "prod")


def scan() -> Found:
    """Where its service cannot be reached nothing was looked at, and that is said: a skipped package is not a pass."""
    with TemporaryDirectory() as folder:
        bad = Path(folder) / "bad.txt"
        bad.write_text(f"{KNOWN_BAD}\n")
        code, said = _audit(bad, "--no-deps")
    if "vulnerabilit" not in said or code == 0:
        return Found("pip-audit", not_run=f"its service does not know {KNOWN_BAD}: {_last(said)}")
    ours, read = [], 0
    for name in LOCKED:
        path = ROOT / "requirements" / f"{name}.txt"
        code, said = _audit(path, "--require-hashes")
        ours += said.splitlines() if code else []
        read += sum("==" in line for line in path.read_text().splitlines())
    return Found("pip-audit", f"{read} pins, strict", {KNOWN_BAD: True}, ours)


def _audit(path: Path, *more: str) -> tuple[int, str]:
    words = [tool("audit", "pip-audit"), "--strict", "--disable-pip", "--progress-spinner", "off", *more, "-r", path]
    answer = subprocess.run(words, check=False, capture_output=True, text=True, timeout=600)
    return answer.returncode, f"{answer.stdout}\n{answer.stderr}"


def _last(said: str) -> str:
    return (said.strip().splitlines() or [""])[-1][:200]
