"""Reads the demonstration's letterbox: the letters its mail server kept as files, nonsense included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import islice
from pathlib import Path
from typing import Final

NAME: Final = re.compile(r"([0-9]{19})-[0-9a-f]{8}")
MOST_BYTES: Final = 1_000_000
MOST_SHOWN: Final = 500


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """One letter as it arrived; what cannot be read is empty."""

    name: str
    arrived_at: datetime
    to: str
    subject: str
    text: str = ""
    html: str = ""


def names(folder: Path) -> list[str]:
    """Names of the kept letters, the newest first, MOST_SHOWN at most."""
    found = (path.stem for path in folder.glob("*.eml") if NAME.fullmatch(path.stem))
    return list(islice(sorted(found, reverse=True), MOST_SHOWN))


def read(folder: Path, name: str, *, with_body: bool = False) -> KeptLetter | None:
    """The letter of that name; None when there is none."""
    found = NAME.fullmatch(name)
    path = folder / f"{name}.eml"
    if found is None or not path.is_file():
        return None
    with path.open("rb") as file:
        message = message_from_bytes(file.read(MOST_BYTES), policy=policy.default)
    return KeptLetter(
        name=name,
        arrived_at=datetime.fromtimestamp(int(found[1]) / 1e9, UTC),
        to=_header(message, "To"),
        subject=_header(message, "Subject"),
        text=_body(message, "plain") if with_body else "",
        html=_body(message, "html") if with_body else "",
    )


def _header(message: EmailMessage, name: str) -> str:
    """The standard library's header parser raises all manner of things on nonsense."""
    try:
        return str(message.get(name, ""))
    except Exception:
        return ""


def _body(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""
    except Exception:
        return ""
