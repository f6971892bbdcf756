"""The figures of the rates, counted ahead for whoever reads them all, and what tells that they are still true.

Neither is work of anybody's: a rollup may be thrown away at any moment, and is made anew from the ideas.
"""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models.functions import Now

from prototypes.models import Challenge, Idea, IdeaEvent, Implementation


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


class RatesTouched(pgtrigger.Trigger):
    """Notes that a transaction touched the table, whatever it did there."""

    level = pgtrigger.Statement
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def get_func(self, model: models.Model) -> str:
        return """
            INSERT INTO figures_rateschange (transaction) VALUES (pg_current_xact_id()::text::bigint)
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        """


class CountedChallenge(Challenge):
    """Adds a trigger to the table: whatever touches it is noted as a change of what the rates are counted from."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [RatesTouched(name="challenge_touches_rates")]


class CountedIdea(Idea):
    """Adds a trigger to the table: whatever touches it is noted as a change of what the rates are counted from."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [RatesTouched(name="idea_touches_rates")]


class CountedIdeaEvent(IdeaEvent):
    """Adds a trigger to the table: whatever touches it is noted as a change of what the rates are counted from."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [RatesTouched(name="idea_event_touches_rates")]


class CountedImplementation(Implementation):
    """Adds a trigger to the table: whatever touches it is noted as a change of what the rates are counted from."""

    class Meta:
        proxy = True
        default_permissions = ()
        triggers = [RatesTouched(name="implementation_touches_rates")]
