"""A real SMTP server for tests: it stores accepted e-mails and answers as told, errors included."""

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPT = "250 kept"
NO_ANSWER = "silence"
DROP = "drop"
DROP_ACCEPTED = "drop accepted"


@dataclass
class Sink:
    """`answers` takes the number of the e-mail offered (from 1) and its envelope.

    It returns an SMTP reply, or SILENCE, DROP (closed without taking the e-mail) or DROP_ACCEPTED (taken, and closed
    before the reply: the outcome nobody can know). `refused` maps addresses to the reply to RCPT. `before_data` is
    called before each answer, `pause` delays it.
    """

    answers: Callable[[int, Envelope], str] = lambda _number, _envelope: ACCEPT
    refused: dict[str, str] = field(default_factory=dict)
    before_data: Callable[[int], None] = lambda _number: None
    pause: float = 0.0
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    offered: int = 0
    sessions: set[int] = field(default_factory=set)
    port: int = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.offered += 1
        self.sessions.add(id(session))
        self.before_data(self.offered)
        answer = self.answers(self.offered, envelope)
        if self.pause:
            await asyncio.sleep(self.pause)
        if answer.startswith("250") or answer == DROP_ACCEPTED:
            self.accepted.append((envelope.rcpt_tos[0], envelope.original_content or b""))
        if answer == NO_ANSWER:
            await asyncio.sleep(60)
        if answer in {DROP, DROP_ACCEPTED}:
            server.transport.abort()
        return answer

    @property
    def emails(self) -> list[EmailMessage]:
        return [message_from_bytes(content, policy=policy.default) for _to, content in self.accepted]

    @property
    def to(self) -> list[str]:
        """Return the addresses of the accepted e-mails, in order of arrival."""
        return [to for to, _content in self.accepted]

    @property
    def message_ids(self) -> list[str]:
        return [str(email["Message-ID"]) for email in self.emails]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(sink: Sink) -> Iterator[Sink]:
    """Run the server on 127.0.0.1, port `sink.port`."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    sink.port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


@contextmanager
def receiving_server(settings: Any) -> Iterator[Sink]:
    """Run the server, with settings that point to it."""
    with listening(Sink()) as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 0.5
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield server
