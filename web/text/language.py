"""The language of what is written now."""

from django.utils.translation import get_language


def active_language() -> str:
    """Return the two-letter code of the active language, "en" or "fr"; "fr" where none is active."""
    return (get_language() or "fr")[:2]
