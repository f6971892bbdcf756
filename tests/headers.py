"""The security headers that every response must have; `missing_headers` lists those a response lacks."""

import re
from typing import Any

from web.security.headers import HEADERS

PAGE = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# The card of public figures, which other sites show in a frame.
CARD = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
IN_FRAMES = {"X-Frame-Options": None, "Cross-Origin-Resource-Policy": "cross-origin"}
FILE = "sandbox; default-src 'none'"
PICTURE = f"{FILE}; style-src-attr 'unsafe-inline'"  # browsers lay a picture out with style attributes
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": HEADERS["Permissions-Policy"],
}
# The pages that may ask for the microphone, for voice memos.
LISTENING = {"/field/", "/field/fr/", "/field/en/"}
MICROPHONE = {"Permissions-Policy": HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")}
REFERRERS = {"same-origin", "strict-origin"}  # the second says the host and no more: a form elsewhere needs it


def policies(answer: Any) -> set[str]:
    """Return the directives of a policy, in any order, because the library does not keep one."""
    return {part.strip() for part in answer.headers.get("Content-Security-Policy", "").split(";")}


def _of_file(answer: Any) -> str:
    """Return the policy of a file: pictures for display have their own."""
    headers = answer.headers
    inline = headers.get("Content-Disposition", "").startswith("inline")
    return PICTURE if inline and headers.get("Content-Type", "").startswith("image/") else FILE


def is_cached_by_nobody_else(answer: Any) -> bool:
    """Return whether a response is not stored, or only by the user's own browser, which revalidates it each time."""
    cache_control = answer.headers.get("Cache-Control", "")
    return "no-store" in cache_control or ("private" in cache_control and "no-cache" in cache_control)


def missing_headers(answer: Any) -> list[str]:
    listens = answer.status_code == 200 and answer.request["PATH_INFO"] in LISTENING
    is_card = answer.status_code != 405 and re.match(r"/public/[a-z-]+/figures/card/", answer.request["PATH_INFO"])
    expected = ALWAYS | (MICROPHONE if listens else {}) | (IN_FRAMES if is_card else {})
    missing = [name for name, value in expected.items() if answer.headers.get(name) != value]
    if policies(answer) not in [{*policy.split("; ")} for policy in ([CARD] if is_card else [PAGE, _of_file(answer)])]:
        missing.append("Content-Security-Policy")
    if answer.headers.get("Referrer-Policy") not in REFERRERS:
        missing.append("Referrer-Policy")
    if not is_cached_by_nobody_else(answer):
        missing.append("Cache-Control")
    kind, _, more = answer.headers.get("Content-Type", "").partition(";")
    if kind.startswith("text/") and "charset=utf-8" not in more.lower().replace('"', "") and answer.status_code == 200:
        missing.append("Content-Type")
    return missing
