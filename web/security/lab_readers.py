"""Mark the pages on which readers of the lab may change something; every other change is refused to them."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


def open_to_lab_readers(view: View) -> View:
    """Mark a view on which readers of the lab change what concerns only themselves, and return it.

    That is their account, sign-in, e-mails, calendar, saved views, the reminders of their home page, and files that
    they read in a program of their own. `accounts.lab.reader_guard` reads the mark.
    """
    view.open_to_lab_readers = True  # type: ignore[attr-defined]
    return view


def is_open_to_lab_readers(view: Callable[..., Any]) -> bool:
    """Return whether the view is marked by `open_to_lab_readers`."""
    return getattr(view, "open_to_lab_readers", False)
