"""Somebody at a browser, through the proxy: signs in, opens pages, brings a picture and fetches it again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests

PASSWORD: Final = "canary-password-Wq7"
BROWSER: Final = "canary-browser-Zx3"


@dataclass
class Visitor:
    address: str
    certificate: Path

    def __post_init__(self) -> None:
        self.session = requests.Session()
        self.session.verify = str(self.certificate)
        self.session.trust_env = False
        told = {"User-Agent": BROWSER, "Referer": "https://localhost/", "Accept-Language": "en"}
        self.session.headers.update(told)

    def get(self, path: str, **headers: str) -> requests.Response:
        return self.session.get(self.address + path, headers=headers, timeout=60)

    def post(self, path: str, form: dict[str, str], files: Any = None) -> requests.Response:
        """As the form of that page would."""
        self.get(path)
        sent = form | {"csrfmiddlewaretoken": self.session.cookies["__Host-csrftoken"]}
        return self.session.post(self.address + path, data=sent, files=files, timeout=60, allow_redirects=False)

    def sign_in(self, email: str) -> requests.Response:
        return self.post("/accounts/login/", {"login": email, "password": PASSWORD})

    def bring(self, session: int, name: str, content: bytes) -> requests.Response:
        form = {"alt_text_1": "A table", "consent": "nobody", "entry": ""}
        return self.post(f"/files/session/{session}/add/", form, files={"file_1": (name, content)})


def codes(ask: Callable[[], requests.Response], times: int) -> dict[int | str, int]:
    """How often each status came; what broke off counts by its name."""
    found: dict[int | str, int] = {}
    for _ in range(times):
        try:
            code: int | str = ask().status_code
        except requests.RequestException as error:
            code = type(error).__name__
        found[code] = found.get(code, 0) + 1
    return found
