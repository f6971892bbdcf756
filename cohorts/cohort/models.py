"""Cohorts, and the dated copies of their format's phases."""

from datetime import date
from typing import ClassVar, Final

from django.db import models
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.cohort.enums import (
    COHORT_TRANSITIONS,
    CURRENT_STATES,
    STATES_NEEDING_ADMIN,
    STATES_NEEDING_PILOT,
    CohortState,
)
from cohorts.visibility import active_on, visible_rows
from programmes.enums import PhaseKind
from programmes.models import Authority, Edition
from web.database.text_search import joined_text, name_index, words_index
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Rule, StateMachine
from web.dates.clock import Day, day_of_rows
from web.dates.plausible import at_most_ten_years, plausible_dates
from web.dates.precision import precision_field
from web.site_addresses import cached_reverse
from web.text.names import name_ordering

FIRST_DAY: Final = Coalesce("actual_start", "planned_start")  # on which a cohort started, else is to start


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: User) -> "CohortQuerySet":
        """Return the cohorts that the person may see; all of them for lab staff.

        Others see the cohorts they are or were members of, those of authorities they administer, and imported published
        facts.
        """
        return self.filter(visible_rows(user))

    def running(self) -> "CohortQuerySet":
        """Return the cohorts in the state “running”."""
        return self.filter(state="running")

    def current(self) -> "CohortQuerySet":
        """Return the cohorts that are prospects, agreed, running or suspended; imported published facts are left
        out.
        """
        return self.filter(state__in=CURRENT_STATES, retrospective=False)

    def with_active_member(self, user: User, at: Day | Combinable) -> "CohortQuerySet":
        """Return the cohorts of which the user is a member, in any role, on the day `at`.

        `at` is a date, or today's date at each authority.
        """
        return self.filter(pk__in=user.memberships.filter(active_on(at)).values("cohort"))

    def led_by(self, user: User, at: Day | Combinable) -> "CohortQuerySet":
        """Return the cohorts of which the user is pilot or coordinator on the day `at`; all cohorts for lab staff."""
        if user.is_lab_staff:
            return self
        leads = user.memberships.filter(active_on(at), role__in=["pilot", "coordinator"])
        return self.filter(pk__in=leads.values("cohort"))

    def without_pilot(self, at: Day | Combinable) -> "CohortQuerySet":
        """Return the agreed, running or suspended cohorts that have no pilot with an active account on the day `at`.

        Published facts are left out.
        """
        pilots = Q(active_on(at, "memberships__"), memberships__role="pilot", memberships__user__is_active=True)
        led = self.model._base_manager.filter(pilots, pk=OuterRef("pk"))
        return self.filter(~Exists(led), state__in=STATES_NEEDING_PILOT, retrospective=False)

    def needing_admin(self) -> "CohortQuerySet":
        """Return the cohorts whose authority needs an admin: all but prospects, withdrawn cohorts and imported
        published facts.

        Ended cohorts count because their ideas are still implemented, and so do those of dissolved authorities: a
        person of the successor can be named.
        """
        return self.filter(state__in=STATES_NEEDING_ADMIN, retrospective=False)

    def overdue(self, at: Day | Combinable) -> "CohortQuerySet":
        """Return the agreed cohorts that have not started although their planned start is before the day `at`; no
        imported published facts.
        """
        return self.filter(state="agreed", planned_start__lt=day_of_rows(at, "authority"), retrospective=False)

    def named_like(self, text: str) -> "CohortQuerySet":
        """Return the cohorts whose name, site or authority contains the text, or whose code is the text.

        Accents and capitals are ignored.
        """
        return self.filter(
            Q(name__unaccent__icontains=text)
            | Q(site__unaccent__icontains=text)
            | Q(authority__name__unaccent__icontains=text)
            | Q(code__iexact=text)
        )

    def not_withdrawn(self) -> "CohortQuerySet":
        """Return the cohorts that are not withdrawn."""
        return self.exclude(state=CohortState.WITHDRAWN)

    def by_name(self) -> "CohortQuerySet":
        """Sort the cohorts by name, then by id; accents and capitals are ignored."""
        return self.order_by(*name_ordering())

    def by_start(self) -> "CohortQuerySet":
        """Sort the cohorts by first day: the actual start, or the planned one if they have not started; those without
        come last.
        """
        return self.order_by(FIRST_DAY.asc(nulls_last=True), "pk")

    def with_seats_taken(self, at: Day | Combinable) -> "CohortQuerySet":
        """Annotate `seats_taken`: how many ambassadors are members of the cohort on the day `at`."""
        taken = Count("memberships", filter=active_on(at, "memberships__") & Q(memberships__role="ambassador"))
        seats_taken = self.model._base_manager.filter(pk=OuterRef("pk")).annotate(taken=taken).values("taken")
        return self.annotate(seats_taken=Subquery(seats_taken))

    def with_next_session(self, at: Day | Combinable) -> "CohortQuerySet":
        """Annotate `next_session_on`: the first day of the next draft or scheduled session that has not ended by the
        day `at`; None without one.

        While a session of several days goes on, the day is past.
        """
        today = day_of_rows(at, "authority")
        still_to_hold = Q(sessions__last_day__gte=today, sessions__state__in=["draft", "scheduled"])
        return self._with_earliest_session_day("next_session_on", "sessions__first_day", still_to_hold)

    def with_ongoing_session(self, at: Day | Combinable) -> "CohortQuerySet":
        """Annotate `session_until`: the last day of a draft or scheduled session that began before the day `at` and has
        not ended by then; None without one.
        """
        today = day_of_rows(at, "authority")
        goes_on = Q(sessions__first_day__lt=today, sessions__last_day__gte=today)
        goes_on &= Q(sessions__state__in=["draft", "scheduled"])
        return self._with_earliest_session_day("session_until", "sessions__last_day", goes_on)

    def _with_earliest_session_day(self, name: str, column: str, condition: Q) -> "CohortQuerySet":
        """Annotate the earliest day in a column of the cohort's sessions that meet the condition, under this name."""
        rows = self.model._base_manager.filter(pk=OuterRef("pk")).annotate(earliest=Min(column, filter=condition))
        return self.annotate(**{name: Subquery(rows.values("earliest"))})


COHORT_TEXT = joined_text("name", "code", "site", "theme")
# Ambassadors active on the busiest day; their number only rises on days on which one starts.
_BUSIEST_DAY = """
    SELECT COALESCE(MAX(busy), 0) INTO busiest FROM (
        SELECT (SELECT COUNT(*) FROM cohorts_membership o WHERE o.cohort_id = NEW.id AND o.role = 'ambassador'
                AND daterange(o.starts_on, o.ends_on, '[]') @> s.starts_on) AS busy
        FROM cohorts_membership s WHERE s.cohort_id = NEW.id AND s.role = 'ambassador') AS days;
"""


@tracked()
class Cohort(models.Model):
    """One authority's participation in one edition, with its own dates. `code` begins the references of its ideas."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="cohorts", verbose_name=_("edition"))
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="cohorts", verbose_name=_("authority"))
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name for addresses"), max_length=80)
    code = models.CharField(_("code"), max_length=5)
    site = models.CharField(_("site"), max_length=120, blank=True)
    theme = models.CharField(_("theme"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=CohortState.choices, default=CohortState.PROSPECT)
    reason = models.TextField(_("reason"), blank=True)
    planned_start = models.DateField(_("planned start"), null=True, blank=True)
    planned_end = models.DateField(_("planned end"), null=True, blank=True)
    actual_start = models.DateField(_("started on"), null=True, blank=True)
    actual_start_precision = precision_field()
    actual_end = models.DateField(_("ended on"), null=True, blank=True)
    actual_end_precision = precision_field()
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    planned_team_days = models.DecimalField(
        _("agreed days of the design team"), max_digits=7, decimal_places=1, null=True, blank=True
    )
    format_exception = models.TextField(_("why it departs from its format"), blank=True)
    outcome = models.TextField(_("result"), blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        indexes = [words_index(COHORT_TEXT, name="cohort_words"), name_index("name", name="cohort_name_order")]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "authority", "site"],
                condition=~Q(state="withdrawn") & Q(retrospective=False),
                name="cohort_once",
            ),
            models.UniqueConstraint(fields=["slug"], name="cohort_slug_once"),
            models.UniqueConstraint(fields=["code"], name="cohort_code_once"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z]{2,5}$"), name="cohort_code_letters"),
            models.CheckConstraint(condition=Q(planned_end__gt=F("planned_start")), name="cohort_planned_dates"),
            models.CheckConstraint(condition=Q(actual_end__gte=F("actual_start")), name="cohort_actual_dates"),
            plausible_dates("cohort_plausible_dates", "planned_start", "planned_end", "actual_start", "actual_end"),
            at_most_ten_years("cohort_ten_years", start="planned_start", end="planned_end"),
            models.CheckConstraint(
                condition=Q(retrospective=True)
                | Q(planned_start__isnull=False, planned_end__isnull=False, seats__isnull=False),
                name="cohort_planned_dates_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(reason__regex=r"\S"), name="cohort_withdrawn_reason"
            ),
        ]
        triggers = [
            StateMachine(
                name="cohort_state",
                transitions=COHORT_TRANSITIONS,
                initial=[CohortState.PROSPECT, CohortState.AGREED],
                retrospective=True,
            ),
            Rule(
                name="cohort_authority_living",
                # a cohort of a merged authority can still withdraw
                broken="NOT NEW.retrospective AND NEW.state <> 'withdrawn'"
                " AND (SELECT a.dissolved_on <= COALESCE(NEW.actual_start, NEW.planned_start)"
                " FROM programmes_authority a WHERE a.id = NEW.authority_id)",
            ),
            Rule(
                name="cohort_seats_hold",
                declare=[("busiest", "int")],
                before=_BUSIEST_DAY,
                broken="NEW.seats IS NOT NULL AND busiest > NEW.seats",
            ),
            FixedColumns("retrospective", name="cohort_retrospective_fixed"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return cached_reverse("cohorts:cohort", self.slug)

    @property
    def is_current(self) -> bool:
        """Whether the cohort is one of those that `current` returns."""
        return self.state in CURRENT_STATES and not self.retrospective

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """Return the label of the cohort's state in the current language.

        This is faster than Django's method, which looks at every choice for each row.
        """
        return str(CohortState(self.state).label)

    @property
    def tone(self) -> str:
        """The name of the colour, such as “open” or “stopped”, in which pages show the state of the cohort."""
        return CohortState(self.state).tone

    @property
    def starts_on(self) -> date | None:
        """The actual first day, or the planned one while the cohort has not started; None when neither is known."""
        return self.actual_start or self.planned_start

    @property
    def ends_on(self) -> date | None:
        """The actual last day, or the planned one while the cohort has not ended; None when neither is known."""
        return self.actual_end or self.planned_end


@tracked()
class Phase(models.Model):
    """One phase of a cohort with its first and last day (both included), copied from the format and dated."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="phases", verbose_name=_("cohort"))
    kind = models.CharField(_("phase"), max_length=20, choices=PhaseKind.choices)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering: ClassVar[list[str]] = ["cohort", "starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "kind"], name="phase_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="phase_dates"),
            plausible_dates("phase_plausible_dates", "starts_on", "ends_on"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
