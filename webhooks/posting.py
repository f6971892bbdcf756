"""Posts one message to a receiver: to a checked address, within ten seconds in all, following no redirect."""

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from threading import Timer
from typing import Final

from webhooks.targets import Target, TargetRefused, checked_address

TIMEOUT: Final = 10.0  # seconds for connection, message and answer together


@dataclass(frozen=True, slots=True)
class Message:
    """A signed message, ready to be posted."""

    target: Target
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a message: the status code of the answer, or None and the slug of an error."""

    code: int | None = None
    error: str = ""

    @property
    def is_accepted(self) -> bool:
        """Return whether the receiver accepted the message: any 2xx code."""
        return self.code is not None and 200 <= self.code < 300


def post(message: Message) -> Answer:
    """Post the message, and return the answer's code or the error. Of the answer only its head is read.

    A problem of the receiver or of the network raises nothing; any exception is a bug of ours.
    """
    try:
        address = checked_address(message.target)
        with closing(socket.create_connection((address, message.target.port), TIMEOUT)) as plain:
            return _exchange(plain, message)
    except TargetRefused as refusal:
        return Answer(error=refusal.error)
    except ssl.SSLCertVerificationError:
        return Answer(error="certificate")
    except TimeoutError:
        return Answer(error="timeout")
    except OSError:
        return Answer(error="no_connection")


def _exchange(plain: socket.socket, message: Message) -> Answer:
    """Send the message over an open connection, which is cut when the time is over, and return the answer."""
    target = message.target
    sock, connection = plain, http.client.HTTPConnection(target.host, target.port)
    if target.is_encrypted:  # the handshake is made below, when the time already runs
        sock = _tls().wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)
        connection = http.client.HTTPSConnection(target.host, target.port)
    connection.sock = sock  # connected to the checked address; `connect` would resolve the name once more
    expired: list[bool] = []
    timer = Timer(TIMEOUT, _cut, (sock, expired))
    timer.daemon = True
    timer.start()
    try:
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        connection.request("POST", target.path, message.body, dict(message.headers))
        return Answer(code=connection.getresponse().status)
    except ssl.SSLCertVerificationError:
        raise
    except (OSError, http.client.HTTPException) as error:
        if expired or isinstance(error, TimeoutError):
            return Answer(error="timeout")
        return Answer(error="no_connection" if isinstance(error, OSError) else "no_http")
    finally:
        timer.cancel()
        connection.close()
        sock.close()


def _cut(sock: socket.socket, expired: list[bool]) -> None:
    """End a connection whose time is over, so that whoever waits for it goes on; `expired` then says why."""
    expired.append(True)
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # that of TLS would only forget the encryption
    except OSError:
        return


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Return the rules for encrypted connections: certificates of the system, checked with the name of the host."""
    return ssl.create_default_context()
