"""The release from which an upgrade starts, as git knows it, and the migrations that were added since."""

import os
import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
MIGRATIONS: Final = "*/migrations/[0-9]*.py"


def _git(*words: str) -> list[str]:
    """Return the lines that git prints; none where it fails, as outside a clone."""
    command = ["git", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def migrations_of(commit: str) -> set[str]:
    """Return the paths of the migrations of a commit."""
    return {path for path in _git("ls-tree", "-r", "--name-only", commit) if Path(path).match(MIGRATIONS)}


def migrations_here() -> set[str]:
    """Return the paths of the migrations in this folder, whether committed or not."""
    return {path.relative_to(ROOT).as_posix() for path in ROOT.glob(MIGRATIONS)}


def last_release() -> str | None:
    """Return the newest tag before this commit, or None where nothing was released."""
    return next(iter(_git("describe", "--tags", "--abbrev=0", "HEAD^")), None)


def code_before_upgrade() -> str | None:
    """Return the commit whose code an upgrade replaces: OLD from the environment, or the last release.

    Where nothing was released: the newest commit of this branch that has some of the migrations here, but not all, and
    no others. None outside a clone, or in a shallow one.
    """
    if named := os.environ.get("OLD") or last_release():
        return named
    here = migrations_here()
    commits = _git("log", "--first-parent", "--format=%H", "--diff-filter=AR", "-m", "--", f":(glob){MIGRATIONS}")
    for before in (f"{commit}^" for commit in commits):
        earlier = migrations_of(before)
        if earlier and earlier < here:
            return before
    return None
