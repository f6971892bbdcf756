"""Each scanner in an environment of its own, from its own locked requirements: they agree on nothing."""

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
VENVS: Final = ROOT / ".venv" / "scanners"


class Unavailable(Exception):
    """A scanner that cannot be installed, or says nothing that can be read: nothing was looked at."""


def tool(name: str, command: str) -> Path:
    """The command of a scanner, installed with the hashes of `requirements/scan-NAME.txt` where it is not there yet.

    Raises Unavailable where that cannot be done.
    """
    place = VENVS / name
    found, locked = place / "bin" / command, ROOT / "requirements" / f"scan-{name}.txt"
    if not found.exists() or found.stat().st_mtime < locked.stat().st_mtime:
        uv = Path(sys.executable).parent / "uv"
        made = [uv, "venv", "-q", "--clear", "--relocatable", "--python", sys.executable, place]
        filled = [uv, "pip", "install", "-q", "--require-hashes", "--python", place / "bin" / "python", "-r", locked]
        for words in (made, filled):
            if subprocess.run(words, check=False).returncode:
                raise Unavailable(f"it could not be installed from {locked.name}")
        found.touch()
    return found
