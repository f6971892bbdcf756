"""Sessions of a cohort, the scattered days they take, and who came."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cohorts import queries
from cohorts.enums import (
    CAME,
    SESSION_TRANSITIONS,
    AttendanceStatus,
    SessionKind,
    SessionState,
)
from cohorts.models.cohorts import Cohort
from cohorts.models.people import Membership, Stakeholder
from web.precision import precision_field
from web.triggers import Rule, StateMachine

_OBSERVED_SQL = "('present', 'partial', 'absent')"

_LOOK_UP_DAY = """
    SELECT d.date, s.state, s.cohort_id, s.retrospective INTO day, session_state, cohort, published
    FROM cohorts_sessionday d JOIN cohorts_session s ON s.id = d.session_id WHERE d.id = NEW.day_id;
"""
_DAY_DECLARED = [("day", "date"), ("session_state", "text"), ("cohort", "bigint"), ("published", "boolean")]

# Someone of the design team expected or seen elsewhere that day; {day}, {cohort} and {people} are filled in.
_ELSEWHERE = """EXISTS (
    SELECT 1 FROM cohorts_attendance a
    JOIN cohorts_membership m ON m.id = a.member_id AND m.role = 'resident'
    JOIN cohorts_sessionday d ON d.id = a.day_id
    JOIN cohorts_session s ON s.id = d.session_id AND s.state <> 'cancelled' AND NOT s.retrospective
    WHERE a.status IN ('expected', 'present', 'partial') AND d.date = {day} AND s.cohort_id <> {cohort}
    AND m.user_id IN ({people}))"""


@pghistory.track()
class Session(models.Model):
    """A numbered work unit of one or more days. `remarks` are slugs of what planning could not avoid."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sessions", verbose_name=_("cohort"))
    number = models.CharField(_("number"), max_length=8)
    kind = models.CharField(_("kind"), max_length=20, choices=SessionKind.choices, default=SessionKind.GROUP)
    kind_label = models.CharField(_("kind in its own words"), max_length=80, blank=True)
    title = models.CharField(_("title"), max_length=160, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=SessionState.choices, default=SessionState.DRAFT)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    remarks = ArrayField(
        models.SlugField(max_length=40), verbose_name=_("remarks of planning"), default=list, blank=True
    )
    report = models.TextField(_("report"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)

    objects = queries.SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "number"], name="session_number_once"),
            models.CheckConstraint(condition=~Q(state="cancelled", reason=""), name="session_cancelled_reason"),
        ]
        triggers = [
            StateMachine(
                name="session_state",
                transitions=SESSION_TRANSITIONS,
                initial=[SessionState.DRAFT, SessionState.SCHEDULED],
                retrospective=True,
            ),
            Rule(
                name="session_scheduled_has_days",
                broken="TG_OP = 'UPDATE' AND NOT NEW.retrospective AND NEW.state IN ('scheduled', 'held')"
                " AND NEW.state <> OLD.state"
                " AND NOT EXISTS (SELECT 1 FROM cohorts_sessionday d WHERE d.session_id = NEW.id)",
            ),
            Rule(
                name="session_retrospective_fixed",
                broken="TG_OP = 'UPDATE' AND NEW.retrospective <> OLD.retrospective",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("cohorts:session", args=[self.pk])

    @property
    def tone(self) -> str:
        return SessionState(self.state).tone


@pghistory.track()
class SessionDay(models.Model):
    """One day of a session, in the authority's local time."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="days", verbose_name=_("session"))
    date = models.DateField(_("date"))
    date_precision = precision_field()
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("to"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("day of a session")
        verbose_name_plural = _("days of a session")
        ordering: ClassVar[list[str]] = ["date", "id"]
        constraints = [
            models.UniqueConstraint(fields=["session", "date"], name="session_day_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_day_times"),
        ]
        triggers = [
            Rule(
                name="session_day_attended",
                broken="TG_OP = 'UPDATE' AND NEW.date <> OLD.date AND EXISTS (SELECT 1 FROM cohorts_attendance a"
                f" WHERE a.day_id = NEW.id AND a.status IN {_OBSERVED_SQL})",
            ),
            Rule(
                name="session_day_design_team",
                rule="design_team_one_place",
                declare=[("cohort", "bigint"), ("published", "boolean")],
                before="SELECT s.cohort_id, s.retrospective INTO cohort, published"
                " FROM cohorts_session s WHERE s.id = NEW.session_id;",
                broken="TG_OP = 'UPDATE' AND NEW.date <> OLD.date AND NOT published AND "
                + _ELSEWHERE.format(
                    day="NEW.date",
                    cohort="cohort",
                    people="SELECT m2.user_id FROM cohorts_attendance a2"
                    " JOIN cohorts_membership m2 ON m2.id = a2.member_id"
                    " WHERE a2.day_id = NEW.id AND m2.role = 'resident'"
                    " AND a2.status IN ('expected', 'present', 'partial')",
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.date.isoformat()


@pghistory.track()
class Attendance(models.Model):
    """One member's or stakeholder's attendance of one day, in half-days (0 to 2).

    `recorded_on` is the authority's local date when it was written: triggers never read a clock.
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
        ]
        triggers = [
            Rule(
                name="attendance_not_cancelled",
                declare=_DAY_DECLARED,
                before=_LOOK_UP_DAY,
                broken="session_state = 'cancelled'",
            ),
            Rule(
                name="attendance_not_future",
                declare=_DAY_DECLARED,
                before=_LOOK_UP_DAY,
                broken=f"day > NEW.recorded_on AND NEW.status IN {_OBSERVED_SQL}",
            ),
            Rule(
                name="attendance_active",
                declare=_DAY_DECLARED,
                before=_LOOK_UP_DAY,
                broken="(NEW.member_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_membership m"
                " WHERE m.id = NEW.member_id AND m.cohort_id = cohort"
                " AND daterange(m.starts_on, m.ends_on, '[]') @> day))"
                " OR (NEW.stakeholder_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_stakeholder s"
                " WHERE s.id = NEW.stakeholder_id AND s.cohort_id = cohort))",
            ),
            Rule(
                name="attendance_design_team",
                rule="design_team_one_place",
                declare=_DAY_DECLARED,
                before=_LOOK_UP_DAY,
                broken="NOT published AND NEW.status IN ('expected', 'present', 'partial') AND "
                + _ELSEWHERE.format(
                    day="day",
                    cohort="cohort",
                    people="SELECT m2.user_id FROM cohorts_membership m2"
                    " WHERE m2.id = NEW.member_id AND m2.role = 'resident'",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member or self.stakeholder}: {self.get_status_display()}"
