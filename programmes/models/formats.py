"""Programmes and the versions of their formats, with phases and reminder schedules.

Every number of a programme is data, never a constant.
"""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import NOT_PROVIDED, F, Max, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from notifications.emails.placeholders import Wording
from notifications.reminders.schedule import ScheduleStep
from programmes.enums import PhaseKind, ProgrammeFamily, ReminderScheduleKind
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Frozen, NoTruncate, Rule


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> "ProgrammeQuerySet":
        """Return all programmes for anyone signed in, none for others."""
        return self if user.is_authenticated else self.none()


class FormatQuerySet(models.QuerySet["Format"]):
    def published(self) -> "FormatQuerySet":
        """Return published format versions: editions can use them, and they can no longer change."""
        return self.filter(published_at__isnull=False)

    def measured(self) -> "FormatQuerySet":
        """Return format versions that editions can use: all but those that only hold imported published facts."""
        return self.filter(retrospective=False)

    def visible_to(self, user: User) -> "FormatQuerySet":
        """Return the format versions the person may see: all for lab staff, published ones for others signed in, else
        none.
        """
        if not user.is_authenticated:
            return self.none()
        return self if user.is_lab_staff else self.published()

    def latest_first(self) -> "FormatQuerySet":
        """Order format versions by number, the highest first."""
        return self.order_by("-version")

    def next_version(self) -> int:
        """Return the number after the highest version in this queryset; 1 when it is empty (one query)."""
        return (self.aggregate(latest=Max("version"))["latest"] or 0) + 1


# The syntax of `notifications.reminders.schedule.parse_offset` as a PostgreSQL regex.
_OFFSET = r"^[+-][1-9][0-9]{0,2}(wd|w|d|m)$"
_PARENT_PUBLISHED = "(SELECT f.published_at IS NOT NULL FROM programmes_format f WHERE f.id = {row}.format_id)"
# Upper bounds: ten years, and no more than can be drawn quickly.
MAX_MONTHS, MAX_WEEKS, MAX_SESSIONS, MAX_DAYS = 120, 100, 200, 31
MAX_SUBJECT, MAX_BODY = 200, 5000  # characters of an e-mail in the lab's own words
MAX_CRITERIA = 6  # by which a cohort rates its challenges
_NUMBERS = ("sessions", "days_per_session", "seats", "exchange_days")
# All point the same way: a high rating is always favourable to the challenge.
_CRITERIA_FR = ("Effet sur les usagers", "À notre portée", "Peu d’effort")
_CRITERIA_EN = ("Effect on users", "Within our reach", "Little effort")


def usual_criteria_fr() -> list[str]:
    """Return the criteria in French that a new format version starts with."""
    return list(_CRITERIA_FR)


def usual_criteria_en() -> list[str]:
    """Return the criteria in English that a new format version starts with."""
    return list(_CRITERIA_EN)


def criteria_field(title: StrOrPromise, **options: Any) -> "ArrayField[list[str], list[str]]":
    """Return a model field for the criteria by which challenges are rated, in one language; `title` is its label."""
    return ArrayField(models.CharField(max_length=60), verbose_name=title, size=MAX_CRITERIA, **options)


def number_field(
    title: StrOrPromise, default: int | type[NOT_PROVIDED] = NOT_PROVIDED, *, maximum: int = 0
) -> "models.PositiveSmallIntegerField[int, int]":
    """Return a model field for a number that every format version has, at most `maximum` (0: no limit).

    `title` is its label. The column can be null, but a constraint allows that only in versions that hold imported
    published facts.
    """
    validators = [MaxValueValidator(maximum)] if maximum else []
    return models.PositiveSmallIntegerField(  # type: ignore[misc] # see above
        title, null=True, default=default, validators=validators
    )


def wording_field(title: StrOrPromise, length: int) -> "models.CharField[str, str]":
    """Return a model field for a text of an e-mail in the lab's own words, of at most `length` characters."""
    return models.CharField(title, max_length=length, blank=True, default="", db_default="")


@tracked()
class Programme(models.Model):
    """A programme of the lab, such as Transfo, that is repeated in editions."""

    family = models.CharField(_("family"), max_length=12, choices=ProgrammeFamily.choices)
    name_fr = models.CharField(_("name in French"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    slug = models.SlugField(_("short name for addresses"), max_length=80)
    summary_fr = models.TextField(_("summary in French"), blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    source = models.TextField(_("source"), blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering: ClassVar[list[str]] = ["name_fr"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="programme_slug_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programmes:programme", args=[self.slug])

    @property
    def name(self) -> str:
        """Return the programme's name in English when that is the active language, else in French."""
        return self.name_en if get_language() == "en" else self.name_fr

    @property
    def summary(self) -> str:
        """Return the programme's summary in English when that is the active language, else in French."""
        return self.summary_en if get_language() == "en" else self.summary_fr

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the programme, by its family: "residency", "transfo" or
        "neutral".
        """
        return ProgrammeFamily(self.family).tone


@tracked()
class Format(models.Model):
    """One version of how a programme runs: its length, numbers, phases and reminder schedules.

    Once published it never changes; a change is a new version. A `retrospective` version holds published facts:
    unpublished numbers are null, and no new edition can use it.
    """

    STATEMENTS_VARY_BY: ClassVar[tuple[str, ...]] = ("programme_id", "version")  # see `prepared`

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="formats", verbose_name=_("programme"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    label = models.CharField(_("label"), max_length=120)
    months = models.PositiveSmallIntegerField(_("length in months"), validators=[MaxValueValidator(MAX_MONTHS)])
    onsite_weeks = models.PositiveSmallIntegerField(
        _("separate on-site weeks"), default=0, validators=[MaxValueValidator(MAX_WEEKS)]
    )
    sessions = number_field(_("sessions"), default=0, maximum=MAX_SESSIONS)
    days_per_session = number_field(_("days per session"), default=2, maximum=MAX_DAYS)
    seats = number_field(_("seats"))
    day_allowance = models.PositiveSmallIntegerField(_("days per member"), null=True, blank=True)
    first_prototype_months = models.PositiveSmallIntegerField(
        _("first prototype in test after (months)"), null=True, blank=True
    )
    exchange_interval_months = models.PositiveSmallIntegerField(
        _("months between Intertransfos"), null=True, blank=True
    )
    exchange_days = number_field(_("days of an Intertransfo"), default=2)
    required_disciplines = ArrayField(
        models.CharField(max_length=60), verbose_name=_("required disciplines"), default=list, blank=True, size=10
    )
    criteria_fr = criteria_field(
        _("criteria for challenges, in French"), default=usual_criteria_fr, db_default=[*_CRITERIA_FR], blank=True
    )
    criteria_en = criteria_field(
        _("criteria for challenges, in English"), default=usual_criteria_en, db_default=[*_CRITERIA_EN], blank=True
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)

    objects = FormatQuerySet.as_manager()

    class Meta:
        verbose_name = _("format")
        verbose_name_plural = _("formats")
        ordering: ClassVar[list[str]] = ["programme", "version"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "version"], name="format_version_once"),
            models.CheckConstraint(
                condition=Q(months__gte=1, seats__gte=1, days_per_session__gte=1, exchange_days__gte=1, version__gte=1)
                & Q(onsite_weeks__gte=0, sessions__gte=0)
                & (Q(day_allowance=None) | Q(day_allowance__gte=1))
                & (Q(first_prototype_months=None) | Q(first_prototype_months__lte=F("months")))
                & (Q(exchange_interval_months=None) | Q(exchange_interval_months__gte=1)),
                name="format_numbers",
            ),
            models.CheckConstraint(
                condition=Q(
                    months__lte=MAX_MONTHS,
                    onsite_weeks__lte=MAX_WEEKS,
                    sessions__lte=MAX_SESSIONS,
                    days_per_session__lte=MAX_DAYS,
                ),
                name="format_within_bounds",
            ),
            models.CheckConstraint(
                condition=Q(retrospective=True) | Q(**{f"{number}__isnull": False for number in _NUMBERS}),
                name="format_numbers_known",
            ),
            models.CheckConstraint(
                condition=Q(criteria_fr__len=F("criteria_en__len"), criteria_fr__len__lte=MAX_CRITERIA),
                name="format_criteria_in_both_languages",
            ),
        ]
        triggers = [
            Frozen(name="format_published_frozen", frozen_if="OLD.published_at IS NOT NULL"),
            Rule(
                name="format_phases_within",
                broken="NEW.published_at IS NOT NULL AND OLD.published_at IS NULL"
                " AND EXISTS (SELECT 1 FROM programmes_formatphase p"
                " WHERE p.format_id = NEW.id AND p.end_month > NEW.months)",
            ),
            FixedColumns("programme_id", name="format_programme_fixed"),
            FixedColumns("version", name="format_version_fixed"),
            NoTruncate(name="format_no_truncate"),
            FixedColumns("retrospective", name="format_retrospective_fixed"),
        ]

    def __str__(self) -> str:
        return f"{self.label} (v{self.version})"

    def get_absolute_url(self) -> str:
        return reverse("programmes:format", args=[self.pk])

    @property
    def published(self) -> bool:
        """Return whether the version is published, and so can no longer be changed."""
        return self.published_at is not None

    @property
    def criteria(self) -> list[str]:
        """Return the criteria by which challenges are rated, in English when that is the active language, else in
        French.
        """
        return self.criteria_en if get_language() == "en" else self.criteria_fr

    def reminder_schedule(self, kind: str) -> tuple[ScheduleStep, ...]:
        """Return the reminder steps of this version for one kind of event, in order of time (one query); empty when
        nothing is sent.

        `kind` is a `ReminderScheduleKind`, such as "exchange".
        """
        return tuple(row.step for row in self.reminder_steps.filter(kind=kind).order_by("position"))

    def reminder_form_values(self, kind: str) -> list[tuple[Any, ...]]:
        """Return the saved reminder steps of one kind of event, sorted by value, to detect edit conflicts (one query).

        `kind` is a `ReminderScheduleKind`, such as "exchange". Each step is a tuple (offset, audience,
        email_type, alone, until).
        """
        rows = self.reminder_steps.filter(kind=kind)
        return sorted(rows.values_list("offset", "audience", "email_type", "alone", "until"))


@tracked()
class FormatPhase(models.Model):
    """A phase of a format version, from the start of month `start_month` to the start of month `end_month`.

    Months count from the cohort's start; the first month is 0.
    """

    format = models.ForeignKey(Format, models.CASCADE, related_name="phases", verbose_name=_("format"))
    kind = models.CharField(_("phase"), max_length=20, choices=PhaseKind.choices)
    start_month = models.PositiveSmallIntegerField(_("from month"))
    end_month = models.PositiveSmallIntegerField(_("to month"))

    class Meta:
        verbose_name = _("phase of a format")
        verbose_name_plural = _("phases of a format")
        ordering: ClassVar[list[str]] = ["format", "start_month", "id"]
        constraints = [
            models.UniqueConstraint(fields=["format", "kind"], name="format_phase_once"),
            models.CheckConstraint(
                condition=Q(end_month__gt=F("start_month"), start_month__gte=0), name="format_phase_months"
            ),
        ]
        triggers = [
            Rule(
                name="format_phase_part_frozen", rule="format_part_frozen", broken=_PARENT_PUBLISHED.format(row="NEW")
            ),
            Frozen(name="format_phase_kept", rule="format_part_frozen", frozen_if=_PARENT_PUBLISHED.format(row="OLD")),
            NoTruncate(name="format_phase_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.start_month}–{self.end_month}"


@tracked()
class ReminderStep(models.Model):
    """One step of a reminder schedule of a format version: which e-mail goes to whom, and when.

    `offset`, and `until` for a step with its own expiry, have the syntax of `notifications.reminders.schedule` ("-16w",
    "+1wd"). Subject and body are the lab's own words, with slugs of placeholders in braces; empty means the usual text.
    """

    format = models.ForeignKey(Format, models.CASCADE, related_name="reminder_steps", verbose_name=_("format"))
    kind = models.CharField(_("reminder schedule"), max_length=24, choices=ReminderScheduleKind.choices)
    position = models.PositiveSmallIntegerField(_("position"))
    slug = models.SlugField(_("step"), max_length=60)
    offset = models.CharField(_("when"), max_length=12)
    until = models.CharField(_("useful until"), max_length=12, blank=True)
    audience = models.SlugField(_("to whom"), max_length=40)
    email_type = models.SlugField(_("e-mail"), max_length=60)
    alone = models.BooleanField(_("always a separate e-mail"), default=False)
    subject_fr = wording_field(_("subject in French"), MAX_SUBJECT)
    body_fr = wording_field(_("text in French"), MAX_BODY)
    subject_en = wording_field(_("subject in English"), MAX_SUBJECT)
    body_en = wording_field(_("text in English"), MAX_BODY)

    TEXTS: ClassVar[tuple[str, ...]] = ("subject_fr", "body_fr", "subject_en", "body_en")

    class Meta:
        verbose_name = _("reminder of a schedule")
        verbose_name_plural = _("reminders of a schedule")
        ordering: ClassVar[list[str]] = ["format", "kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["format", "kind", "slug"], name="reminder_step_once"),
            models.UniqueConstraint(fields=["format", "kind", "position"], name="reminder_step_position_once"),
            models.CheckConstraint(
                condition=Q(offset__regex=_OFFSET) & (Q(until="") | Q(until__regex=_OFFSET)),
                name="reminder_step_offset",
            ),
            models.CheckConstraint(
                condition=(Q(subject_fr="", body_fr="") | (~Q(subject_fr="") & ~Q(body_fr="")))
                & (Q(subject_en="", body_en="") | (~Q(subject_en="") & ~Q(body_en=""))),
                name="reminder_step_wording",
            ),
        ]
        triggers = [
            Rule(
                name="reminder_step_part_frozen", rule="format_part_frozen", broken=_PARENT_PUBLISHED.format(row="NEW")
            ),
            Frozen(name="reminder_step_kept", rule="format_part_frozen", frozen_if=_PARENT_PUBLISHED.format(row="OLD")),
            NoTruncate(name="reminder_step_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug} {self.offset}"

    @property
    def step(self) -> ScheduleStep:
        """Return the row as a `ScheduleStep`, the value with which reminders are planned."""
        return ScheduleStep.read(
            self.slug, self.offset, self.audience, self.email_type, alone=self.alone, until=self.until
        )

    @property
    def is_reworded(self) -> bool:
        """Return whether the lab worded the e-mail itself in at least one language."""
        return bool(self.subject_fr or self.subject_en)

    def wording(self, language: str) -> Wording | None:
        """Return the lab's own wording in a language ("fr" or "en"); None where the usual text is used."""
        subject, body = getattr(self, f"subject_{language}"), getattr(self, f"body_{language}")
        return Wording(subject, body) if subject else None
