"""The figures of the rates, counted ahead for whoever reads them all, and what tells that they are still true.

Neither is work of anybody's: a rollup may be thrown away at any moment, and is made anew from the ideas.
"""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class RatesChange(models.Model):
    """A transaction that touched something the rates are counted from: one row each, written by trigger.

    How many there are and the highest of them say together whether anything was touched since: a transaction that ends
    late has a low number, but is one more.
    """

    transaction = models.BigIntegerField(primary_key=True)
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.transaction)


class RatesRollup(models.Model):
    """What one aggregate over a scope's ideas gave as of a day, when there were so many changes."""

    scope = models.CharField(max_length=40, primary_key=True)
    as_of = models.DateField()
    changes = models.BigIntegerField()
    latest = models.BigIntegerField()
    rows = models.JSONField()
    bounds = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["scope"]

    def __str__(self) -> str:
        return f"{self.scope} · {self.as_of}"
