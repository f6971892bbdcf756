"""Editions of a programme, and published figures shown next to measured ones."""

from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.enums import EDITION_TRANSITIONS, EditionState, Metric
from programmes.models.formats import Format, Programme
from programmes.visibility import in_own_editions
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Rule, StateMachine
from web.dates.plausible import at_most_ten_years, plausible_dates
from web.dates.precision import precision_field
from web.site_addresses import cached_reverse

EDITIONS_PER_PAGE = 10  # on the pages of their programme and of their format


class EditionQuerySet(models.QuerySet["Edition"]):
    def running(self) -> "EditionQuerySet":
        """Return editions in the state "running": started and not closed."""
        return self.filter(state="running")

    def measured(self) -> "EditionQuerySet":
        """Return editions that figures are computed for: all but those that only hold imported published facts."""
        return self.filter(retrospective=False)

    def visible_to(self, user: User) -> "EditionQuerySet":
        """Return the editions the person may see: all for lab staff, all but drafts for others signed in, else none."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_lab_staff else self.exclude(state="draft")

    def in_own_editions(self, user: User) -> "EditionQuerySet":
        """Return the editions whose lessons the person may read: all for lab staff, else those they take part in.

        A person takes part in an edition as a present or past member of one of its cohorts, or today as an admin of one
        of their authorities. Draft editions are left out, except for lab staff.
        """
        return self.visible_to(user).filter(in_own_editions(user))

    def with_lesson_access(self, user: User) -> "EditionQuerySet":
        """Annotate `can_read_lessons`: whether the person is lab staff or takes part in the edition.

        A person takes part as a present or past member of one of its cohorts, or today as an admin of one of their
        authorities.
        """
        same = self.model._default_manager.filter(in_own_editions(user), pk=OuterRef("pk"))
        return self.annotate(can_read_lessons=Exists(same))

    def latest_first(self) -> "EditionQuerySet":
        """Order editions by first day, the latest first; those without a first day come last."""
        return self.order_by(F("starts_on").desc(nulls_last=True), "pk")


@tracked()
class Edition(models.Model):
    """One round of a programme, which uses one format version for good.

    A `retrospective` edition holds published facts only.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="editions", verbose_name=_("programme"))
    format = models.ForeignKey(Format, models.PROTECT, related_name="editions", verbose_name=_("format"))
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name for addresses"), max_length=80)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    starts_precision = precision_field()
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    ends_precision = precision_field()
    state = models.CharField(_("state"), max_length=8, choices=EditionState.choices, default=EditionState.DRAFT)
    funders = models.TextField(_("funders"), blank=True)
    planned_authorities = models.PositiveSmallIntegerField(_("authorities planned"), null=True, blank=True)
    demonstration = models.BooleanField(_("demonstration"), default=False)
    retrospective = models.BooleanField(_("published facts"), default=False)
    source = models.TextField(_("source"), blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="edition_slug_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="edition_dates"),
            plausible_dates("edition_plausible_dates", "starts_on", "ends_on"),
            at_most_ten_years("edition_ten_years", start="starts_on", end="ends_on"),
            models.CheckConstraint(
                condition=Q(retrospective=True) | Q(starts_on__isnull=False, ends_on__isnull=False),
                name="edition_dates_known",
            ),
            models.CheckConstraint(
                condition=Q(planned_authorities=None) | Q(planned_authorities__gte=1),
                name="edition_planned_authorities",
            ),
        ]
        triggers = [
            StateMachine(
                name="edition_state", transitions=EDITION_TRANSITIONS, initial=[EditionState.DRAFT], retrospective=True
            ),
            Rule(
                name="edition_format_published",
                broken="NOT NEW.retrospective AND "
                "(SELECT published_at IS NULL OR retrospective FROM programmes_format WHERE id = NEW.format_id)",
            ),
            FixedColumns("format_id", name="edition_format_pinned"),
            Rule(
                name="edition_format_of_programme",
                broken="(SELECT programme_id <> NEW.programme_id FROM programmes_format WHERE id = NEW.format_id)",
            ),
            FixedColumns("retrospective", name="edition_retrospective_fixed"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return cached_reverse("programmes:edition", self.slug)

    @property
    def tone(self) -> str:
        """Return the name of the colour in which pages show the edition's state: "waiting", "open", "done" or
        "neutral".
        """
        return EditionState(self.state).tone

    @property
    def next_state(self) -> EditionState | None:
        """Return the state that follows the edition's (draft, open, running, closed, archived).

        None when it is archived or only holds imported published facts.
        """
        targets = EDITION_TRANSITIONS.get(EditionState(self.state), [])
        return next(iter(targets), None) if not self.retrospective else None

    def is_next_state_due(self, today: date) -> bool:
        """Return whether the day has come for the next state: the first day to start, the last day to close."""
        days = {EditionState.OPEN: self.starts_on, EditionState.RUNNING: self.ends_on}
        day = days.get(EditionState(self.state))
        return day is None or day <= today


@tracked()
class Claim(models.Model):
    """A published figure about an edition or a programme, shown next to measured figures and never mixed with them."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, null=True, blank=True, related_name="claims", verbose_name=_("edition")
    )
    programme = models.ForeignKey(
        Programme, models.CASCADE, null=True, blank=True, related_name="claims", verbose_name=_("programme")
    )
    scope = models.CharField(_("about"), max_length=120, blank=True)
    metric = models.SlugField(_("figure"), max_length=60)
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2)
    approximate = models.BooleanField(_("approximate"), default=False)
    as_of = models.DateField(_("as of"), null=True, blank=True)
    as_of_precision = precision_field()
    definition = models.TextField(_("stated definition"), blank=True)
    verified = models.BooleanField(_("found in a public page"), default=True)
    source = models.TextField(_("source"))

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        ordering: ClassVar[list[str]] = ["metric", "as_of", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "edition", "scope", "metric", "as_of", "value"],
                name="claim_once",
                nulls_distinct=False,
            ),
            plausible_dates("claim_plausible_date", "as_of"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.figure}"

    @property
    def label(self) -> str:
        """Return the name of the figure: our label for a known metric, else its slug with spaces."""
        return str(dict(Metric.choices).get(self.metric, self.metric.replace("_", " ")))

    @property
    def figure(self) -> str:
        """Return the value of the figure as text, without trailing zeros: 50.00 becomes "50"."""
        return f"{Decimal(self.value).normalize():f}"
