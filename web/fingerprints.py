"""A short mark of a text, for forms to remember which version they started from."""

from hashlib import sha256


def fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
