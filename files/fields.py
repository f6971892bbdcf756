"""The column by which a row of any app refers to a stored file."""

from collections.abc import Sequence
from typing import Any

from django.db import models


class StoredNameField(models.CharField):  # type: ignore[type-arg] # generic for the type checker only
    """The random name of a stored file, or "". The sweep of files keeps those that such a column names."""

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Return the field as migrations write it: a CharField."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
