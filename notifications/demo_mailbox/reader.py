"""Reads the mailbox of the demonstration: e-mails that its mail server stored as files, malformed ones included."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Final

NAME: Final = re.compile(r"([0-9]{19})-[0-9a-f]{8}")
MAX_BYTES: Final = 1_000_000
MAX_EMAILS: Final = 500


@dataclass(frozen=True, slots=True)
class DemoEmail:
    """One e-mail from the demonstration's mailbox as it arrived; unreadable parts are empty."""

    name: str
    arrived_at: datetime
    to: str
    subject: str
    text: str = ""
    html: str = ""


def email_names(folder: Path) -> list[str]:
    """Return the names of the e-mails stored in the folder, the newest first, at most 500.

    Files named otherwise are ignored.
    """
    paths = (path.stem for path in folder.glob("*.eml") if NAME.fullmatch(path.stem))
    return list(islice(sorted(paths, reverse=True), MAX_EMAILS))


def read_email(folder: Path, name: str, *, with_body: bool = False) -> DemoEmail | None:
    """Return the e-mail with this name from the folder.

    None when there is none, or the name is not one of the mail server. Its text and HTML are empty unless `with_body`.
    Only the first million bytes are read.
    """
    match = NAME.fullmatch(name)
    path = folder / f"{name}.eml"
    if match is None or not path.is_file():
        return None
    with path.open("rb") as file:
        message = message_from_bytes(file.read(MAX_BYTES), policy=policy.default)
    return DemoEmail(
        name=name,
        arrived_at=datetime.fromtimestamp(int(match[1]) / 1e9, UTC),
        to=_header(message, "To"),
        subject=_header(message, "Subject"),
        text=_body(message, "plain") if with_body else "",
        html=_body(message, "html") if with_body else "",
    )


def _header(message: EmailMessage, name: str) -> str:
    """Return the header called `name` of the message; "" when it is missing or malformed.

    The standard library's parser raises many kinds of exceptions on malformed input.
    """
    try:
        return str(message.get(name, ""))
    except Exception:
        return ""


def _body(message: EmailMessage, kind: str) -> str:
    """Return the body of the message as text; `kind` is "plain" or "html". "" when it is missing or malformed."""
    try:
        part = message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""
    except Exception:
        return ""
