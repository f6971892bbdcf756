"""Columns and constraints that models of several apps share."""

import uuid

from django.db import models
from django.db.models import Choices, Q


def idempotency_key_field() -> "models.UUIDField[str | uuid.UUID, uuid.UUID]":
    """Return a column for the key that a form sends with a new row, so that a form sent twice creates one row."""
    return models.UUIDField(default=uuid.uuid4, editable=False)


def choices_constraint(fields: str, among: type[Choices], name: str, *, blank: bool = False) -> models.CheckConstraint:
    """Return a constraint called `name` that limits columns to the values of the choices `among`, and allows "" if
    `blank`.

    `fields` are the names of the columns, separated by spaces.
    """
    values = [*among.values, *[""] * blank]
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values for field in fields.split()}), name=name)
