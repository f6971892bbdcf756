"""CSS classes for the buttons of allauth's templates."""

from collections.abc import Collection

from django import template

register = template.Library()

CLASSES = (  # the first matching tag decides
    ("danger", "btn-danger"),
    ("outline", "btn-quiet"),
    ("secondary", "btn-quiet"),
    ("cancel", "btn-quiet"),
    ("link", "btn-quiet"),
)
SMALL = {"tool", "minor"}


@register.filter
def button_class(tags: Collection[str] | None) -> str:
    """Return the CSS classes of a button in a template of allauth, by the tags (such as “danger”) that allauth gives
    it.

    Without a known tag it is the page's main button.
    """
    words = set(tags or ())
    css_class = next((css_class for word, css_class in CLASSES if word in words), "btn-primary")
    return f"btn {css_class} btn-sm" if words & SMALL else f"btn {css_class}"
