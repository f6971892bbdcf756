"""Sessions of a cohort and their days, which need not be consecutive."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.cohort.models import Cohort
from cohorts.people.enums import CORE_ROLES
from cohorts.sessions.enums import SESSION_TRANSITIONS, SessionKind, SessionLead, SessionState
from cohorts.sessions.triggers import (
    EMAILS_PLANNED_SQL,
    OBSERVED_SQL,
    OFF_SQL,
    ON_SITE_SQL,
    SELECT_SESSION_SQL,
    SESSION_VARIABLES,
    SessionSpanTrigger,
    one_cohort_a_day,
)
from cohorts.visibility import active_on, readable_until, visible_rows
from web.database.created_on import created_on_field, created_on_is_fixed
from web.database.nested_rows import nested, row_from_nested
from web.database.tracking import changed_at, last_change, tracked
from web.database.triggers import Frozen, Rule, StateMachine
from web.dates.clock import Day, day_of_rows, earliest_of, latest_of
from web.dates.plausible import plausible_dates
from web.dates.precision import Precision, precision_field
from web.site_addresses import cached_reverse
from web.text import formats
from web.text.language import active_language


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: User) -> "SessionQuerySet":
        """Return the sessions of cohorts that the user may see, and imported published facts; all for lab staff.

        Members and admins of the authority see all of a cohort; past members none of those created after their last
        day.
        """
        return self.filter(visible_rows(user, "cohort__", "created_on"))

    def readable_until(self, user: User) -> "SessionQuerySet":
        """Annotate `readable_until`: the last day up to which the user may read files of the session; None for no
        limit.

        For past members that is their last day in the cohort.
        """
        return self.annotate(readable_until=readable_until(user, "cohort"))

    def upcoming(self, today: Day) -> "SessionQuerySet":
        """Return the sessions that end on `today` or later, in any state, and drafts without a day.

        `today` is a date, or today's date at each authority.
        """
        indexable = Q(last_day__gte=earliest_of(today)) | Q(last_day=None)
        upcoming = Q(last_day__gte=day_of_rows(today, "cohort__authority")) | Q(last_day=None, state="draft")
        return self.filter(indexable, upcoming)

    def past(self, today: Day) -> "SessionQuerySet":
        """Return the sessions whose last day is before `today`, in any state; none without a day."""
        indexable = Q(last_day__lt=latest_of(today))
        return self.filter(indexable, last_day__lt=day_of_rows(today, "cohort__authority"))

    def at_work(self) -> "SessionQuerySet":
        """Return the sessions planned on the platform, without imported published facts."""
        return self.filter(retrospective=False)

    def unmarked(self, today: Day) -> "SessionQuerySet":
        """Return the sessions still scheduled although all their days are before `today`: nobody recorded that they
        were held.
        """
        return self.at_work().past(today).filter(state="scheduled")

    def undecided(self, today: Day, ahead: timedelta) -> "SessionQuerySet":
        """Return the drafts of agreed and running cohorts that begin within the time `ahead` of `today`, or before.

        Nobody is invited to them: someone has to confirm their dates, move or cancel them.
        """
        cohorts = (CohortState.AGREED, CohortState.RUNNING)
        last = day_of_rows(today, "cohort__authority", lambda day: day + ahead)
        indexable = Q(first_day__lte=latest_of(today) + ahead)
        return self.at_work().filter(indexable, state="draft", first_day__lte=last, cohort__state__in=cohorts)

    def unreported(self) -> "SessionQuerySet":
        """Return the sessions that were held and have no report yet; imported published facts are left out."""
        return self.at_work().filter(state="held")

    def in_cohorts_led_by(self, user: User, today: Day) -> "SessionQuerySet":
        """Return the sessions of cohorts of which the user is coordinator or pilot on `today`; all sessions for lab
        staff.
        """
        if user.is_lab_staff:
            return self
        led = user.memberships.filter(active_on(today), role__in=("coordinator", "pilot"))
        return self.filter(cohort__in=led.values("cohort"))

    def in_order(self) -> "SessionQuerySet":
        """Sort the sessions by their first day; those without a day come last."""
        return self.order_by(F("first_day").asc(nulls_last=True), "pk")

    def with_cohort(self) -> "SessionQuerySet":
        """Load the cohort, authority and edition of each session in the statement that reads the sessions."""
        return self.select_related("cohort__authority", "cohort__edition")

    def with_days(self) -> "SessionQuerySet":
        """Load the cohort, authority, edition and days of each session; the days take one more statement."""
        return self.with_cohort().prefetch_related("days")

    def with_nested_days(self) -> "SessionQuerySet":
        """Load the days of each session (id, date and venue) in the statement that reads the sessions.

        `Session.days_from_annotation` returns them.
        """
        days = self.model._meta.get_field("days").related_model._default_manager.filter(session=OuterRef("pk"))
        return self.annotate(nested_days=nested(days.order_by("date"), "id", "date", "venue"))


class SessionDayQuerySet(models.QuerySet["SessionDay"]):
    def visible_to(self, user: User) -> "SessionDayQuerySet":
        """Return the days of sessions in cohorts that the user may see, and of imported published facts; all for lab
        staff.

        Members and admins of the authority see all of a cohort; past members none of sessions created after their last
        day.
        """
        return self.filter(visible_rows(user, "session__cohort__", "session__created_on"))

    def at_work(self) -> "SessionDayQuerySet":
        """Return the days of sessions planned on the platform, without imported published facts."""
        return self.filter(session__retrospective=False)

    def concerning(self, user: User) -> "SessionDayQuerySet":
        """Return the session days of a person's own calendar: days on whose list they are, and days on which their role
        is expected.

        These roles are ambassador, pilot, resident and coordinator, on days of the membership. Days from which the
        person is excused are left out.
        """
        own = self.model._meta.get_field("attendances").related_model._default_manager.filter(
            day=OuterRef("pk"), member__user=user.pk
        )
        core_member = active_on(OuterRef("date")) & Q(role__in=CORE_ROLES, cohort=OuterRef("session__cohort"))
        expected = Exists(user.memberships.filter(core_member)) | Exists(own)
        return self.filter(expected).exclude(Exists(own.filter(status="excused")))

    def as_entries(self) -> "SessionDayQuerySet":
        """Return the session days sorted by date for calendar feeds, loaded with session, cohort and authority.

        Each has `changed_at`, the moment of the last change of the day or of its session.
        """
        session = self.model._meta.get_field("session").related_model
        changes = last_change(session, "session"), last_change(self.model, "pk")
        rows = self.annotate(changed_at=changed_at(*changes, created_on="session__created_on"))
        return rows.select_related("session__cohort__authority").order_by("date", "pk")


MIDDAY_STARTS, MIDDAY_ENDS = time(12), time(13)


def half_days_between(starts_at: time | None, ends_at: time | None) -> int:
    """Return the number of half-days: 1 for a day that ends by 13:00 or starts at noon or later, else 2."""
    morning = ends_at is not None and ends_at <= MIDDAY_ENDS
    afternoon = starts_at is not None and starts_at >= MIDDAY_STARTS
    return 1 if morning or afternoon else 2


def lead_field(title: StrOrPromise) -> "models.CharField[str, str]":
    """Return a model field for who prepared or led a session; "" where it is not known."""
    return models.CharField(title, max_length=14, choices=SessionLead.choices, blank=True, default="", db_default="")


def day_in_words(day: date, precision: str) -> str:
    """Return a date with its weekday in the reader's language; only month or year where no more is known."""
    language = active_language()
    known_day = precision == Precision.DAY
    return formats.weekday(day, language) if known_day else formats.precise_to(day, precision, language)


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A day of a session as a list of sessions reads it: values, which take less time than rows."""

    day: date
    precision: str
    venue: str

    @property
    def in_words(self) -> str:
        """The date with its weekday in the reader's language; only month or year where no more is known."""
        return day_in_words(self.day, self.precision)


@tracked(exclude=["first_day", "last_day"])
class Session(models.Model):
    """A numbered unit of work of one or more days.

    `remarks` are slugs of conflicts that planning could not avoid (see `conflicts`). `first_day` and `last_day` are set
    by a trigger from the session's days, so that long lists can be sorted; nothing else writes them.
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
    prepared_by = lead_field(_("prepared by"))
    led_by = lead_field(_("led by"))
    outcome = models.TextField(_("what became of it"), blank=True, default="", db_default="")
    reason = models.TextField(_("reason"), blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)
    created_on = created_on_field()

    objects = SessionQuerySet.as_manager()
    # Set by a list that has read the days as values, by date; the properties below then use these.
    listed_days: Sequence[ListedDay] | None = None

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
            models.CheckConstraint(
                condition=Q(prepared_by__in=["", *SessionLead.values], led_by__in=["", *SessionLead.values]),
                name="session_lead_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(state__in=[SessionState.HELD, SessionState.REPORTED]),
                name="session_outcome_after_it_was_held",
            ),
        ]
        indexes = [
            models.Index(fields=["first_day", "id"], name="session_first_day"),
            models.Index(fields=["last_day", "id"], name="session_last_day"),
            models.Index(fields=["cohort", "first_day"], name="session_cohort_first_day"),
            # The home page of lab staff shows the first few sessions that wait for someone. With these two partial
            # indexes PostgreSQL reads only those.
            models.Index(
                fields=["state", "last_day", "id"],
                condition=Q(state__in=("scheduled", "held"), retrospective=False),
                name="session_waiting",
            ),
            models.Index(
                fields=["first_day", "id"], condition=Q(state="draft", retrospective=False), name="session_draft"
            ),
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
                + EMAILS_PLANNED_SQL.format(session="NEW.id", version="NEW.version")
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
            one_cohort_a_day(
                "session_design_team",
                operation=pgtrigger.Update,
                unless=f"NEW.retrospective OR OLD.state NOT IN {OFF_SQL} OR NEW.state IN {OFF_SQL}",
                here="SELECT m1.user_id, m1.role, d1.date AS on_date FROM cohorts_sessionday d1"
                f" JOIN cohorts_attendance a1 ON a1.day_id = d1.id AND a1.status IN {ON_SITE_SQL}"
                " JOIN cohorts_membership m1 ON m1.id = a1.member_id WHERE d1.session_id = NEW.id",
                cohort="NEW.cohort_id",
            ),
            created_on_is_fixed("session_created_on_fixed"),
        ]

    def __str__(self) -> str:
        return self.title or f"{SessionKind(self.kind).label} {self.number}"

    def get_absolute_url(self) -> str:
        return cached_reverse("cohorts:session", self.pk)

    @property
    def tone(self) -> str:
        """The name of the colour, such as “open” or “stopped”, in which pages show the state of the session."""
        return SessionState(self.state).tone

    @property
    def is_scattered(self) -> bool:
        """Whether the session's days are not consecutive; False for a session without days."""
        if self.first_day is None or self.last_day is None:
            return False
        return (self.last_day - self.first_day).days + 1 != len(self._days_in_order)

    @property
    def dates_in_words(self) -> str:
        """The days of the session with weekdays, in the reader's language; consecutive ones as a period.

        Days of published facts are as precise as they are known.
        """
        language = active_language()
        if self.first_day is None or self.last_day is None:
            return gettext("no day yet")
        if self.retrospective or self.is_scattered:
            return ", ".join(day.in_words for day in self._days_in_order)
        return formats.period(self.first_day, self.last_day, language, with_weekday=True)

    @property
    def venues(self) -> list[str]:
        """The venues of the session, each once, in the order of its days; days without a venue are skipped."""
        return venues_of(self._days_in_order)

    @property
    def _days_in_order(self) -> "Sequence[SessionDay | ListedDay]":
        """The days of the session by date: those that a list has read, else its rows."""
        return list(self.days.all()) if self.listed_days is None else self.listed_days

    @property
    def days_from_annotation(self) -> list["SessionDay"]:
        """The days of a session that was read `with_nested_days`, sorted by date; empty for any other session."""
        return [row_from_nested(SessionDay, row) for row in getattr(self, "nested_days", ())]


def venues_of(days: "Iterable[SessionDay | ListedDay]") -> list[str]:
    """Return the venues of these session days, each once, in their order; days without a venue are skipped."""
    return list(dict.fromkeys(day.venue for day in days if day.venue))


@tracked()
class SessionDay(models.Model):
    """One day of a session, in the authority's local time."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="days", verbose_name=_("session"))
    date = models.DateField(_("date"))
    date_precision = precision_field()
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    ends_at = models.TimeField(_("to"), null=True, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)

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
                frozen_if="(TG_OP = 'DELETE' OR NEW.date <> OLD.date) AND EXISTS (SELECT 1 FROM cohorts_attendance a"
                f" WHERE a.day_id = OLD.id AND a.status IN {OBSERVED_SQL})",
            ),
            Frozen(
                name="session_day_version",
                rule="session_version",
                frozen_if=EMAILS_PLANNED_SQL.format(session="OLD.session_id", version="s.version"),
                mutable_columns=["date_precision"],
            ),
            Rule(
                name="session_day_added",
                rule="session_version",
                operation=pgtrigger.Insert,
                broken=EMAILS_PLANNED_SQL.format(session="NEW.session_id", version="s.version"),
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
            one_cohort_a_day(
                "session_day_design_team",
                operation=pgtrigger.Update,
                declare=SESSION_VARIABLES,
                look_up=SELECT_SESSION_SQL,
                unless=f"published OR NEW.date = OLD.date OR session_state IN {OFF_SQL}",
                here="SELECT m1.user_id, m1.role, NEW.date AS on_date FROM cohorts_attendance a1"
                f" JOIN cohorts_membership m1 ON m1.id = a1.member_id WHERE a1.day_id = NEW.id"
                f" AND a1.status IN {ON_SITE_SQL}",
                cohort="in_cohort",
            ),
            SessionSpanTrigger(name="session_day_follows"),
        ]

    def __str__(self) -> str:
        return formats.weekday(self.date, active_language())

    @property
    def in_words(self) -> str:
        """The date with its weekday in the reader's language; only month or year where no more is known."""
        return day_in_words(self.date, self.date_precision)

    @property
    def half_days(self) -> int:
        """The number of half-days, as `half_days_between` counts them."""
        return half_days_between(self.starts_at, self.ends_at)
