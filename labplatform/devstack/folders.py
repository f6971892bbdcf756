"""Folders for the sockets of the embedded servers."""

import hashlib
import os
import tempfile
from pathlib import Path

SOCKET_PATH_LIMIT = 80


def socket_folder(data: Path) -> Path:
    """Return the folder for the sockets of the servers that run from `data`: inside it, unless its path is too long.

    A socket's path must stay short: then a folder of this user's among the temporary files.
    """
    inside = data / "run"
    if len(str(inside)) <= SOCKET_PATH_LIMIT:
        return inside
    digest = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"labplatform-{os.geteuid()}-{digest}"
