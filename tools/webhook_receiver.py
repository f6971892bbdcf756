"""A receiver of webhooks for development: it checks signatures, prints what comes, and answers with a chosen status.

    python -m tools.webhook_receiver --secret whsec_… --port 9000
    python -m tools.webhook_receiver --secret whsec_… --answer 500

It is also an example of what a receiver has to do: check the signature and the time, remember ids, answer at once.
The platform sends to this machine only where WEBHOOKS_TO_LOOPBACK is on.
"""

import argparse
import hmac
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

TOLERANCE = 300  # seconds between the time in the message and ours


def check(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """Return why a message is not to be trusted; "" when it is. `now` is in seconds since 1970."""
    identifier, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(now - int(timestamp)) > TOLERANCE:
        return "the time is missing or too far away"
    key = b64decode(secret.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{identifier}.{timestamp}.".encode() + body, sha256)
    expected = f"v1,{b64encode(digest).decode()}"
    given = headers.get("webhook-signature", "").split()
    return "" if any(hmac.compare_digest(expected, each) for each in given) else "no signature is valid"


@dataclass
class Receiver:
    """What a receiver answers, and what it received: pairs of headers and body. `pause` in seconds delays answers.

    `message_ids` are those of all messages: one that comes again is marked. With `prints`, messages are printed.
    """

    secret: str = ""
    answer: int = 204
    pause: float = 0.0
    location: str = ""
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    message_ids: set[str] = field(default_factory=set)
    port: int = 0
    prints: bool = False

    @property
    def url(self) -> str:
        """The address for a webhook."""
        return f"http://127.0.0.1:{self.port}/hook"

    def record(self, headers: dict[str, str], body: bytes) -> None:
        """Remember a message, and print it as it came, with the result of its check."""
        self.received.append((headers, body))
        if self.prints:
            problem = check(self.secret, headers, body, time.time()) if self.secret else "no --secret to check it with"
            again = " (again)" if headers.get("webhook-id", "") in self.message_ids else ""
            print(f"{problem or 'signature is valid'}{again}: {body.decode(errors='replace')}", flush=True)
        self.message_ids.add(headers.get("webhook-id", ""))


@contextmanager
def receiving(receiver: Receiver) -> Iterator[Receiver]:
    """Serve the receiver on its port of 127.0.0.1 (0: a free one) while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        """Takes messages and answers them."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0")))
            receiver.record({name.lower(): value for name, value in self.headers.items()}, body)
            time.sleep(receiver.pause)
            try:
                self.send_response(receiver.answer)
                if receiver.location:
                    self.send_header("location", receiver.location)
                self.end_headers()
            except OSError:  # the sender has gone
                return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Print nothing: the messages are printed."""

    server = ThreadingHTTPServer(("127.0.0.1", receiver.port), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    receiver.port = server.server_port
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def main(arguments: list[str] | None = None) -> int:
    """Receive webhooks until interrupted, or for `--seconds`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--secret", default="", help="the secret that the platform showed: whsec_…")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--answer", type=int, default=204, help="the status code of the answers")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after so many seconds")
    options = parser.parse_args(arguments)
    receiver = Receiver(options.secret, options.answer, options.pause, port=options.port, prints=True)
    end = time.monotonic() + options.seconds
    try:
        with receiving(receiver):
            print(f"Receiving at {receiver.url}", flush=True)
            while time.monotonic() < end:
                time.sleep(min(1, max(0, end - time.monotonic())))
    except KeyboardInterrupt:
        print(f"{len(receiver.received)} messages received")
    return 0


if __name__ == "__main__":
    sys.exit(main())
