"""Memberships: who takes part in a cohort, in which role, from when to when."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, Count, F, Func, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.cohort.models import Cohort
from cohorts.people.enums import MembershipRole
from cohorts.visibility import active_on, visible_rows
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.tracking import tracked
from web.database.triggers import Frozen, NoTruncate, Rule
from web.dates.clock import Day
from web.dates.plausible import plausible_dates


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, at: Day | Combinable) -> "MembershipQuerySet":
        """Return the memberships that have begun and not ended on the day `at`: their first and last day count.

        `at` is a date, or today's date at each authority.
        """
        return self.filter(active_on(at))

    def visible_to(self, user: User) -> "MembershipQuerySet":
        """Return the memberships in cohorts that the user may see, and all of the user's own.

        Members, admins of the authority and lab staff see all of a cohort; past members do not see people added after
        their own last day.
        """
        visible = visible_rows(user, "cohort__", "created_on")
        return self.filter(visible | Q(user=user.pk) if visible else visible)

    def people_who_left(self, day: date) -> set[int]:
        """Return the keys of the people of these memberships of whom none is active on the day (one statement)."""
        rows = self.values_list("user").annotate(active=Count("pk", filter=active_on(day)))
        return {key for key, active in rows.order_by() if not active}

    def ambassadors(self) -> "MembershipQuerySet":
        """Return the memberships of ambassadors."""
        return self.filter(role="ambassador")

    def with_activity(self, day: date) -> "MembershipQuerySet":
        """Annotate memberships with `is_active_member`, whether they have begun and not ended on the day, and
        `has_ended`.
        """
        is_active_member = Case(When(active_on(day), then=Value(True)), default=Value(False))
        has_ended = Case(When(ends_on__lt=day, then=Value(True)), default=Value(False))
        return self.annotate(is_active_member=is_active_member, has_ended=has_ended)


class DateRange(Func):
    """The SQL function `daterange(first, last, '[]')`: both days inclusive, open-ended without a last day."""

    function = "daterange"
    output_field = DateRangeField()


_ACTIVE_DAYS = DateRange(F("starts_on"), F("ends_on"), Value("[]"))

# Lock the cohort first, so that two people cannot take its last seat. NO KEY UPDATE does not block foreign keys.
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
    """One person with one role in one cohort, from a first to a last day (inclusive). Never deleted."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="memberships", verbose_name=_("cohort"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=12, choices=MembershipRole.choices)
    discipline = models.CharField(_("discipline"), max_length=80, blank=True)
    unit = models.CharField(_("department or service"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    mission_letter_on = models.DateField(_("date of the mission letter"), null=True, blank=True)
    day_allowance = models.PositiveSmallIntegerField(_("day allowance"), null=True, blank=True)
    created_on = created_on_field()

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
            Frozen(name="membership_never_deleted", frozen_if="TG_OP = 'DELETE'"),
            NoTruncate(name="membership_no_truncate"),
            created_on_is_fixed("membership_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def name(self) -> str:
        """The name of the person, as pages show it."""
        return str(self.user)

    @property
    def tone(self) -> str:
        """The name of the colour of the person's picture: "resident" for residents, "" for other members."""
        return "resident" if self.role == MembershipRole.RESIDENT else ""

    def active_on(self, day: date) -> bool:
        """Return whether the membership has begun and not ended on `day`: its first and last day count."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)
