"""Sessions of a cohort, and the scattered days they take."""

from collections.abc import Iterable
from datetime import time
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.cohort.models import Cohort
from cohorts.people.enums import CORE_ROLES
from cohorts.sessions.enums import SESSION_TRANSITIONS, SessionKind, SessionState
from cohorts.sessions.triggers import (
    LETTERS_PLANNED,
    LOOK_UP_SESSION,
    OBSERVED_SQL,
    OFF_SQL,
    ON_SITE_SQL,
    SESSION_DECLARED,
    FollowsDays,
    one_place,
)
from cohorts.visibility import active_on, read_until, within_reach
from web.database.created_on import born_field, born_fixed
from web.database.nested_rows import nested, revived
from web.database.tracking import changed_at, last_change, tracked
from web.database.triggers import Frozen, Rule, StateMachine
from web.dates.clock import Day, day_of_rows
from web.dates.plausible import plausible_dates
from web.dates.precision import precision_field
from web.text import formats


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> "SessionQuerySet":
        return self.filter(within_reach(user, "cohort__", "born_on"))

    def readable_until(self, user: User) -> "SessionQuerySet":
        """`read_until`: the day after which the person reads nothing new of it."""
        return self.annotate(read_until=read_until(user, "cohort"))

    def upcoming(self, today: Day) -> "SessionQuerySet":
        """With a day today or later, or still without a day."""
        return self.filter(Q(last_day__gte=day_of_rows(today, "cohort__authority")) | Q(last_day=None, state="draft"))

    def past(self, today: Day) -> "SessionQuerySet":
        return self.filter(last_day__lt=day_of_rows(today, "cohort__authority"))

    def at_work(self) -> "SessionQuerySet":
        """Work done on the platform, published facts left out."""
        return self.filter(retrospective=False)

    def unmarked(self, today: Day) -> "SessionQuerySet":
        """Their days are over and nobody said whether they were held."""
        return self.at_work().past(today).filter(state="scheduled")

    def unreported(self) -> "SessionQuerySet":
        return self.at_work().filter(state="held")

    def led_by(self, user: User, today: Day) -> "SessionQuerySet":
        """Those the person answers for: all for lab staff, else of cohorts they coordinate or pilot."""
        if user.is_lab_staff:
            return self
        led = user.memberships.filter(active_on(today), role__in=("coordinator", "pilot"))
        return self.filter(cohort__in=led.values("cohort"))

    def in_order(self) -> "SessionQuerySet":
        """By first day, those without a day last."""
        return self.order_by(F("first_day").asc(nulls_last=True), "pk")

    def with_cohort(self) -> "SessionQuerySet":
        return self.select_related("cohort__authority", "cohort__edition")

    def with_days(self) -> "SessionQuerySet":
        """With what a line about a session says: its cohort, authority and edition, and its days."""
        return self.with_cohort().prefetch_related("days")

    def with_nested_days(self) -> "SessionQuerySet":
        """With their days in the same statement: see `Session.days_read`."""
        days = self.model._meta.get_field("days").related_model._default_manager.filter(session=OuterRef("pk"))
        return self.annotate(nested_days=nested(days.order_by("date"), "id", "date", "place"))


class SessionDayQuerySet(models.QuerySet["SessionDay"]):
    def visible_to(self, user: User) -> "SessionDayQuerySet":
        return self.filter(within_reach(user, "session__cohort__", "session__born_on"))

    def at_work(self) -> "SessionDayQuerySet":
        """Work done on the platform, published facts left out."""
        return self.filter(session__retrospective=False)

    def concerning(self, user: User) -> "SessionDayQuerySet":
        """Days the person is to be at, or was: on the list of those, or in the cohort that day with a role that is.

        Days they are excused from are left out.
        """
        own = self.model._meta.get_field("attendances").related_model._default_manager.filter(
            day=OuterRef("pk"), member__user=user.pk
        )
        holds = active_on(OuterRef("date")) & Q(role__in=CORE_ROLES, cohort=OuterRef("session__cohort"))
        expected = Exists(user.memberships.filter(holds)) | Exists(own)
        return self.filter(expected).exclude(Exists(own.filter(status="excused")))

    def as_entries(self) -> "SessionDayQuerySet":
        """In order, ready for calendars: `changed_at` is the last change of the day or of its session."""
        session = self.model._meta.get_field("session").related_model
        changes = last_change(session, "session"), last_change(self.model, "pk")
        rows = self.annotate(changed_at=changed_at(*changes, created_on="session__born_on"))
        return rows.select_related("session__cohort__authority").order_by("date", "pk")


MIDDAY_STARTS, MIDDAY_ENDS = time(12), time(13)


@tracked(exclude=["first_day", "last_day"])
class Session(models.Model):
    """A numbered work unit of one or more days.

    `remarks` are slugs of what planning could not avoid (see `conflicts`). `first_day` and `last_day` follow
    the session's days by trigger, so that long lists can be read in their order; nobody else writes them.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sessions", verbose_name=_("cohort"))
    number = models.CharField(_("number"), max_length=8)
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind.choices, default=SessionKind.GROUP)
    kind_label = models.CharField(_("kind, in free text"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=160, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=SessionState.choices, default=SessionState.DRAFT)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    first_day = models.DateField(_("first day"), null=True, blank=True, editable=False)
    last_day = models.DateField(_("last day"), null=True, blank=True, editable=False)
    remarks = ArrayField(models.SlugField(max_length=40), verbose_name=_("planning remarks"), default=list, blank=True)
    report = models.TextField(_("report"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    born_on = born_field()

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "number"], name="session_number_once"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(reason__regex=r"\S"), name="session_cancelled_reason"
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True) | ~Q(state="reported") | Q(report__regex=r"\S"),
                name="session_reported_has_report",
            ),
        ]
        indexes = [
            models.Index(fields=["first_day", "id"], name="session_first_day"),
            models.Index(fields=["last_day", "id"], name="session_last_day"),
            models.Index(fields=["cohort", "first_day"], name="session_cohort_first_day"),
        ]
        triggers = [
            StateMachine(
                name="session_state",
                transitions=SESSION_TRANSITIONS,
                initial=[SessionState.DRAFT],
                retrospective=True,
            ),
            pgtrigger.Trigger(
                name="session_span",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="SELECT MIN(d.date), MAX(d.date) INTO NEW.first_day, NEW.last_day"
                " FROM cohorts_sessionday d WHERE d.session_id = NEW.id; RETURN NEW;",
            ),
            Rule(
                name="session_scheduled_has_days",
                operation=pgtrigger.Update,
                broken="NOT NEW.retrospective AND NEW.state IN ('scheduled', 'held') AND NEW.state <> OLD.state"
                " AND NOT EXISTS (SELECT 1 FROM cohorts_sessionday d WHERE d.session_id = NEW.id)",
            ),
            Rule(
                name="session_cancelled_unattended",
                operation=pgtrigger.Update,
                broken="NEW.state = 'cancelled' AND OLD.state <> 'cancelled' AND EXISTS (SELECT 1"
                " FROM cohorts_attendance a JOIN cohorts_sessionday d ON d.id = a.day_id"
                f" WHERE d.session_id = NEW.id AND a.status IN {OBSERVED_SQL})",
            ),
            Rule(
                name="session_version",
                operation=pgtrigger.Update,
                broken="NEW.version < OLD.version OR (OLD.state = 'postponed' AND NEW.state = 'scheduled' AND "
                + LETTERS_PLANNED.format(session="NEW.id", version="NEW.version")
                + ")",
            ),
            Rule(
                name="session_cohort_fixed",
                operation=pgtrigger.Update,
                broken="NEW.cohort_id <> OLD.cohort_id",
            ),
            Rule(
                name="session_retrospective_fixed",
                operation=pgtrigger.Update,
                broken="NEW.retrospective <> OLD.retrospective",
            ),
            one_place(
                "session_design_team",
                operation=pgtrigger.Update,
                unless=f"NEW.retrospective OR OLD.state NOT IN {OFF_SQL} OR NEW.state IN {OFF_SQL}",
                here="SELECT m1.user_id, m1.role, d1.date AS on_date FROM cohorts_sessionday d1"
                f" JOIN cohorts_attendance a1 ON a1.day_id = d1.id AND a1.status IN {ON_SITE_SQL}"
                " JOIN cohorts_membership m1 ON m1.id = a1.member_id WHERE d1.session_id = NEW.id",
                cohort="NEW.cohort_id",
            ),
            born_fixed("session_born"),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("cohorts:session", args=[self.pk])

    @property
    def tone(self) -> str:
        return SessionState(self.state).tone

    @property
    def scattered(self) -> bool:
        """Its days do not follow one another."""
        if self.first_day is None or self.last_day is None:
            return False
        return (self.last_day - self.first_day).days + 1 != len(self.days.all())

    @property
    def places(self) -> list[str]:
        """Where it meets, each place once, in the order of its days."""
        return places_of(self.days.all())

    @property
    def days_read(self) -> list["SessionDay"]:
        """Its days, of a session read `with_nested_days`."""
        return [revived(SessionDay, row) for row in getattr(self, "nested_days", ())]


def places_of(days: Iterable["SessionDay"]) -> list[str]:
    """Each place once, in the order of the days."""
    return list(dict.fromkeys(day.place for day in days if day.place))


@tracked()
class SessionDay(models.Model):
    """One day of a session, in the authority's local time."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="days", verbose_name=_("session"))
    date = models.DateField(_("date"))
    date_precision = precision_field()
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("to"), null=True, blank=True)
    place = models.CharField(_("venue"), max_length=200, blank=True)

    objects = SessionDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of a session")
        verbose_name_plural = _("days of a session")
        ordering: ClassVar[list[str]] = ["date", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "date"], name="session_day_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_day_times"),
            plausible_dates("session_day_plausible_date", "date"),
        ]
        indexes = [models.Index(fields=["date"], name="session_day_date")]
        triggers = [
            Frozen(
                name="session_day_attended",
                once="(TG_OP = 'DELETE' OR NEW.date <> OLD.date) AND EXISTS (SELECT 1 FROM cohorts_attendance a"
                f" WHERE a.day_id = OLD.id AND a.status IN {OBSERVED_SQL})",
            ),
            Frozen(
                name="session_day_version",
                rule="session_version",
                once=LETTERS_PLANNED.format(session="OLD.session_id", version="s.version"),
                but=["date_precision"],
            ),
            Rule(
                name="session_day_added",
                rule="session_version",
                operation=pgtrigger.Insert,
                broken=LETTERS_PLANNED.format(session="NEW.session_id", version="s.version"),
            ),
            Rule(
                name="session_day_session_fixed",
                operation=pgtrigger.Update,
                broken="NEW.session_id <> OLD.session_id",
            ),
            Rule(
                name="session_day_active",
                rule="attendance_active",
                operation=pgtrigger.Update,
                broken="NEW.date <> OLD.date AND EXISTS (SELECT 1 FROM cohorts_attendance a"
                " JOIN cohorts_membership m ON m.id = a.member_id"
                " WHERE a.day_id = NEW.id AND NOT daterange(m.starts_on, m.ends_on, '[]') @> NEW.date)",
            ),
            one_place(
                "session_day_design_team",
                operation=pgtrigger.Update,
                declare=SESSION_DECLARED,
                look_up=LOOK_UP_SESSION,
                unless=f"published OR NEW.date = OLD.date OR session_state IN {OFF_SQL}",
                here="SELECT m1.user_id, m1.role, NEW.date AS on_date FROM cohorts_attendance a1"
                f" JOIN cohorts_membership m1 ON m1.id = a1.member_id WHERE a1.day_id = NEW.id"
                f" AND a1.status IN {ON_SITE_SQL}",
                cohort="in_cohort",
            ),
            FollowsDays(name="session_day_follows"),
        ]

    def __str__(self) -> str:
        return formats.weekday(self.date, (get_language() or "fr")[:2])

    @property
    def half_days(self) -> int:
        """How many half-days it lasts: one when it ends by 13:00 or starts at noon or later, else two."""
        morning = self.ends_at is not None and self.ends_at <= MIDDAY_ENDS
        afternoon = self.starts_at is not None and self.starts_at >= MIDDAY_STARTS
        return 1 if morning or afternoon else 2
