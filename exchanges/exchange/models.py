"""The exchange: days on which the cohorts of an edition meet at one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Count, ExpressionWrapper, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort
from exchanges.exchange.enums import EXCHANGE_TRANSITIONS, UPCOMING_STATES, ExchangeKind, ExchangeState
from exchanges.registration.enums import REFUSED
from exchanges.triggers.host_order import LOCK_THE_EDITION, MOVED_OUT_OF_TURN
from exchanges.triggers.seats import seats_taken
from exchanges.visibility import readable_by
from programmes.models import Edition
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.lengths import MAX_CHARACTERS, max_length_constraint
from web.database.text_search import joined_text, words_index
from web.database.tracking import changed_at, last_change, tracked
from web.database.triggers import FixedColumns, Rule, StateMachine
from web.dates.clock import Day, day_of_rows
from web.dates.precision import Precision, precision_field
from web.site_addresses import cached_reverse
from web.text import formats
from web.text.language import active_language


class DaysTaken(Func):
    """`daterange(first, day after the last)`: the days of an exchange."""

    function = "daterange"
    output_field = DateRangeField()


THEME_AND_VENUE = Concat("theme", Value(" "), "venue", output_field=models.TextField())
# Text in which the search looks for an exchange: “Intertransfo 4” is its kind and number.
EXCHANGE_TEXT = joined_text("kind", Cast("number", models.TextField()), "kind_label", "theme", "venue", "outcome")
_DAYS = DaysTaken(F("first_day"), ExpressionWrapper(F("first_day") + F("days"), output_field=models.DateField()))
NAMING_FIELDS = ("id", "kind", "kind_label", "number", "theme")  # fields that `str(exchange)` needs
_DATES_CHANGED = "(NEW.first_day, NEW.days) IS DISTINCT FROM (OLD.first_day, OLD.days)"


class ExchangeQuerySet(models.QuerySet["Exchange"]):
    def visible_to(self, user: User) -> ExchangeQuerySet:
        """Return the exchanges the person may read: of editions where they are a member or authority admin today, and
        imported published facts.

        Lab staff see all. Past members see the exchanges that existed on their last day.
        """
        return self.filter(readable_by(user))

    def planned_here(self) -> ExchangeQuerySet:
        """Return the exchanges planned on the platform, without those imported as published facts."""
        return self.filter(retrospective=False)

    def not_cancelled(self) -> ExchangeQuerySet:
        """Return the exchanges that are not cancelled."""
        return self.exclude(state=ExchangeState.CANCELLED)

    def with_local_day(self, today: Day, shift: Callable[[date], date] | None = None) -> ExchangeQuerySet:
        """Add the alias `local_day` to each exchange: today at its host, or on the platform while there is no host.

        A plain date as `today` is the day for every exchange; a `Today` holds the date of each time zone. `shift` moves
        the day, for example two weeks back.
        """
        day = day_of_rows(today, "host__authority", shift) if shift else day_of_rows(today, "host__authority")
        return self.alias(local_day=Value(day) if isinstance(day, date) else day)

    def coming(self, today: Day) -> ExchangeQuerySet:
        """Return planned exchanges that are neither held nor cancelled and begin on `today` or later, the next one
        first.

        A `Today` stands for today's date at each host. Published facts are left out.
        """
        rows = self.planned_here().with_local_day(today)
        return rows.filter(state__in=UPCOMING_STATES, first_day__gte=F("local_day")).order_by("first_day", "id")

    def on_calendars(self) -> ExchangeQuerySet:
        """Return exchanges with a first day that belong in calendars.

        Cancelled exchanges are included; those only proposed, whose date and host are not confirmed, and imported
        published facts are left out.
        """
        return self.planned_here().exclude(state=ExchangeState.PROPOSED).filter(first_day__isnull=False)

    def as_calendar_entries(self, user: User) -> ExchangeQuerySet:
        """Return exchanges by date with edition and host, annotated with what the person's calendar needs.

        `own_answer` is the state of the person's registration (None without one), `own_refusals` how often it became a
        refusal, and `changed_at` the last change of the exchange or of that registration.
        """
        own = user.registrations.filter(exchange=OuterRef("pk"))
        last_answer_change = own.annotate(last=last_change(own.model, "pk")).values("last")[:1]
        changes = changed_at(last_change(self.model, "pk"), Subquery(last_answer_change), created_on="created_on")
        refused = own.filter(events__state__in=REFUSED).order_by().values("pk").annotate(n=Count("events")).values("n")
        rows = self.with_own_answer(user).select_related("edition", "host")
        return rows.annotate(changed_at=changes, own_refusals=Coalesce(Subquery(refused), 0)).order_by(
            "first_day", "pk"
        )

    def with_host_and_edition(self) -> ExchangeQuerySet:
        """Join to each exchange its edition with programme and format, and its host with the authority, without a
        further statement.
        """
        return self.select_related("edition__programme", "edition__format", "host__authority")

    def with_own_answer(self, user: User) -> ExchangeQuerySet:
        """Annotate each exchange with `own_answer`, the state of the person's registration, and `waiting_number`.

        `own_answer` is None if they are not invited; `waiting_number` is their number on the waiting list, None if they
        are not on it.
        """
        own = user.registrations.filter(exchange=OuterRef("pk"))
        return self.annotate(
            own_answer=Subquery(own.values("state")[:1]),
            waiting_number=Subquery(own.waiting().numbers()[:1]),
        )


@tracked()
class Exchange(models.Model):
    """An Intertransfo, or another published meeting or study visit.

    `target` is the date that the format's interval asks for. `why` stores the reasons for the window and the host as
    slugs and values. `version` rises when the date or the host changes. A trigger copies the host from the exchange's
    turn (see `HostTurn`).
    """

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="exchanges", verbose_name=_("edition"))
    kind = models.CharField(_("kind"), max_length=12, choices=ExchangeKind.choices, default=ExchangeKind.INTERTRANSFO)
    kind_label = models.CharField(_("kind, in free text"), max_length=80, blank=True)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    theme = models.CharField(_("theme"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=19, choices=ExchangeState.choices, default=ExchangeState.PROPOSED)
    reason = models.TextField(_("reason"), blank=True)
    host = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="hosted_exchanges", verbose_name=_("host")
    )
    target = models.DateField(_("target date"), null=True, blank=True)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    first_day_precision = precision_field()
    days = models.PositiveSmallIntegerField(_("days"), null=True, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    capacity = models.PositiveSmallIntegerField(_("capacity"), null=True, blank=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    why = models.JSONField(_("why this date and host"), default=dict, blank=True)
    outcome = models.TextField(_("result"), blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    created_on = created_on_field()

    objects = ExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("Intertransfo")
        verbose_name_plural = _("Intertransfos")
        ordering: ClassVar[list[str]] = ["edition", "number", "id"]
        indexes = [
            words_index("outcome", name="exchange_outcome_words"),
            words_index(THEME_AND_VENUE, name="exchange_about_words"),
            words_index(EXCHANGE_TEXT, name="exchange_words"),
            # The home page of lab staff shows the first few Intertransfos with a late step. With this partial index
            # PostgreSQL reads only Intertransfos that are not over.
            models.Index(
                fields=["first_day", "id"],
                condition=Q(retrospective=False, state__in=UPCOMING_STATES),
                name="exchange_to_come",
            ),
        ]
        constraints = [
            ExclusionConstraint(
                name="exchange_overlap",
                expressions=[(_DAYS, RangeOperators.OVERLAPS), ("edition", RangeOperators.EQUAL)],
                condition=~Q(state="cancelled") & Q(retrospective=False),
            ),
            models.UniqueConstraint(fields=["edition", "number"], name="exchange_number_once"),
            models.UniqueConstraint(fields=["edition", "target"], name="exchange_target_once"),
            models.CheckConstraint(
                condition=Q(retrospective=True)
                | Q(first_day__isnull=False, days__isnull=False, number__isnull=False, first_day_precision="day"),
                name="exchange_date_required",
            ),
            models.CheckConstraint(condition=Q(days=None) | Q(days__gte=1), name="exchange_days_positive"),
            models.CheckConstraint(
                condition=Q(retrospective=True) | Q(host__isnull=False) | Q(state__in=["proposed", "cancelled"]),
                name="exchange_host_required",
            ),
            models.CheckConstraint(condition=~Q(state="cancelled", reason=""), name="exchange_cancelled_reason"),
            max_length_constraint(MAX_CHARACTERS, "outcome", name="exchange_outcome_length"),
        ]
        triggers = [
            StateMachine(
                name="exchange_state",
                transitions=EXCHANGE_TRANSITIONS,
                initial=[ExchangeState.PROPOSED],
                retrospective=True,
            ),
            Rule(
                name="exchange_version",
                broken="TG_OP = 'UPDATE' AND (NEW.version < OLD.version"
                f" OR ({_DATES_CHANGED} AND NEW.version = OLD.version))",
            ),
            Rule(
                name="exchange_host_turn",
                broken="NOT NEW.retrospective AND NEW.host_id IS NOT NULL"
                " AND NOT EXISTS (SELECT 1 FROM exchanges_hostturn t"
                " WHERE t.exchange_id = NEW.id AND t.cohort_id = NEW.host_id)",
            ),
            Rule(
                name="exchange_host_agreed",
                broken="TG_OP = 'UPDATE' AND OLD.state = 'proposed' AND NEW.state NOT IN ('proposed', 'cancelled')"
                " AND EXISTS (SELECT 1 FROM cohorts_cohort c WHERE c.id = NEW.host_id AND c.state = 'prospect')",
            ),
            Rule(name="exchange_move_fair", before=LOCK_THE_EDITION, broken=MOVED_OUT_OF_TURN),
            Rule(
                name="exchange_capacity_sufficient",
                declare=[("taken", "int")],
                before=seats_taken("NEW.id"),
                broken="NEW.capacity IS NOT NULL AND taken > NEW.capacity",
            ),
            Rule(
                name="exchange_follow_up_minutes",
                broken="TG_OP = 'UPDATE' AND NEW.state = 'followed_up' AND OLD.state <> 'followed_up'"
                " AND NOT EXISTS (SELECT 1 FROM exchanges_minutes m WHERE m.exchange_id = NEW.id)",
            ),
            FixedColumns("edition_id", name="exchange_edition_fixed"),
            FixedColumns("retrospective", name="exchange_retrospective_fixed"),
            created_on_is_fixed("exchange_created_on_fixed"),
        ]

    def __str__(self) -> str:
        kind = self.kind_label or self.get_kind_display()
        if self.number is None:
            return self.theme or kind
        return gettext("%(kind)s %(number)s") % {"kind": kind, "number": self.number}

    def get_absolute_url(self) -> str:
        return cached_reverse("exchanges:exchange", self.pk)

    def theme_and_venue_values(self) -> dict[str, object]:
        """Return the saved values of the form for theme, venue and capacity, by field; the capacity is None without a
        limit.
        """
        return {"theme": self.theme, "venue": self.venue, "capacity": self.capacity}

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """Return the translated label of the state, as Django's own method does but faster: that one builds all choices
        for each row.
        """
        return str(ExchangeState(self.state).label)

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """Return the translated label of the kind, faster than Django's own method, as `get_state_display` does."""
        return str(ExchangeKind(self.kind).label)

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the state: "waiting", "open", "done" or "stopped"."""
        return ExchangeState(self.state).tone

    @property
    def dates_in_words(self) -> str:
        """The days of the exchange in the reader's language, as precisely as they are known; "" without a first day."""
        language = active_language()
        if self.first_day is None:
            return ""
        if self.first_day_precision != Precision.DAY:
            return formats.precise_to(self.first_day, self.first_day_precision, language)
        if self.last_day is None:
            return formats.long_day(self.first_day, language)
        return formats.period(self.first_day, self.last_day, language)

    @property
    def last_day(self) -> date | None:
        """Return the last day of the exchange; None while the first day or the number of days is not known."""
        if self.first_day is None or self.days is None:
            return None
        return self.first_day + timedelta(days=self.days - 1)
