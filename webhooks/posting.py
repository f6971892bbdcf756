"""Posts one message to a receiver: to a checked address, within ten seconds in all, following no redirect.

The ten seconds begin before the name is resolved. A resolution cannot be cut: when it takes longer, nothing is sent.
"""

import http.client
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from threading import Event, Timer
from time import monotonic
from typing import Final

from webhooks.targets import Target, TargetRefused, checked_address

TIMEOUT: Final = 10.0  # seconds for the name, connection, message and answer together


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A signed message, ready to be posted."""

    target: Target
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class PostResult:
    """What came of a message: the status code of the answer, or None and the slug of an error."""

    code: int | None = None
    error: str = ""

    @property
    def is_accepted(self) -> bool:
        """Return whether the receiver accepted the message: any 2xx code."""
        return self.code is not None and 200 <= self.code < 300


def post(message: SignedMessage) -> PostResult:
    """Post the message, and return the answer's code or the error. Of the answer only its head is read.

    A problem of the receiver or of the network raises nothing; any exception is a bug of ours.
    """
    try:
        deadline = monotonic() + TIMEOUT
        address = (checked_address(message.target), message.target.port)
        with closing(socket.create_connection(address, _seconds_left(deadline))) as plain:
            return _exchange(plain, message, _seconds_left(deadline))
    except TargetRefused as refusal:
        return PostResult(error=refusal.error)
    except ssl.SSLCertVerificationError:
        return PostResult(error="certificate")
    except TimeoutError:
        return PostResult(error="timeout")
    except OSError:
        return PostResult(error="no_connection")


def _seconds_left(deadline: float) -> float:
    """Return the seconds until the deadline, a time of `monotonic`; raise TimeoutError when it has passed."""
    if (seconds := deadline - monotonic()) <= 0:
        raise TimeoutError
    return seconds


def _exchange(plain: socket.socket, message: SignedMessage, seconds: float) -> PostResult:
    """Send the message over an open connection, which is cut after so many seconds, and return the answer."""
    target = message.target
    sock, connection = plain, http.client.HTTPConnection(target.host, target.port)
    if target.is_encrypted:  # the handshake is made below, when the time already runs
        sock = _tls().wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)
        connection = http.client.HTTPSConnection(target.host, target.port)
    connection.sock = sock  # connected to the checked address; `connect` would resolve the name once more
    has_expired = Event()
    timer = Timer(seconds, _cut, (sock, has_expired))
    timer.daemon = True
    timer.start()
    try:
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()
        connection.request("POST", target.path, message.body, dict(message.headers))
        return PostResult(code=connection.getresponse().status)
    except ssl.SSLCertVerificationError:
        raise
    except (OSError, http.client.HTTPException) as error:
        if has_expired.is_set() or isinstance(error, TimeoutError):
            return PostResult(error="timeout")
        return PostResult(error="no_connection" if isinstance(error, OSError) else "no_http")
    finally:
        timer.cancel()
        connection.close()
        sock.close()


def _cut(sock: socket.socket, has_expired: Event) -> None:
    """End a connection whose time is over, so that the waiting call ends; `has_expired` then says why."""
    has_expired.set()
    try:
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # that of TLS would only forget the encryption
    except OSError:
        return


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Return the rules for encrypted connections: certificates of the system, checked with the name of the host."""
    return ssl.create_default_context()
