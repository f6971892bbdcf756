"""A proxy between browser and server, with which a test can cut the network, hold an upload or drop responses."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PIECE = 16_384
MORE = 4 * PIECE  # forwarded part of a request that is then held


class NetworkProxy:
    """Listens on a port of its own and forwards everything to `port` while `is_up`.

    A request that contains `hold_marker` is held in the middle of its body. A request that contains `drop_marker` is
    forwarded, and its answer is dropped.
    """

    def __init__(self, port: int) -> None:
        self.target = port
        self.is_up, self.hold_marker, self.drop_marker = True, b"", b""
        self.upload_held = threading.Event()
        self.answer_dropped = threading.Event()
        self.open: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def disconnect(self) -> None:
        """Close open connections and refuse new ones."""
        self.is_up = False
        self._drop()

    def reconnect(self) -> None:
        """Accept connections again, and hold or drop nothing."""
        self._drop()
        self.hold_marker, self.drop_marker, self.is_up = b"", b"", True

    def close(self) -> None:
        self.disconnect()
        self.listener.close()

    def _drop(self) -> None:
        while self.open:
            connection = self.open.pop()
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                client_socket, _address = self.listener.accept()
            except OSError:
                return
            if not self.is_up:
                client_socket.close()
                continue
            try:
                server_socket = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                client_socket.close()
                continue
            self.open += [client_socket, server_socket]
            answer_lost = threading.Event()
            threading.Thread(target=self._up, args=[client_socket, server_socket, answer_lost], daemon=True).start()
            threading.Thread(target=self._down, args=[server_socket, client_socket, answer_lost], daemon=True).start()

    def _up(self, client_socket: socket.socket, server_socket: socket.socket, answer_lost: threading.Event) -> None:
        marked = carried = 0
        with suppress(OSError):
            while data := client_socket.recv(PIECE):
                marked = marked or bool(self.hold_marker and self.hold_marker in data)
                carried += len(data) if marked else 0
                if self.drop_marker and self.drop_marker in data:
                    answer_lost.set()
                if self.hold_marker and carried > MORE:
                    self.upload_held.set()
                    return  # the sender waits for ever, with half of it sent
                server_socket.sendall(data)
        with suppress(OSError):
            server_socket.shutdown(socket.SHUT_WR)

    def _down(self, server_socket: socket.socket, client_socket: socket.socket, answer_lost: threading.Event) -> None:
        with suppress(OSError):
            while data := server_socket.recv(PIECE):
                if answer_lost.is_set():
                    self.answer_dropped.set()
                    continue
                client_socket.sendall(data)
        if not answer_lost.is_set():
            with suppress(OSError):
                client_socket.shutdown(socket.SHUT_WR)


@contextmanager
def network_proxy(port: int) -> Iterator[NetworkProxy]:
    proxy = NetworkProxy(port)
    try:
        yield proxy
    finally:
        proxy.close()
