"""Each scanner in an environment of its own, from its own locked requirements: they agree on nothing."""

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
VENVS: Final = ROOT / ".venv" / "scanners"


def tool(name: str, command: str) -> Path:
    """The command of a scanner, installed with the hashes of `requirements/scan-NAME.txt` where it is not there yet."""
    place = VENVS / name
    found, locked = place / "bin" / command, ROOT / "requirements" / f"scan-{name}.txt"
    if not found.exists() or found.stat().st_mtime < locked.stat().st_mtime:
        uv = Path(sys.executable).parent / "uv"
        subprocess.run([uv, "venv", "-q", "--clear", "--relocatable", "--python", sys.executable, place], check=True)
        words = [uv, "pip", "install", "-q", "--require-hashes", "--python", place / "bin" / "python", "-r", locked]
        subprocess.run(words, check=True)
        found.touch()
    return found
