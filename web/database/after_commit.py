"""Call a function once the present transaction is committed."""

from collections.abc import Callable
from typing import ParamSpec

from django.db import transaction

P = ParamSpec("P")


def after_commit(function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Call the function with these arguments once the transaction is committed; nothing happens if it is rolled back.

    A failure is logged, and stops neither the request nor what else is to be called.
    """
    # Django logs the name of what failed: a lambda has one, a `partial` would fail once more.
    transaction.on_commit(lambda: function(*args, **kwargs), robust=True)
