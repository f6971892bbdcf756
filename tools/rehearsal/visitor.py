"""A visitor with a browser, through the proxy or in its place: signs in, opens pages, uploads and fetches a picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests

PASSWORD: Final = "canary-password-Wq7"
BROWSER: Final = "canary-browser-Zx3"


@dataclass
class Visitor:
    """`certificate` is the proxy's; without one the visitor requests a web server as the proxy would, after TLS."""

    address: str
    certificate: Path | None

    def __post_init__(self) -> None:
        self.session = requests.Session()
        self.session.verify = str(self.certificate) if self.certificate else True
        self.session.trust_env = False
        headers = {"User-Agent": BROWSER, "Referer": "https://localhost/", "Accept-Language": "en"}
        self.session.headers.update(headers)
        if self.certificate is None:
            self.session.headers.update({"Host": "localhost", "X-Forwarded-Proto": "https"})

    def other(self) -> Visitor:
        """Return someone else at the same address, who is not signed in."""
        return Visitor(self.address, self.certificate)

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.session.get(self.address + path, headers=self._with_cookies(headers), timeout=60)

    def post(self, path: str, form: dict[str, str], files: Any = None) -> requests.Response:
        """Send the form of that page."""
        self.get(path)
        sent = form | {"csrfmiddlewaretoken": self.session.cookies["__Host-csrftoken"]}
        headers = self._with_cookies({})
        return self.session.post(
            self.address + path, data=sent, files=files, headers=headers, timeout=60, allow_redirects=False
        )

    def _with_cookies(self, headers: dict[str, str]) -> dict[str, str]:
        """Add cookies that are meant for TLS alone where there is no TLS."""
        if self.certificate is not None:
            return headers
        cookies = self.session.cookies.get_dict()
        return headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}

    def sign_in(self, email: str) -> requests.Response:
        return self.post("/accounts/login/", {"login": email, "password": PASSWORD})

    def upload_picture(self, owner: str, name: str, content: bytes) -> requests.Response:
        """Add a picture to the object with this address, such as “session/7”."""
        form = {"alt_text_1": "A table", "consent": "nobody", "idempotency_key": ""}
        return self.post(f"/files/{owner}/add/", form, files={"file_1": (name, content)})


def status_counts(ask: Callable[[], requests.Response], times: int) -> dict[int | str, int]:
    """Return how often each status occurred; broken connections are counted by exception name."""
    counts: dict[int | str, int] = {}
    for _ in range(times):
        try:
            code: int | str = ask().status_code
        except requests.RequestException as error:
            code = type(error).__name__
        counts[code] = counts.get(code, 0) + 1
    return counts
