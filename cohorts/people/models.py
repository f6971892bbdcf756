"""Memberships: who takes part in a cohort, in which role, from when to when."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.cohort.models import Cohort
from cohorts.people.enums import Role
from cohorts.visibility import active_on, within_reach
from web.database.created_on import born_field, born_fixed
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule
from web.dates.clock import Day
from web.dates.plausible import plausible_dates
from web.text.names import by_name

ROLES = ("pilot", "coordinator", "resident", "ambassador", "relay", "elected", "direction")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, at: Day | Combinable) -> "MembershipQuerySet":
        return self.filter(active_on(at))

    def visible_to(self, user: User) -> "MembershipQuerySet":
        """One's own among them, whenever they were written down."""
        reach = within_reach(user, "cohort__", "born_on")
        return self.filter(reach | Q(user=user.pk) if reach else reach)

    def ambassadors(self) -> "MembershipQuerySet":
        return self.filter(role="ambassador")

    def by_standing(self, at: Day | Combinable) -> "MembershipQuerySet":
        """Those in on that day first, by role then name; `in_force` says whether they are."""
        in_force = Case(When(active_on(at), then=Value(True)), default=Value(False))
        circle = Case(
            *(When(role=role, then=Value(place)) for place, role in enumerate(ROLES)), output_field=IntegerField()
        )
        return self.annotate(in_force=in_force).order_by("-in_force", circle, *by_name("user__full_name"))


class DateRange(Func):
    """`daterange(first, last, '[]')`: both days inclusive, an open end where the last is unknown."""

    function = "daterange"
    output_field = DateRangeField()


_ACTIVE_DAYS = DateRange(F("starts_on"), F("ends_on"), Value("[]"))

# Lock the cohort first: two people cannot take its last seat at once. The weaker lock leaves foreign keys to it alone.
_COUNT_SEATS = """
    IF NEW.role <> 'ambassador' THEN RETURN NEW; END IF;
    SELECT c.seats INTO seats FROM cohorts_cohort c WHERE c.id = NEW.cohort_id FOR NO KEY UPDATE;
    SELECT COALESCE(MAX(busy), 0) INTO busiest FROM (
        SELECT (SELECT COUNT(*) FROM cohorts_membership o
                WHERE o.cohort_id = NEW.cohort_id AND o.role = 'ambassador' AND o.id <> COALESCE(NEW.id, 0)
                AND daterange(o.starts_on, o.ends_on, '[]') @> d.day) AS busy
        FROM (SELECT NEW.starts_on AS day UNION SELECT m.starts_on FROM cohorts_membership m
              WHERE m.cohort_id = NEW.cohort_id AND m.role = 'ambassador'
              AND m.starts_on >= NEW.starts_on AND m.starts_on <= COALESCE(NEW.ends_on, 'infinity')) AS d) AS days;
"""


@tracked()
class Membership(models.Model):
    """One person in one role of one cohort, from a day to a day (inclusive). Dated and never deleted."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="memberships", verbose_name=_("cohort"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    discipline = models.CharField(_("discipline"), max_length=80, blank=True)
    unit = models.CharField(_("department or service"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    mission_letter_on = models.DateField(_("date of the mission letter"), null=True, blank=True)
    day_allowance = models.PositiveSmallIntegerField(_("day allowance"), null=True, blank=True)
    born_on = born_field()

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="membership_dates"),
            plausible_dates("membership_plausible_dates", "starts_on", "ends_on", "mission_letter_on"),
            ExclusionConstraint(
                name="membership_overlap",
                expressions=[
                    (_ACTIVE_DAYS, RangeOperators.OVERLAPS),
                    ("cohort", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                ],
            ),
            ExclusionConstraint(
                name="membership_one_pilot",
                expressions=[(_ACTIVE_DAYS, RangeOperators.OVERLAPS), ("cohort", RangeOperators.EQUAL)],
                condition=Q(role="pilot"),
            ),
        ]
        triggers = [
            Rule(
                name="membership_seats",
                declare=[("seats", "int"), ("busiest", "int")],
                before=_COUNT_SEATS,
                broken="seats IS NOT NULL AND busiest + 1 > seats",
            ),
            Rule(
                name="membership_attended",
                broken="TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM cohorts_attendance a"
                " JOIN cohorts_sessionday d ON d.id = a.day_id WHERE a.member_id = NEW.id"
                " AND (d.date < NEW.starts_on OR d.date > NEW.ends_on))",
            ),
            Frozen(name="membership_never_deleted", once="TG_OP = 'DELETE'"),
            NoTruncate(name="membership_no_truncate"),
            born_fixed("membership_born"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def name(self) -> str:
        return str(self.user)

    @property
    def tone(self) -> str:
        """Residents are marked in another colour among the faces of a team."""
        return "resident" if self.role == Role.RESIDENT else ""

    def active_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
