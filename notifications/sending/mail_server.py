"""The connection to the mail server: opened when needed, used for every e-mail, dropped after an error."""

import smtplib
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Any, Self

from django.core import mail
from django.core.mail import EmailMessage

PERMANENT_ERROR = 500
SERVICE_CLOSING = 421
NO_ANSWER = "No final answer"


class Verdict(Enum):
    """The result of handing an e-mail to the mail server: accepted, to be tried later, or refused for good.

    LATER includes an unknown outcome: the e-mail may have arrived.
    """

    ACCEPTED = "accepted"
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class HandOverResult:
    """The result of handing one e-mail to the mail server, with the server's answer or our error as text."""

    verdict: Verdict
    server_reply: str = ""


class MailServerUnreachable(Exception):
    """The mail server cannot be reached. This is no attempt to send an e-mail, so it is not counted as one."""


class MailConnection:
    """A connection to the mail server for many e-mails; a context manager that closes it at the end."""

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
        """Connect to the mail server unless connected; raises MailServerUnreachable when it cannot be reached."""
        try:
            self._backend.open()
        except OSError as error:  # SMTPException is one
            self._drop()
            raise MailServerUnreachable(_error_text(error)) from error

    def hand_over(self, message: EmailMessage) -> HandOverResult:
        """Send one message and return the result: accepted, to be tried later (no final answer), or refused for good.

        An error of the mail server or of the network raises nothing; any exception is a bug of ours.
        """
        try:
            self._backend.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            return self._result_of_reply(*next(iter(error.recipients.values())))
        except smtplib.SMTPResponseException as error:
            return self._result_of_reply(error.smtp_code, error.smtp_error)
        except OSError as error:
            self._drop()
            return HandOverResult(Verdict.LATER, f"{NO_ANSWER}: {_error_text(error)}")
        return HandOverResult(Verdict.ACCEPTED)

    def _result_of_reply(self, code: int, text: bytes | str) -> HandOverResult:
        """Return the result for an SMTP error reply with this code: refused for good from 500 on, else to be tried
        later.

        Drops the connection when the server closes it (code 421).
        """
        if code == SERVICE_CLOSING or code < 0:
            self._drop()
        reply = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
        return HandOverResult(Verdict.REFUSED if code >= PERMANENT_ERROR else Verdict.LATER, reply)

    def _drop(self) -> None:
        """Close the connection without QUIT, since waiting for a silent server's answer would block.

        The next `open` makes a new one.
        """
        smtp = getattr(self._backend, "connection", None)
        if isinstance(smtp, smtplib.SMTP):
            smtp.close()
        self._backend = mail.get_connection()


def _error_text(error: OSError) -> str:
    """Return the type and message of an error as one text, for the e-mail's record."""
    return f"{type(error).__name__} {error}".strip()
