"""Folders for the sockets of the embedded servers."""

import hashlib
import os
import tempfile
from pathlib import Path

SOCKET_PATH_LIMIT = 80


def socket_folder(data: Path) -> Path:
    """Return the folder for the Unix sockets of the servers whose files are in `data`: inside it, unless its path is
    too long.

    A socket's path must stay short; else it is a folder of this user among the temporary files, always the same one.
    Nothing is created.
    """
    inside = data / "run"
    if len(str(inside)) <= SOCKET_PATH_LIMIT:
        return inside
    digest = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"labplatform-{os.geteuid()}-{digest}"
