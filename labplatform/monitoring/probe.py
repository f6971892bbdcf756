"""Whether the web server of this container can work: asks its own `/readyz` as the proxy would. Exits with 1 if not."""

import os
import sys
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

PATIENCE = 4


def is_ready(port: str, base_url: str) -> bool:
    """Under the name it is served by: every other is refused."""
    asked = Request(
        f"http://127.0.0.1:{port}/readyz",
        headers={"Host": urlsplit(base_url).hostname or "", "X-Forwarded-Proto": "https", "Accept": "text/plain"},
    )
    try:
        with urlopen(asked, timeout=PATIENCE) as answer:  # noqa: S310 - an address of ours
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    bound = os.environ.get("BIND", ":8000").rpartition(":")[2]
    sys.exit(0 if is_ready(bound, os.environ.get("BASE_URL", "")) else 1)
