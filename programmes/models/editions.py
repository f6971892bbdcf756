"""Editions of a programme and the published figures that stand beside what is measured."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.enums import EDITION_TRANSITIONS, EditionState, Metric
from programmes.models.formats import Format, Programme
from programmes.visibility import lived_by
from web.database.tracking import tracked
from web.database.triggers import Rule, StateMachine
from web.dates.plausible import at_most_ten_years, plausible_dates
from web.dates.precision import precision_field


class EditionQuerySet(models.QuerySet["Edition"]):
    def running(self) -> "EditionQuerySet":
        return self.filter(state="running")

    def measured(self) -> "EditionQuerySet":
        """Work done on the platform, published facts left out."""
        return self.filter(retrospective=False)

    def visible_to(self, user: User) -> "EditionQuerySet":
        """Lab staff see drafts; everyone signed in sees the others."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_lab_staff else self.exclude(state="draft")

    def lived_by(self, user: User) -> "EditionQuerySet":
        """Those whose lessons the person reads."""
        return self.visible_to(user).filter(lived_by(user))

    def with_reader(self, user: User) -> "EditionQuerySet":
        """`reads_lessons`: whether the person reads the edition's lessons."""
        same = self.model._default_manager.filter(lived_by(user), pk=OuterRef("pk"))
        return self.annotate(reads_lessons=Exists(same))

    def latest_first(self) -> "EditionQuerySet":
        """By first day, those without one last."""
        return self.order_by(F("starts_on").desc(nulls_last=True), "pk")


@tracked()
class Edition(models.Model):
    """One round of a programme. It pins its format version; `retrospective` ones carry published facts only."""

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
            Rule(name="edition_format_pinned", broken="TG_OP = 'UPDATE' AND NEW.format_id <> OLD.format_id"),
            Rule(
                name="edition_format_of_programme",
                broken="(SELECT programme_id <> NEW.programme_id FROM programmes_format WHERE id = NEW.format_id)",
            ),
            Rule(
                name="edition_retrospective_fixed",
                broken="TG_OP = 'UPDATE' AND NEW.retrospective <> OLD.retrospective",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programmes:edition", args=[self.slug])

    @property
    def tone(self) -> str:
        return EditionState(self.state).tone

    @property
    def next_state(self) -> EditionState | None:
        """The one state it can go to; None at the end, and for published facts."""
        targets = EDITION_TRANSITIONS.get(EditionState(self.state), [])
        return next(iter(targets), None) if not self.retrospective else None


@tracked()
class Claim(models.Model):
    """A published figure, shown beside what is measured and never mixed with it."""

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
        """What is counted, in words where the figure is one we know."""
        return str(dict(Metric.choices).get(self.metric, self.metric.replace("_", " ")))

    @property
    def figure(self) -> str:
        """The value without zeros nobody published."""
        return f"{Decimal(self.value).normalize():f}"
