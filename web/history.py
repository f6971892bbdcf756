"""What the history of a domain row keeps: its birth, every change, and its removal where rows may go."""

from collections.abc import Callable
from typing import Any, TypeVar

import pghistory
from django.db.models import Model

M = TypeVar("M", bound=type[Model])


def tracked(**options: Any) -> Callable[[M], M]:
    """Decorate a model; the options are those of `pghistory.track`, which alone would forget deletions."""
    decorator: Callable[[M], M] = pghistory.track(
        pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), **options
    )
    return decorator
