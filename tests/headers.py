"""What every answer has to tell the browser; `unsaid` names what one of them leaves out."""

from typing import Any

from web.security.headers import HEADERS

PAGE = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
FILE = "sandbox; default-src 'none'"
PICTURE = f"{FILE}; style-src-attr 'unsafe-inline'"  # browsers lay a picture out with style attributes
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": HEADERS["Permissions-Policy"],
}
REFERRERS = {"same-origin", "strict-origin"}  # the second says the host and no more: a form elsewhere needs it


def policies(answer: Any) -> set[str]:
    """Directives in any order: the library keeps none."""
    return {part.strip() for part in answer.headers.get("Content-Security-Policy", "").split(";")}


def _of_file(answer: Any) -> str:
    """Return the policy of a file: pictures to look at have their own."""
    headers = answer.headers
    inline = headers.get("Content-Disposition", "").startswith("inline")
    return PICTURE if inline and headers.get("Content-Type", "").startswith("image/") else FILE


def is_kept_by_nobody_else(answer: Any) -> bool:
    """Not kept at all, or by the person's own browser, which asks each time."""
    said = answer.headers.get("Cache-Control", "")
    return "no-store" in said or ("private" in said and "no-cache" in said)


def unsaid(answer: Any) -> list[str]:
    found = [name for name, value in ALWAYS.items() if answer.headers.get(name) != value]
    if policies(answer) not in [{*policy.split("; ")} for policy in (PAGE, _of_file(answer))]:
        found.append("Content-Security-Policy")
    if answer.headers.get("Referrer-Policy") not in REFERRERS:
        found.append("Referrer-Policy")
    if not is_kept_by_nobody_else(answer):
        found.append("Cache-Control")
    kind, _, more = answer.headers.get("Content-Type", "").partition(";")
    if kind.startswith("text/") and "charset=utf-8" not in more.lower().replace('"', "") and answer.status_code == 200:
        found.append("Content-Type")
    return found
