"""The way out: one connection to the mail server, opened when needed, kept for every letter, dropped after trouble."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Self

from django.core import mail
from django.core.mail import EmailMessage

if TYPE_CHECKING:
    from types import TracebackType

PERMANENT = 500
CLOSING = 421
NO_ANSWER = "No final answer"


class Verdict(Enum):
    """What the server made of a letter. LATER includes "nobody knows": it may have arrived."""

    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    verdict: Verdict
    said: str = ""


class Unreachable(Exception):
    """No mail server to talk to: no letter's fault, and no attempt is counted."""


class Post:
    """Use as a context manager; the connection is closed at the end."""

    def __init__(self) -> None:
        self._backend: Any = mail.get_connection()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._backend.close()
        except OSError:
            self._drop()

    def open(self) -> None:
        """Connect unless connected; raises `Unreachable`."""
        try:
            self._backend.open()
        except OSError as error:  # SMTPException is one
            self._drop()
            raise Unreachable(_said(error)) from error

    def hand_over(self, message: EmailMessage) -> Outcome:
        """Offer one letter and say what became of it; raises only what is a bug of ours."""
        try:
            self._backend.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            return self._judged(*next(iter(error.recipients.values())))
        except smtplib.SMTPResponseException as error:
            return self._judged(error.smtp_code, error.smtp_error)
        except OSError as error:
            self._drop()
            return Outcome(Verdict.LATER, f"{NO_ANSWER}: {_said(error)}")
        return Outcome(Verdict.ACCEPTED)

    def _judged(self, code: int, text: bytes | str) -> Outcome:
        if code == CLOSING or code < 0:
            self._drop()
        said = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
        return Outcome(Verdict.REFUSED if code >= PERMANENT else Verdict.LATER, said)

    def _drop(self) -> None:
        """Forget the connection without a farewell that a silent server would let us wait for."""
        smtp = getattr(self._backend, "connection", None)
        if isinstance(smtp, smtplib.SMTP):
            smtp.close()
        self._backend = mail.get_connection()


def _said(error: OSError) -> str:
    return f"{type(error).__name__} {error}".strip()
