"""Rollups of the rates, and the log of changes that tells whether a rollup is still current.

Neither is anybody's work: a rollup may be deleted at any moment and is rebuilt from the ideas.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from prototypes.models import Challenge, Idea, IdeaEvent, Implementation


class RatesChange(models.Model):
    """A transaction that changed something the rates are counted from: one row each, written by a trigger.

    The number of rows and the highest transaction together show whether anything changed since: a transaction that ends
    late has a low number, but adds a row.
    """

    transaction = models.BigIntegerField(primary_key=True)
    made_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.transaction)


class RatesRollup(models.Model):
    """The result of the aggregates over a scope's ideas on a day, with the number of changes at that time."""

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


class RatesChangeTrigger(pgtrigger.Trigger):
    """A trigger that records that a transaction changed the table, whatever the change."""

    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        """Return the SQL body of the trigger: it records the number of the current transaction, once per transaction.

        `model` is not used.
        """
        return """
            INSERT INTO figures_rateschange (transaction) VALUES (pg_current_xact_id()::text::bigint)
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        """


class CountedChallenge(Challenge):
    """A proxy that adds the trigger to the table of challenges, from which the rates are counted."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [RatesChangeTrigger(name="challenge_touches_rates")]


class CountedIdea(Idea):
    """A proxy that adds the trigger to the table of ideas, from which the rates are counted."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [RatesChangeTrigger(name="idea_touches_rates")]


class CountedIdeaEvent(IdeaEvent):
    """A proxy that adds the trigger to the table of events, from which the rates are counted."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [RatesChangeTrigger(name="idea_event_touches_rates")]


class CountedImplementation(Implementation):
    """A proxy that adds the trigger to the table of implementations, from which the rates are counted."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [RatesChangeTrigger(name="implementation_touches_rates")]
