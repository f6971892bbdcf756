"""Mark pages and actions that lab staff may not use while they act for another person."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.utils.translation import gettext_lazy as _

View = TypeVar("View", bound=Callable[..., Any])

REFUSED_WHILE_ACTING: Final = _(
    "You are acting for someone else. Password, address, second factor, sign-ins, own data, consent, "
    "secret addresses and naming other people are reserved for that person. Stop acting first."
)


def forbidden_while_acting(view: View) -> View:
    """Mark a view as reserved for the person: lab staff who act for someone else get a refusal. Return the view.

    The middleware of acting reads the mark.
    """
    view.forbidden_while_acting = True  # type: ignore[attr-defined]
    return view


def is_forbidden_while_acting(view: Callable[..., Any]) -> bool:
    """Return whether lab staff may not use a view while they act for someone else, as `forbidden_while_acting` marks
    it.
    """
    return getattr(view, "forbidden_while_acting", False)
