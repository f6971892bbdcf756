"""Turns to host: one row per exchange. A trigger ensures that each cohort hosts once before any hosts twice."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort
from exchanges.exchange.enums import UNABLE_TO_HOST, ExchangeState
from exchanges.exchange.models import Exchange
from programmes.models import Edition
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule

_TURNS_OF = """FROM exchanges_hostturn t JOIN exchanges_exchange x ON x.id = t.exchange_id
    WHERE t.edition_id = NEW.edition_id AND t.cohort_id = {cohort} AND t.id <> NEW.id AND x.state <> 'cancelled'"""
# Lock the edition first, so that two turns cannot be given at the same time. Turns of cancelled exchanges do not count.
# Turns count in all, and up to the day of the exchange: a later turn does not count for an earlier exchange.
_COUNT_TURNS = f"""
    PERFORM 1 FROM programmes_edition e WHERE e.id = NEW.edition_id FOR NO KEY UPDATE;
    SELECT e.first_day INTO day FROM exchanges_exchange e WHERE e.id = NEW.exchange_id;
    SELECT COUNT(*), COUNT(*) FILTER (WHERE x.first_day < day) INTO hosted, hosted_by_then
    {_TURNS_OF.format(cohort="NEW.cohort_id")};
"""
_TURN_GIVEN = "(TG_OP = 'INSERT' OR (NEW.cohort_id, NEW.swap_reason) IS DISTINCT FROM (OLD.cohort_id, OLD.swap_reason))"
# Locked until the turn is given: a host that drops out at the same moment waits, then passes this turn on.
_NEW_HOST = """
    IF TG_OP = 'INSERT' OR NEW.cohort_id <> OLD.cohort_id THEN
        SELECT c.state INTO host FROM cohorts_cohort c WHERE c.id = NEW.cohort_id FOR SHARE;
    END IF;
"""
_UNABLE_TO_HOST = "(" + ", ".join(f"'{state.value}'" for state in UNABLE_TO_HOST) + ")"
_SOMEONE_WAITS = """EXISTS (
    SELECT 1 FROM cohorts_cohort c WHERE c.edition_id = NEW.edition_id AND c.state = 'running'
    AND c.id <> NEW.cohort_id AND (
        SELECT hosted > COUNT(*) OR hosted_by_then > COUNT(*) FILTER (WHERE x.first_day < day)
        {turns}))""".format(turns=_TURNS_OF.format(cohort="c.id"))


@tracked()
class HostTurn(models.Model):
    """The cohort that hosts an exchange, and the position (`order`) of the turn in the edition's rota.

    A cohort that has not agreed to take part yet can host only an exchange that is proposed.
    `swap_reason` says why a cohort hosts out of turn. A trigger copies the host to the exchange.
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="host_turns", verbose_name=_("edition"))
    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="host_turns", verbose_name=_("cohort"))
    exchange = models.OneToOneField(Exchange, models.PROTECT, related_name="turn", verbose_name=_("Intertransfo"))
    order = models.PositiveSmallIntegerField(_("position in the host rota"))
    served = models.BooleanField(_("served"), default=False)
    swap_reason = models.TextField(_("reason for the swap"), blank=True)

    class Meta:
        verbose_name = _("turn to host")
        verbose_name_plural = _("turns to host")
        ordering: ClassVar[list[str]] = ["edition", "order"]
        constraints = [models.UniqueConstraint(fields=["edition", "order"], name="host_turn_order_once")]
        triggers = [
            Rule(
                name="host_turn_fair",
                declare=[("hosted", "int"), ("hosted_by_then", "int"), ("day", "date")],
                before=_COUNT_TURNS,
                broken=f"{_TURN_GIVEN} AND NEW.swap_reason = '' AND hosted > 0 AND {_SOMEONE_WAITS}",
            ),
            Rule(
                name="host_turn_of_edition",
                broken="NOT EXISTS (SELECT 1 FROM cohorts_cohort c JOIN exchanges_exchange x ON x.id = NEW.exchange_id"
                " WHERE c.id = NEW.cohort_id AND c.edition_id = NEW.edition_id AND x.edition_id = NEW.edition_id)",
            ),
            Rule(
                name="host_turn_not_gone",
                declare=[("host", "text")],
                before=_NEW_HOST,
                broken=f"host IN {_UNABLE_TO_HOST}",
            ),
            Rule(
                name="host_turn_agreed",
                declare=[("host", "text")],
                before=_NEW_HOST,
                broken=f"host = '{CohortState.PROSPECT.value}' AND EXISTS (SELECT 1 FROM exchanges_exchange x"
                f" WHERE x.id = NEW.exchange_id AND x.state <> '{ExchangeState.PROPOSED.value}')",
            ),
            Frozen(name="host_turn_never_deleted", frozen_if="TG_OP = 'DELETE'"),
            pgtrigger.Trigger(
                name="host_follows_turn",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="UPDATE exchanges_exchange SET host_id = NEW.cohort_id"
                " WHERE id = NEW.exchange_id AND host_id IS DISTINCT FROM NEW.cohort_id; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.cohort}"
