"""What lab staff must not do while they act for another person: declared on the page or the action itself."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.utils.translation import gettext_lazy as _

View = TypeVar("View", bound=Callable[..., Any])

REFUSED_WHILE_ACTING: Final = _(
    "You are acting for someone else. Password, address, second factor, sign-ins, own data, consent, "
    "secret addresses and naming other people are reserved for that person. Stop acting first."
)


def forbidden_while_acting(view: View) -> View:
    """Declare that the page is for the person alone: it is refused to lab staff who act for them."""
    view.forbidden_while_acting = True  # type: ignore[attr-defined]
    return view


def is_forbidden_while_acting(view: Callable[..., Any]) -> bool:
    return getattr(view, "forbidden_while_acting", False)
