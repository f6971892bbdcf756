"""Each scanner in a virtual environment of its own, from its own locked requirements, because these conflict."""

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent.parent
VENVS: Final = ROOT / ".venv" / "scanners"


class Unavailable(Exception):
    """A scanner that cannot be installed or gives no readable output: nothing was scanned."""


def tool(name: str, command: str) -> Path:
    """Return the command of a scanner, installed with the hashes of `requirements/scan-NAME.txt` if needed.

    Raises Unavailable when that fails.
    """
    folder = VENVS / name
    executable, locked = folder / "bin" / command, ROOT / "requirements" / f"scan-{name}.txt"
    if not executable.exists() or executable.stat().st_mtime < locked.stat().st_mtime:
        uv = Path(sys.executable).parent / "uv"
        create = [uv, "venv", "-q", "--clear", "--relocatable", "--python", sys.executable, folder]
        install = [uv, "pip", "install", "-q", "--require-hashes", "--python", folder / "bin" / "python", "-r", locked]
        for words in (create, install):
            if subprocess.run(words, check=False).returncode:
                raise Unavailable(f"it could not be installed from {locked.name}")
        executable.touch()
    return executable
