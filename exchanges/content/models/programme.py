"""The programme of an exchange, day by day."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from exchanges.content.enums import PROGRAMME_STATES
from exchanges.content.models.contributions import in_state
from exchanges.exchange.models import Exchange
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule


class Hours(Func):
    """A `tsrange` of two times of one day, because PostgreSQL has no range of times."""

    template = "tsrange(DATE '2000-01-01' + %(expressions)s)"
    arg_joiner = ", DATE '2000-01-01' + "
    output_field = DateTimeRangeField()


@tracked()
class ProgrammeItem(models.Model):
    """A part of the programme of one day.

    Published facts may only have an order of parts, and `when` for the time as it was published.
    """

    exchange = models.ForeignKey(Exchange, models.PROTECT, related_name="programme", verbose_name=_("Intertransfo"))
    day = models.PositiveSmallIntegerField(_("day"), default=1)
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("to"), null=True, blank=True)
    when = models.CharField(_("time, as published"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=200)
    venue = models.CharField(_("venue"), max_length=120, blank=True)
    speaker = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="programme_items", verbose_name=_("cohort")
    )
    parallel = models.BooleanField(_("in parallel"), default=False)

    class Meta:
        verbose_name = _("part of the programme")
        verbose_name_plural = _("programme")
        ordering: ClassVar[list[str]] = ["exchange", "day", "starts_at", "id"]
        constraints = [
            ExclusionConstraint(
                name="programme_overlap",
                expressions=[
                    (Hours(F("starts_at"), F("ends_at")), RangeOperators.OVERLAPS),
                    ("exchange", RangeOperators.EQUAL),
                    ("day", RangeOperators.EQUAL),
                ],
                condition=Q(parallel=False, starts_at__isnull=False, ends_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["exchange", "day", "starts_at", "title"], nulls_distinct=False, name="programme_once"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="programme_hours"),
            models.CheckConstraint(condition=Q(day__gte=1), name="programme_day_positive"),
            models.CheckConstraint(condition=~Q(title=""), name="programme_title_required"),
        ]
        triggers = [
            Rule(name="programme_in_time", broken=f"NOT {in_state('NEW', PROGRAMME_STATES)}"),
            Frozen(
                name="programme_closed", frozen_if=f"NOT {in_state('OLD', PROGRAMME_STATES)}", rule="programme_in_time"
            ),
            Rule(
                name="programme_times_required",
                broken="(NEW.starts_at IS NULL OR NEW.ends_at IS NULL) AND NOT EXISTS ("
                "SELECT 1 FROM exchanges_exchange x WHERE x.id = NEW.exchange_id AND x.retrospective)",
            ),
            Rule(
                name="programme_day_of_exchange",
                broken="EXISTS (SELECT 1 FROM exchanges_exchange x"
                " WHERE x.id = NEW.exchange_id AND x.days IS NOT NULL AND NEW.day > x.days)",
            ),
            Rule(
                name="programme_speaker_of_edition",
                broken="NEW.speaker_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_cohort c"
                " JOIN exchanges_exchange x ON x.id = NEW.exchange_id"
                " WHERE c.id = NEW.speaker_id AND c.edition_id = x.edition_id)",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def form_values(self) -> dict[str, object]:
        """Return the saved values of the edit form's fields, by name; `speaker` is the key of the cohort or None."""
        names = ("day", "starts_at", "ends_at", "title", "venue", "parallel")
        return {**{name: getattr(self, name) for name in names}, "speaker": self.speaker_id}
