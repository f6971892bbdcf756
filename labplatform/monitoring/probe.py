"""Exit with 1 if this container's web server is not ready: request `/readyz` as the proxy would."""

import os
import sys
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

TIMEOUT_SECONDS = 4


def is_ready(port: str, base_url: str) -> bool:
    """Return whether the health check `/readyz` answers 200 at the port of this machine within four seconds.

    The request names the host of `base_url`, because others are refused.
    """
    request = Request(
        f"http://127.0.0.1:{port}/readyz",
        headers={"Host": urlsplit(base_url).hostname or "", "X-Forwarded-Proto": "https", "Accept": "text/plain"},
    )
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - an address of ours
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    bound = os.environ.get("BIND", ":8000").rpartition(":")[2]
    sys.exit(0 if is_ready(bound, os.environ.get("BASE_URL", "")) else 1)
