"""Where the embedded servers put their sockets."""

import hashlib
import os
import tempfile
from pathlib import Path

SOCKET_PATH_LIMIT = 80


def socket_folder(data: Path) -> Path:
    """A folder for sockets: inside `data` when its path is short enough, else a short one of this user's."""
    inside = data / "run"
    if len(str(inside)) <= SOCKET_PATH_LIMIT:
        return inside
    digest = hashlib.sha256(str(data).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"labplatform-{os.geteuid()}-{digest}"
