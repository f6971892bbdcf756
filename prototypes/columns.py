"""Columns and constraints that the models of several rooms share."""

import uuid

from django.db import models
from django.db.models import Choices, Q

FIXED = "TG_OP = 'UPDATE' AND NEW.retrospective <> OLD.retrospective"


def entry_field() -> "models.UUIDField[str | uuid.UUID, uuid.UUID]":
    """The key of the form a row came from: sending the form twice gives one row."""
    return models.UUIDField(default=uuid.uuid4, editable=False)


def known(fields: str, among: type[Choices], name: str, *, blank: bool = False) -> models.CheckConstraint:
    """A column, or each of several, holds a value of its list, or nothing where it may be `blank`."""
    values = [*among.values, *[""] * blank]
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values for field in fields.split()}), name=name)
