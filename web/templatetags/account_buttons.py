"""Which of our buttons each of allauth's is, by the words allauth tags it with."""

from __future__ import annotations

from collections.abc import Collection

from django import template

register = template.Library()

LOOKS = (  # the first word found decides
    ("danger", "btn-danger"),
    ("outline", "btn-quiet"),
    ("secondary", "btn-quiet"),
    ("cancel", "btn-quiet"),
    ("link", "btn-quiet"),
)
SMALL = {"tool", "minor"}


@register.filter
def button_class(tags: Collection[str] | None) -> str:
    """The classes of a button; without a telling word it is the page's main action."""
    words = set(tags or ())
    look = next((look for word, look in LOOKS if word in words), "btn-primary")
    return f"btn {look} btn-sm" if words & SMALL else f"btn {look}"
