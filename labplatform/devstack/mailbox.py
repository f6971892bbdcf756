"""The demonstration's mailbox: an SMTP server that stores each accepted e-mail as a file in `var/e-mails/`."""

import os
import sys
import time
import uuid
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class DemoMailbox:
    """Accepts every e-mail, and stores it in a file whose name sorts by time of arrival."""

    def __init__(self, folder: Path) -> None:
        """Store e-mails as files in `folder`, which is created if it is missing."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        """Store the e-mail in a file of its own and return the SMTP answer that accepts it; aiosmtpd calls it."""
        name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
        content = envelope.original_content or b""
        partial = self.folder / f"{name}.part"
        partial.write_bytes(content)
        partial.rename(self.folder / f"{name}.eml")
        return "250 kept"


def main(port: int) -> None:
    """Run the mailbox at this port of this machine until the process is ended.

    E-mails are stored in `e-mails`, inside the folder of the environment variable VAR_DIR.
    """
    folder = Path(os.environ.get("VAR_DIR", "var")) / "e-mails"
    controller = Controller(DemoMailbox(folder), hostname="127.0.0.1", port=port)
    controller.start()
    while True:
        time.sleep(3600)


if __name__ == "__main__":
    main(int(sys.argv[1]))
