"""Indicators of ideas, and their values at the follow-ups."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from prototypes.effects.answers import IndicatorAnswer
from prototypes.enums import COUNTED_SCOPES, EVER_LIVE, IDEA_DECIDED, FollowUpStart
from prototypes.handover.models import FollowUp
from prototypes.ideas.models import Idea
from prototypes.ideas.triggers import sql_list
from prototypes.visibility import readable_by
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule
from web.forms.edit_conflicts import column_values

NOT_DECIDED = f"""NEW.corrects_id IS NULL AND NOT EXISTS (
    SELECT 1 FROM prototypes_idea i WHERE i.id = NEW.idea_id AND NOT i.retrospective
    AND i.state IN ({sql_list(IDEA_DECIDED)}))"""
CORRECTS_NO_FIRST_VERSION = """NEW.corrects_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM prototypes_indicator f
    WHERE f.id = NEW.corrects_id AND f.idea_id = NEW.idea_id AND f.corrects_id IS NULL)"""
UNIT_AFTER_VALUES = """NEW.corrects_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM prototypes_indicatorvalue v WHERE v.indicator_id = NEW.corrects_id AND v.value IS NOT NULL)
    AND NEW.unit <> (
    SELECT i.unit FROM prototypes_indicator i WHERE NEW.corrects_id IN (i.id, i.corrects_id)
    ORDER BY i.id DESC LIMIT 1)"""
OTHER_IDEA_OR_NOT_LIVE = f"""NOT EXISTS (
    SELECT 1 FROM prototypes_indicator i JOIN prototypes_followup f ON f.idea_id = i.idea_id
    WHERE i.id = NEW.indicator_id AND i.corrects_id IS NULL AND f.id = NEW.follow_up_id
    AND f.counted_from = '{FollowUpStart.LIVE}')"""
# Measured between the day the idea went live in its own authority and the day of the follow-up, both included.
MEASURED_OUTSIDE = f"""NEW.measured_on IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM prototypes_followup f JOIN prototypes_implementation m ON m.idea_id = f.idea_id
    WHERE f.id = NEW.follow_up_id AND m.kind = 'origin' AND m.scope IN ({sql_list(COUNTED_SCOPES)})
    AND m.state IN ({sql_list(EVER_LIVE)}) AND NEW.measured_on BETWEEN m.live_on AND f.noted_on)"""

FIRST_VERSION = Coalesce("corrects_id", "pk", output_field=models.BigIntegerField())


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def visible_to(self, user: User) -> "IndicatorQuerySet":
        """Return the indicators that the person may read: of ideas of their cohorts, or shared with their editions.

        Lab staff read all. Past members read the indicators that were recorded by their last day.
        """
        return self.filter(readable_by(user, "idea__", "fixed_on"))

    def first_versions(self) -> "IndicatorQuerySet":
        """Return the indicators as they were first recorded, without corrections."""
        return self.filter(corrects=None)

    def current(self, day: date | None = None) -> "IndicatorQuerySet":
        """Return the version of each indicator that counts, in the order first recorded: the latest correction, if
        any.

        With `day`, versions recorded after that day do not count.
        """
        versions = Indicator.objects.all() if day is None else Indicator.objects.filter(fixed_on__lte=day)
        same_idea = versions.filter(idea=OuterRef("idea"))  # found by its index
        of_first = same_idea.annotate(first=FIRST_VERSION).filter(first=OuterRef("first_version"))
        rows = self.annotate(first_version=FIRST_VERSION)
        return rows.filter(pk=Subquery(of_first.order_by("-pk").values("pk")[:1])).order_by("first_version")

    def latest_version(self, first: int) -> "Indicator":
        """Return the version that counts of the indicator whose first version has the key `first`.

        Raises DoesNotExist if there is none.
        """
        return self.filter(Q(pk=first) | Q(corrects=first)).latest("pk")


@tracked()
class Indicator(models.Model):
    """What is measured before and after an idea: fixed once the idea is decided, and before it is implemented.

    Rows are appended. A correction is a new row with a reason; it names the first version (`corrects`), and the latest
    correction counts. Values belong to the first version. `baseline` and `target` are in `unit`.
    """

    FACTS: ClassVar[tuple[str, ...]] = (
        *("measure", "unit", "baseline", "baseline_on", "baseline_source", "target", "method"),
    )

    idea = models.ForeignKey(Idea, models.PROTECT, related_name="indicators", verbose_name=_("idea"))
    measure = models.CharField(_("what is measured"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40)
    baseline = models.DecimalField(_("baseline"), max_digits=12, decimal_places=2)
    baseline_on = models.DateField(_("baseline measured on"))
    baseline_source = models.TextField(_("source of the baseline"))
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2)
    method = models.TextField(_("how it is measured"))
    fixed_on = models.DateField(_("date recorded"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    corrects = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name=_("corrects")
    )
    correction_reason = models.TextField(_("what was wrong"), blank=True)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering: ClassVar[list[str]] = ["idea", "id"]
        constraints = [
            models.UniqueConstraint(fields=["idea", "measure"], condition=Q(corrects=None), name="indicator_once"),
            models.CheckConstraint(
                condition=~Q(measure="") & ~Q(unit="") & ~Q(baseline_source="") & ~Q(method=""),
                name="indicator_texts",
            ),
            models.CheckConstraint(condition=Q(baseline__gte=0, target__gte=0), name="indicator_not_negative"),
            models.CheckConstraint(condition=Q(baseline_on__lte=F("fixed_on")), name="indicator_baseline_not_future"),
            models.CheckConstraint(
                condition=Q(corrects=None, correction_reason="")
                | (Q(corrects__isnull=False) & ~Q(correction_reason="")),
                name="indicator_correction_reason",
            ),
        ]
        triggers = [
            Rule(name="indicator_of_decided_idea", operation=pgtrigger.Insert, broken=NOT_DECIDED),
            Rule(name="indicator_corrects_first", operation=pgtrigger.Insert, broken=CORRECTS_NO_FIRST_VERSION),
            Rule(name="indicator_unit_of_values", operation=pgtrigger.Insert, broken=UNIT_AFTER_VALUES),
            Frozen(name="indicator_append_only", mutable_columns=["by_id"]),
            NoTruncate(name="indicator_no_truncate"),
        ]

    def __str__(self) -> str:
        """Return what is measured, with its unit."""
        return f"{self.measure} ({self.unit})"

    @property
    def first_id(self) -> int:
        """The key of the first version of the indicator, to which its values belong."""
        return self.corrects_id or self.pk

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the form to correct the indicator, by field."""
        return column_values(self, *self.FACTS)


@tracked()
class IndicatorValue(models.Model):
    """The value of an indicator that a follow-up of a live idea recorded, or the reason why it was not measured.

    Rows belong to their follow-up: who answers it again records all values anew, and the latest answer counts.
    """

    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="values", verbose_name=_("follow-up"))
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", verbose_name=_("indicator"))
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2, null=True, blank=True)
    measured_on = models.DateField(_("measured on"), null=True, blank=True)
    not_measured = models.TextField(_("why it was not measured"), blank=True)

    class Meta:
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        ordering: ClassVar[list[str]] = ["follow_up", "id"]
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "indicator"], name="indicator_value_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=False, measured_on__isnull=False, not_measured="")
                | (Q(value=None, measured_on=None) & ~Q(not_measured="")),
                name="indicator_value_or_reason",
            ),
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="indicator_value_not_negative"),
        ]
        triggers = [
            Rule(name="indicator_value_of_idea", operation=pgtrigger.Insert, broken=OTHER_IDEA_OR_NOT_LIVE),
            Rule(name="indicator_value_day", operation=pgtrigger.Insert, broken=MEASURED_OUTSIDE),
            Frozen(name="indicator_value_append_only"),
            NoTruncate(name="indicator_value_no_truncate"),
        ]

    def __str__(self) -> str:
        """Return the value without its unit, or the reason why there is none."""
        return self.not_measured if self.value is None else str(self.value)

    @property
    def answer(self) -> IndicatorAnswer:
        """The value, or the reason, as the form to answer a follow-up gives it."""
        return IndicatorAnswer(self.indicator_id, self.value, self.measured_on, self.not_measured)


def answers_of(follow_up: FollowUp | None) -> list[IndicatorAnswer]:
    """Return what a follow-up recorded of the indicators, by indicator; [] for None."""
    rows: Iterable[IndicatorValue] = follow_up.values.order_by("indicator") if follow_up else ()
    return [row.answer for row in rows]
