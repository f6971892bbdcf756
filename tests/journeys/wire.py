"""The network between a browser and the server, which a test can cut, hold up in mid-upload, or rob of its answers."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PIECE = 16_384
MORE = 4 * PIECE  # what still goes through of a request that is then held up


class Wire:
    """Listens on a port of its own and passes everything on to `port`, as long as it is whole.

    What goes up is held after some more of a request that carries the mark `hold`; requests that carry `swallow` go
    through, and their answers vanish.
    """

    def __init__(self, port: int) -> None:
        self.target = port
        self.whole, self.hold, self.swallow = True, b"", b""
        self.held = threading.Event()
        self.swallowed = threading.Event()
        self.open: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """No network: what is open ends, what is new is turned away."""
        self.whole = False
        self._drop()

    def mend(self) -> None:
        """Whole again, and nothing held up or swallowed any more."""
        self._drop()
        self.hold, self.swallow, self.whole = b"", b"", True

    def close(self) -> None:
        self.cut()
        self.listener.close()

    def _drop(self) -> None:
        while self.open:
            one = self.open.pop()
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self.listener.accept()
            except OSError:
                return
            if not self.whole:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            self.open += [near, far]
            robbed = threading.Event()
            threading.Thread(target=self._up, args=[near, far, robbed], daemon=True).start()
            threading.Thread(target=self._down, args=[far, near, robbed], daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket, robbed: threading.Event) -> None:
        marked = carried = 0
        with suppress(OSError):
            while data := near.recv(PIECE):
                marked = marked or bool(self.hold and self.hold in data)
                carried += len(data) if marked else 0
                if self.swallow and self.swallow in data:
                    robbed.set()
                if self.hold and carried > MORE:
                    self.held.set()
                    return  # whoever sends waits for ever, with half of it gone
                far.sendall(data)
        with suppress(OSError):
            far.shutdown(socket.SHUT_WR)

    def _down(self, far: socket.socket, near: socket.socket, robbed: threading.Event) -> None:
        with suppress(OSError):
            while data := far.recv(PIECE):
                if robbed.is_set():
                    self.swallowed.set()
                    continue
                near.sendall(data)
        if not robbed.is_set():
            with suppress(OSError):
                near.shutdown(socket.SHUT_WR)


@contextmanager
def wired(port: int) -> Iterator[Wire]:
    wire = Wire(port)
    try:
        yield wire
    finally:
        wire.close()
