"""The mail server of `make bench` and `make faults`, a process of its own: it logs each e-mail it accepted.

`python -m tools.faults.mail_server PORT LOG`. What it does with an e-mail is read from the file ORDERS next to the log
whenever that changes, so that a fault can be switched on and off while e-mails are sent:

- `pause`: seconds before every reply;
- `hold`: seconds before the reply to an e-mail's text, so that a hand-over lasts;
- `answers`: the replies to the next e-mails, one after the other: an SMTP reply, "silence", "drop" (closed, the e-mail
  not accepted) or "drop accepted" (accepted, and closed before the reply). Afterwards every e-mail is accepted.
"""

import asyncio
import json
import logging
import re
import sys
import time
from pathlib import Path
from typing import Any, Final

from aiosmtpd.smtp import SMTP, Envelope, Session

SUBJECT: Final = re.compile(rb"^Subject:\s*(.*?)\r?$", re.IGNORECASE | re.MULTILINE)
MESSAGE_ID: Final = re.compile(rb"^Message-ID:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
SILENT_SECONDS: Final = 60


class LoggingMailServer:
    def __init__(self, log: Path) -> None:
        self.orders_file = log.with_suffix(".orders")
        self.log = log.open("ab", buffering=0)
        self.seen: float = 0
        self.orders: dict[str, Any] = {}

    def read_orders(self) -> None:
        changed = self.orders_file.stat().st_mtime_ns if self.orders_file.exists() else 0
        if changed != self.seen:
            self.seen, self.orders = changed, json.loads(self.orders_file.read_text())

    @property
    def pause(self) -> float:
        return float(self.orders.get("pause", 0))

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.read_orders()
        answers = self.orders.get("answers") or ["250 kept"]
        answer = answers.pop(0)
        content = envelope.original_content or b""
        if "before" in self.orders:
            await asyncio.sleep(self.orders["before"])
        if answer.startswith("250") or answer == "drop accepted":
            self.write("accepted", envelope.rcpt_tos[0], content)
        else:
            self.write(answer, envelope.rcpt_tos[0], content)
        await asyncio.sleep(self.orders.get("hold", 0))
        if answer == "silence":
            await asyncio.sleep(SILENT_SECONDS)
        if answer.startswith("drop"):
            server.transport.abort()
        return answer

    def write(self, answer: str, to: str, content: bytes) -> None:
        """Write one line in a single write, so that it is complete whatever happens next."""
        match = MESSAGE_ID.search(content)
        row = {"at": time.time(), "answer": answer, "to": to, "id": match[1].decode() if match else ""}
        if subject := SUBJECT.search(content):
            row["subject"] = subject[1].decode(errors="replace")
        self.log.write(json.dumps(row).encode() + b"\n")


class SlowSMTP(SMTP):
    """Waits before each reply as ordered."""

    async def push(self, status: Any) -> None:
        if self.event_handler.pause:
            await asyncio.sleep(self.event_handler.pause)
        await super().push(status)


async def serve(port: int, log: Path) -> None:
    box = LoggingMailServer(log)
    box.read_orders()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SlowSMTP(box, loop=loop, hostname="mail.example"), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
