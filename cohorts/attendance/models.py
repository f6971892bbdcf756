"""Attendance: who is expected at a session and who came, day by day."""

from collections.abc import Collection, Iterable
from typing import ClassVar, NamedTuple

from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.attendance.enums import ATTENDED_STATUSES, EXPECTED_OR_PRESENT, OBSERVED_STATUSES, AttendanceStatus
from cohorts.cohort.models import Cohort
from cohorts.people.models import Membership
from cohorts.sessions.models import Session, SessionDay
from cohorts.sessions.triggers import (
    DAY_VARIABLES,
    OBSERVED_SQL,
    OFF_SQL,
    ON_SITE_SQL,
    SELECT_DAY_SQL,
    one_cohort_a_day,
)
from cohorts.stakeholders.models import Stakeholder
from cohorts.visibility import visible_rows
from web.database.prepared import prepared
from web.database.tracking import tracked
from web.database.triggers import Rule
from web.dates.clock import Day, day_of_rows
from web.dates.plausible import plausible_dates


class Tally(NamedTuple):
    """Numbers of people at one session, as one reader sees them.

    `invited` counts members, `on_site` members who are expected or came, `came` members who came, `stakeholders` all
    those on the list. `own` counts the reader's days on the list, `unanswered` those of them, today or later, without
    an answer.
    """

    invited: int = 0
    on_site: int = 0
    came: int = 0
    stakeholders: int = 0
    own: int = 0
    unanswered: int = 0


def unanswered_by(user: User, today: Day) -> Q:
    """Return the condition for attendance rows, on `today` or later, in which the person is expected and has not
    answered.

    `today` is a date, or today's date at each authority.
    """
    day = day_of_rows(today, "day__session__cohort__authority")
    return Q(member__user=user, status="expected", answered_on=None, day__date__gte=day)


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: User) -> "AttendanceQuerySet":
        """Return the attendance rows of sessions in cohorts that the person may see, and the person's own rows.

        Members of a cohort, admins of its authority and lab staff see all; past members do not see sessions, members
        and stakeholders added after their own last day.
        """
        created = ("day__session__created_on", "member__created_on", "stakeholder__created_on")
        visible = visible_rows(user, "day__session__cohort__", *created)
        return self.filter(visible | Q(member__user=user.pk, member__isnull=False) if visible else visible)

    def on_days_of_people(
        self, targets: "Collection[tuple[SessionDay, Membership | Stakeholder]]"
    ) -> "AttendanceQuerySet":
        """Return the rows of any of these people on any of these days, however many others there are."""
        people = [person for _day, person in targets]
        members = Q(member__in=[person.pk for person in people if isinstance(person, Membership)])
        stakeholders = Q(stakeholder__in=[person.pk for person in people if isinstance(person, Stakeholder)])
        return self.filter(members | stakeholders, day__in={day.pk for day, _person in targets})

    def with_people(self) -> "AttendanceQuerySet":
        """Load the member (with the account) or the stakeholder of each row in the statement that reads the rows."""
        return self.select_related("member__user", "stakeholder")

    def on_site(self) -> "AttendanceQuerySet":
        """Return the rows of people who are expected, present or partly present; excused, absent and unknown are left
        out.
        """
        return self.filter(status__in=EXPECTED_OR_PRESENT)

    def unanswered(self, user: User, today: Day) -> "AttendanceQuerySet":
        """Return the user's own attendance rows, on `today` or later, in which they are expected and have not
        answered.
        """
        return self.filter(unanswered_by(user, today))

    def without_record(self, today: Day) -> "AttendanceQuerySet":
        """Return the rows of session days up to `today` (included) that still say “expected”: nobody recorded who
        came.
        """
        day = day_of_rows(today, "day__session__cohort__authority")
        return self.filter(status="expected", day__date__lte=day)

    def in_other_cohorts(self, cohort: Cohort) -> "AttendanceQuerySet":
        """Return the rows of members who are expected or came at sessions of cohorts other than `cohort`.

        Stakeholders, cancelled and postponed sessions, and imported published facts are left out.
        """
        not_held = Q(day__session__state__in=("cancelled", "postponed")) | Q(day__session__retrospective=True)
        return self.on_site().exclude(not_held).exclude(day__session__cohort=cohort).filter(member__isnull=False)

    def tallies(self, sessions: Iterable[Session], user: User, today: Day) -> dict[int, Tally]:
        """Return the numbers of people at each session, by session id; each person counts once; one statement for all
        sessions.

        `own` and `unanswered` count the attendance rows of `user`, unanswered ones from `today` on. A session without
        attendees has zeros.
        """
        ids = tuple(session.pk for session in sessions)
        counts_by_session = {session: Tally(*counts) for session, *counts in _tallies(self.model, ids, user, today)}
        return {pk: counts_by_session.get(pk, Tally()) for pk in ids}


@prepared
def _tallies(
    attendance: "type[Attendance]", sessions: tuple[int, ...], user: User, today: Day
) -> "models.QuerySet[Attendance, tuple[int, ...]]":
    """Return a tuple for each of these sessions (by id) that has attendees: its id, then the numbers in the order of
    `Tally`.

    `attendance` is the model class, `user` the reader whose own days are counted, unanswered ones from `today` on.
    """
    return (
        attendance.objects.filter(day__session__in=sessions)
        .values_list("day__session")
        .annotate(
            invited=Count("member__user", distinct=True),
            on_site=Count("member__user", filter=Q(status__in=EXPECTED_OR_PRESENT), distinct=True),
            came=Count("member__user", filter=Q(status__in=ATTENDED_STATUSES), distinct=True),
            stakeholders=Count("stakeholder", distinct=True),
            own=Count("pk", filter=Q(member__user=user)),
            unanswered=Count("pk", filter=unanswered_by(user, today)),
        )
    )


@tracked(exclude=["substitute", "needs"])
class Attendance(models.Model):
    """The attendance of one member or stakeholder on one day, in half-days (0 to 2).

    `recorded_on` is the authority's local date on which the row was written: triggers never read a clock. `answered_on`
    is the day on which the person answered for themselves, empty until they do.

    A stakeholder who answers by e-mail may name a `substitute`, who comes instead, and `needs`; no history stores them.
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
    substitute = models.CharField(_("who comes instead"), max_length=120, blank=True, default="", db_default="")
    needs = models.CharField(_("needs"), max_length=300, blank=True, default="", db_default="")

    objects = AttendanceQuerySet.as_manager()

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
                condition=Q(status__in=ATTENDED_STATUSES, half_days__range=(1, 2))
                | (~Q(status__in=ATTENDED_STATUSES) & Q(half_days=0)),
                name="attendance_half_days",
            ),
            models.CheckConstraint(
                condition=Q(member=None) | Q(substitute="", needs=""), name="attendance_texts_of_stakeholders"
            ),
            plausible_dates("attendance_plausible_dates", "recorded_on", "answered_on"),
        ]
        triggers = [
            Rule(
                name="attendance_not_cancelled",
                declare=DAY_VARIABLES,
                before=SELECT_DAY_SQL,
                broken="session_state = 'cancelled'",
            ),
            Rule(
                name="attendance_took_place",
                declare=DAY_VARIABLES,
                before=SELECT_DAY_SQL,
                broken=f"session_state IN ('draft', 'postponed') AND NEW.status IN {OBSERVED_SQL}",
            ),
            Rule(
                name="attendance_not_future",
                declare=DAY_VARIABLES,
                before=SELECT_DAY_SQL,
                broken=f"on_day > NEW.recorded_on AND NEW.status IN {OBSERVED_SQL}",
            ),
            Rule(
                name="attendance_active",
                declare=DAY_VARIABLES,
                before=SELECT_DAY_SQL + " PERFORM 1 FROM cohorts_membership m WHERE m.id = NEW.member_id FOR SHARE;",
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
            one_cohort_a_day(
                "attendance_design_team",
                declare=DAY_VARIABLES,
                look_up=SELECT_DAY_SQL,
                unless=f"published OR session_state IN {OFF_SQL} OR NEW.status NOT IN {ON_SITE_SQL}",
                here="SELECT m1.user_id, m1.role, on_day AS on_date FROM cohorts_membership m1"
                " WHERE m1.id = NEW.member_id",
                cohort="in_cohort",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.name}: {self.get_status_display()}"

    def status_before_record(self) -> AttendanceStatus:
        """Return the last status in the history of the row before it was recorded whether the person came (one
        statement).

        It is “expected” for someone who was added to the list as present.
        """
        statuses = self.events.exclude(status__in=OBSERVED_STATUSES)  # type: ignore[attr-defined] # pghistory
        last = statuses.order_by("-pgh_id").values_list("status", flat=True).first()
        return AttendanceStatus(last or AttendanceStatus.EXPECTED)

    @property
    def person(self) -> Membership | Stakeholder:
        """The member or stakeholder whose attendance this is; the database guarantees that there is exactly one."""
        person = self.member or self.stakeholder
        assert person is not None  # noqa: S101 - the database holds `attendance_one_person`
        return person
