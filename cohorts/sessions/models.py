"""Sessions of a cohort, the scattered days they take, and who came."""

from collections.abc import Iterable
from datetime import time
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cohorts import visibility
from cohorts.enums import (
    CAME,
    SESSION_TRANSITIONS,
    AttendanceStatus,
    SessionKind,
    SessionState,
)
from cohorts.cohort.models import Cohort
from cohorts.people.models import Membership, Stakeholder
from cohorts.sessions.triggers import DAY_DECLARED, LETTERS_PLANNED, LOOK_UP_DAY, LOOK_UP_SESSION, OBSERVED_SQL, OFF_SQL, ON_SITE_SQL, SESSION_DECLARED, FollowsDays, one_place
from web import formats
from web.born import born_field, born_fixed
from web.history import tracked
from web.nested import revived
from web.plausible import plausible_dates
from web.precision import precision_field
from web.triggers import Frozen, Rule, StateMachine

MIDDAY_STARTS, MIDDAY_ENDS = time(12), time(13)


@tracked(exclude=["first_day", "last_day"])
class Session(models.Model):
    """A numbered work unit of one or more days.

    `remarks` are slugs of what planning could not avoid (see `cohorts.sessions.conflicts`). `first_day` and `last_day` follow
    the session's days by trigger, so that long lists can be read in their order; nobody else writes them.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sessions", verbose_name=_("cohort"))
    number = models.CharField(_("number"), max_length=8)
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind.choices, default=SessionKind.GROUP)
    kind_label = models.CharField(_("kind in its own words"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=160, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=SessionState.choices, default=SessionState.DRAFT)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    first_day = models.DateField(_("first day"), null=True, blank=True, editable=False)
    last_day = models.DateField(_("last day"), null=True, blank=True, editable=False)
    remarks = ArrayField(
        models.SlugField(max_length=40), verbose_name=_("remarks of planning"), default=list, blank=True
    )
    report = models.TextField(_("report"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    born_on = born_field()

    objects = visibility.SessionQuerySet.as_manager()

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
    place = models.CharField(_("place"), max_length=200, blank=True)

    objects = visibility.SessionDayQuerySet.as_manager()

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


@tracked()
class Attendance(models.Model):
    """One member's or stakeholder's attendance of one day, in half-days (0 to 2).

    `recorded_on` is the authority's local date when it was written: triggers never read a clock. `answered_on` is the
    day the person said for themselves whether they come; empty while they are silent.
    """

    day = models.ForeignKey(SessionDay, models.CASCADE, related_name="attendances", verbose_name=_("day"))
    member = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name=_("member")
    )
    stakeholder = models.ForeignKey(
        Stakeholder, models.PROTECT, null=True, blank=True, related_name="attendances", verbose_name=_("stakeholder")
    )
    status = models.CharField(
        _("status"), max_length=8, choices=AttendanceStatus.choices, default=AttendanceStatus.EXPECTED
    )
    half_days = models.PositiveSmallIntegerField(_("half-days"), default=0)
    recorded_on = models.DateField(_("recorded on"))
    answered_on = models.DateField(_("answered on"), null=True, blank=True)

    objects = visibility.AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendances")
        ordering: ClassVar[list[str]] = ["day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["day", "member"], name="attendance_member_once"),
            models.UniqueConstraint(fields=["day", "stakeholder"], name="attendance_stakeholder_once"),
            models.CheckConstraint(
                condition=Q(member=None, stakeholder__isnull=False) | Q(member__isnull=False, stakeholder=None),
                name="attendance_one_person",
            ),
            models.CheckConstraint(
                condition=Q(status__in=CAME, half_days__range=(1, 2)) | (~Q(status__in=CAME) & Q(half_days=0)),
                name="attendance_half_days",
            ),
            plausible_dates("attendance_plausible_dates", "recorded_on", "answered_on"),
        ]
        triggers = [
            Rule(
                name="attendance_not_cancelled",
                declare=DAY_DECLARED,
                before=LOOK_UP_DAY,
                broken="session_state = 'cancelled'",
            ),
            Rule(
                name="attendance_took_place",
                declare=DAY_DECLARED,
                before=LOOK_UP_DAY,
                broken=f"session_state IN ('draft', 'postponed') AND NEW.status IN {OBSERVED_SQL}",
            ),
            Rule(
                name="attendance_not_future",
                declare=DAY_DECLARED,
                before=LOOK_UP_DAY,
                broken=f"on_day > NEW.recorded_on AND NEW.status IN {OBSERVED_SQL}",
            ),
            Rule(
                name="attendance_active",
                declare=DAY_DECLARED,
                before=LOOK_UP_DAY + " PERFORM 1 FROM cohorts_membership m WHERE m.id = NEW.member_id FOR SHARE;",
                broken="(NEW.member_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_membership m"
                " WHERE m.id = NEW.member_id AND m.cohort_id = in_cohort"
                " AND daterange(m.starts_on, m.ends_on, '[]') @> on_day))"
                " OR (NEW.stakeholder_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_stakeholder s"
                " WHERE s.id = NEW.stakeholder_id AND s.cohort_id = in_cohort))",
            ),
            Rule(
                name="attendance_person_once",
                rule="attendance_member_once",
                broken="EXISTS (SELECT 1 FROM cohorts_attendance a JOIN cohorts_membership m ON m.id = a.member_id"
                " JOIN cohorts_membership own ON own.id = NEW.member_id AND own.user_id = m.user_id"
                " WHERE a.day_id = NEW.day_id AND a.id <> COALESCE(NEW.id, 0))",
            ),
            one_place(
                "attendance_design_team",
                declare=DAY_DECLARED,
                look_up=LOOK_UP_DAY,
                unless=f"published OR session_state IN {OFF_SQL} OR NEW.status NOT IN {ON_SITE_SQL}",
                here="SELECT m1.user_id, m1.role, on_day AS on_date FROM cohorts_membership m1"
                " WHERE m1.id = NEW.member_id",
                cohort="in_cohort",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.name}: {self.get_status_display()}"

    @property
    def person(self) -> Membership | Stakeholder:
        """Whose attendance it is."""
        person = self.member or self.stakeholder
        assert person is not None  # noqa: S101 - the database holds `attendance_one_person`
        return person
