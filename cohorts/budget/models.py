"""Costs and funders: lines that the lab enters, day rates, agreements with funders, statements issued to them.

All amounts are euros, VAT included.
"""

from datetime import date
from decimal import Decimal
from typing import Final

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.budget.enums import BudgetKind, CostCategory, DayGroup
from cohorts.budget.triggers import (
    AGREED_TO_100,
    AMOUNT_ABOVE_UNFUNDED,
    FUNDED_BY_OTHERS,
    LEAVES_STATED_PERIOD,
    NOT_AS_AGREED,
    STATED_PERIOD,
    STATEMENT_OVERLAPS,
    SUM_OF_SHARES,
    WRONG_SUMS,
)
from cohorts.cohort.models import Cohort
from cohorts.people.enums import MembershipRole
from cohorts.people.models import Membership
from programmes.models import Authority, Edition
from web.database.arrays import among
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Frozen, NoTruncate, Rule
from web.dates.clock import Day
from web.dates.plausible import plausible_dates
from web.site_addresses import cached_reverse

# and admins of the authority, and lab staff: see "see_costs" in cohorts.permissions
READER_ROLES: Final = (MembershipRole.PILOT, MembershipRole.COORDINATOR)
PERCENT_MAX: Final = Decimal(100)


def cohorts_with_costs(user: User, today: Day) -> Q:
    """Return the condition for cohorts whose costs the user may read on `today`; all for lab staff.

    They are those of which the user is pilot or coordinator, and those of authorities they administer.
    """
    if not user.is_authenticated:
        return Q(pk__in=[])
    if user.is_lab_staff:
        return Q()
    led = Membership.objects.active(today).filter(user=user, role__in=READER_ROLES)
    return Q(pk__in=led.values("cohort")) | among("authority", user.access.authorities)


class BudgetLineQuerySet(models.QuerySet["BudgetLine"]):
    def visible_to(self, user: User, today: Day) -> "BudgetLineQuerySet":
        """Return the lines of the cohorts whose costs the user may read on `today`; all for lab staff."""
        return self.filter(cohort__in=Cohort.objects.filter(cohorts_with_costs(user, today)).values("pk"))

    def current(self) -> "BudgetLineQuerySet":
        """Return the lines that count: those that no other line corrects."""
        return self.filter(correction=None)

    def stated(self) -> "BudgetLineQuerySet":
        """Return the lines for whose day a statement was issued, to a funder of their cohort or of its edition."""
        cohort = Q(agreement__cohort=OuterRef("cohort"))
        edition = Q(agreement__cohort=None, agreement__edition=OuterRef("cohort__edition"))
        of_day = {"first_day__lte": OuterRef("day"), "last_day__gte": OuterRef("day")}
        return self.filter(Exists(Statement.objects.filter(cohort | edition, **of_day)))


@tracked()
class BudgetLine(models.Model):
    """Days or euros of a cohort on a day, planned or spent, entered by the lab.

    `days` are days outside sessions: those in sessions are counted. Once a statement was issued for its day, the line
    is frozen: another line of the same period `corrects` it, and counts in its place.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="budget_lines", verbose_name=_("cohort"))
    kind = models.CharField(_("planned or spent"), max_length=7, choices=BudgetKind.choices)
    day = models.DateField(_("day"))
    category = models.CharField(_("category"), max_length=12, choices=CostCategory.choices)
    days = models.DecimalField(_("days outside sessions"), max_digits=6, decimal_places=1, null=True, blank=True)
    euros = models.DecimalField(_("amount (€, VAT included)"), max_digits=12, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("what for"), max_length=200)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("corrects")
    )

    objects = BudgetLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = [
            models.CheckConstraint(
                condition=Q(days__isnull=False) | Q(euros__isnull=False), name="budget_line_days_or_euros"
            ),
            models.CheckConstraint(
                condition=(Q(days=None) | Q(days__gte=0)) & (Q(euros=None) | Q(euros__gte=0)),
                name="budget_line_not_negative",
            ),
            models.CheckConstraint(condition=Q(days=None) | Q(days__regex=r"\.[05]$"), name="budget_line_half_days"),
            models.CheckConstraint(condition=Q(note__regex=r"\S"), name="budget_line_note"),
            models.CheckConstraint(condition=Q(kind__in=BudgetKind.values), name="budget_line_kind"),
            plausible_dates("budget_line_plausible_dates", "day"),
            models.UniqueConstraint(
                "cohort", "kind", "day", "category", Lower("note"), condition=Q(corrects=None), name="budget_line_once"
            ),
        ]
        triggers = [
            FixedColumns("cohort_id", "corrects_id", name="budget_line_fixed"),
            Rule(
                name="budget_line_corrects_own",
                broken="NEW.corrects_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_budgetline l"
                " WHERE l.id = NEW.corrects_id AND l.cohort_id = NEW.cohort_id AND l.kind = NEW.kind)",
            ),
            Frozen(name="budget_line_stated", frozen_if=STATED_PERIOD),
            Rule(name="budget_line_same_period", broken=LEAVES_STATED_PERIOD),
            NoTruncate(name="budget_line_no_truncate"),
        ]

    def __str__(self) -> str:
        return self.note

    def is_stated(self) -> bool:
        """Return whether a statement was issued for the day of the line, which is then frozen."""
        return BudgetLine.objects.filter(pk=self.pk).stated().exists()


@tracked()
class DayRate(models.Model):
    """What a day of a group of people of a cohort costs, in euros, from a day on until the next rate."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="day_rates", verbose_name=_("cohort"))
    group = models.CharField(_("whose days"), max_length=12, choices=DayGroup.choices)
    starts_on = models.DateField(_("from"))
    euros = models.DecimalField(_("rate of a day (€, VAT included)"), max_digits=8, decimal_places=2)

    class Meta:
        verbose_name = _("day rate")
        verbose_name_plural = _("day rates")
        constraints = [
            models.UniqueConstraint(fields=["cohort", "group", "starts_on"], name="day_rate_once"),
            models.CheckConstraint(condition=Q(euros__gte=0), name="day_rate_not_negative"),
            plausible_dates("day_rate_plausible_dates", "starts_on"),
        ]

    def __str__(self) -> str:
        return self.get_group_display()


@tracked()
class Funder(models.Model):
    """An organisation that funds cohorts or editions: an authority, or any other."""

    name = models.CharField(_("name"), max_length=160)
    authority = models.OneToOneField(
        Authority, models.PROTECT, null=True, blank=True, related_name="funder", verbose_name=_("authority")
    )

    class Meta:
        verbose_name = _("funder")
        verbose_name_plural = _("funders")
        constraints = [
            models.UniqueConstraint(Lower("name"), name="funder_once"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="funder_named"),
        ]

    def __str__(self) -> str:
        return self.name


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def visible_to(self, user: User, today: Day) -> "AgreementQuerySet":
        """Return the agreements on cohorts whose costs the user may read on `today`; for lab staff also those on
        editions.
        """
        if user.is_authenticated and user.is_lab_staff:
            return self
        return self.filter(cohort__in=Cohort.objects.filter(cohorts_with_costs(user, today)).values("pk"))

    def of_cohort(self, cohort: int, edition: int) -> "AgreementQuerySet":
        """Return the agreements by which a cohort is funded: its own, and those on its edition (both are keys)."""
        return self.filter(Q(cohort=cohort) | Q(cohort=None), edition=edition)


@tracked()
class Agreement(models.Model):
    """What a funder pays for a cohort, or for all cohorts of an edition: a share of what is spent, or an amount."""

    funder = models.ForeignKey(Funder, models.PROTECT, related_name="agreements", verbose_name=_("funder"))
    edition = models.ForeignKey(Edition, models.PROTECT, related_name="agreements", verbose_name=_("edition"))
    cohort = models.ForeignKey(
        Cohort, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("cohort")
    )
    share = models.DecimalField(_("share (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(
        _("fixed amount (€, VAT included)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    reference = models.CharField(_("reference of the agreement"), max_length=120, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.CheckConstraint(
                condition=Q(share=None, amount__isnull=False, amount__gt=0)
                | Q(share__isnull=False, share__gt=0, share__lte=100, amount=None),
                name="agreement_share_or_amount",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="agreement_dates"),
            models.UniqueConstraint(
                fields=["funder", "edition", "cohort", "share", "amount", "starts_on"],
                nulls_distinct=False,
                name="agreement_once",
            ),
            plausible_dates("agreement_plausible_dates", "starts_on", "ends_on"),
        ]
        triggers = [
            Rule(
                name="agreement_cohort_of_edition",
                broken="NEW.cohort_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_cohort c"
                " WHERE c.id = NEW.cohort_id AND c.edition_id = NEW.edition_id)",
            ),
            Rule(
                name="agreement_shares_to_100",
                declare=[("highest", "numeric")],
                before=SUM_OF_SHARES,
                broken=AGREED_TO_100,
            ),
            Rule(
                name="agreement_covers_statements",
                broken="TG_OP = 'UPDATE' AND EXISTS (SELECT 1 FROM cohorts_statement s WHERE s.agreement_id = NEW.id"
                " AND (s.first_day < NEW.starts_on OR s.last_day > NEW.ends_on))",
            ),
            Frozen(
                name="agreement_stated",
                frozen_if="EXISTS (SELECT 1 FROM cohorts_statement s WHERE s.agreement_id = OLD.id)",
                mutable_columns=["ends_on", "reference"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.funder} · {self.cohort or self.edition}"

    def get_absolute_url(self) -> str:
        return cached_reverse("cohorts:agreement", self.pk)


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, user: User, today: Day) -> "StatementQuerySet":
        """Return the statements on agreements that the user may read on `today`; all for lab staff."""
        return self.filter(agreement__in=Agreement.objects.visible_to(user, today).values("pk"))

    def current(self) -> "StatementQuerySet":
        """Return the statements that no other one replaces."""
        return self.filter(replacement=None)

    def of_edition(self, edition: int) -> "StatementQuerySet":
        """Return the current statements on an edition and its cohorts, with their agreements, by number."""
        return self.current().filter(agreement__edition=edition).select_related("agreement").order_by("number")


@tracked(exclude=["rows"])
class Statement(models.Model):
    """What was planned and spent in a period, and what a funder owes of it, as issued on a day. It never changes.

    The names of the funder and of what it pays for (`subject_name`), the reference, and the share or amount are copies
    of the agreement on that day. `rows` are the lines, as `cohorts.budget.costs.CostEntry.as_json` writes them. The
    `notice` of a statement that `replaces` an earlier one of the same agreement is the reason.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="statements", verbose_name=_("agreement"))
    number = models.PositiveIntegerField(_("number"))
    funder_name = models.CharField(_("name of the funder"), max_length=160)
    subject_name = models.CharField(_("name of the cohort or edition"), max_length=120)
    reference = models.CharField(_("reference of the agreement"), max_length=120, blank=True)
    share = models.DecimalField(_("share (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(
        _("fixed amount (€, VAT included)"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    issued_on = models.DateField(_("issued on"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by")
    )
    planned = models.DecimalField(_("planned (€)"), max_digits=14, decimal_places=2)
    spent = models.DecimalField(_("spent (€)"), max_digits=14, decimal_places=2)
    due = models.DecimalField(_("due (€)"), max_digits=14, decimal_places=2)
    rows = models.JSONField(_("lines"))
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replacement", verbose_name=_("replaces")
    )
    notice = models.TextField(_("why it replaces an earlier one"), blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="statement_number_once"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="statement_dates"),
            models.CheckConstraint(
                condition=Q(planned__gte=0, spent__gte=0, due__gte=0, due__lte=F("spent")), name="statement_amounts"
            ),
            models.CheckConstraint(
                condition=Q(replaces=None, notice="") | Q(replaces__isnull=False, notice__regex=r"\S"),
                name="statement_notice",
            ),
            plausible_dates("statement_plausible_dates", "first_day", "last_day", "issued_on"),
        ]
        triggers = [
            Rule(
                name="statement_within_agreement",
                broken="NOT EXISTS (SELECT 1 FROM cohorts_agreement a WHERE a.id = NEW.agreement_id"
                " AND a.starts_on <= NEW.first_day AND NEW.last_day <= a.ends_on)",
            ),
            Rule(
                name="statement_replaces_own",
                broken="NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cohorts_statement s"
                " WHERE s.id = NEW.replaces_id AND s.agreement_id = NEW.agreement_id)",
            ),
            Rule(
                name="statement_periods_apart",
                before="PERFORM 1 FROM cohorts_agreement a WHERE a.id = NEW.agreement_id FOR NO KEY UPDATE;",
                broken=STATEMENT_OVERLAPS,
            ),
            Rule(name="statement_as_agreed", operation=pgtrigger.Insert, broken=NOT_AS_AGREED),
            Rule(name="statement_sums", operation=pgtrigger.Insert, broken=WRONG_SUMS),
            Rule(
                name="statement_within_costs",
                operation=pgtrigger.Insert,
                declare=[("funded_by_others", "numeric")],
                before=FUNDED_BY_OTHERS,
                broken=AMOUNT_ABOVE_UNFUNDED,
            ),
            Frozen(name="statement_frozen"),
            NoTruncate(name="statement_no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.number:03}"

    def get_absolute_url(self) -> str:
        return cached_reverse("cohorts:statement", self.pk)

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last day, both included."""
        return self.first_day, self.last_day
