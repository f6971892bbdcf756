"""Context for the page on which people sign in."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.lab.actions import is_set_up


def setup(_request: HttpRequest) -> dict[str, object]:
    """Return `{"is_set_up": …}` for all templates: whether someone of the lab has an account.

    One or two statements, when a template uses it.
    """
    return {"is_set_up": SimpleLazyObject(is_set_up)}
