"""Public bodies that take part, their admins, and the calendar periods."""

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programmes.authorities.territories import Territory, has_own_school_calendar, territory_of
from programmes.enums import AuthorityKind, CalendarPeriodKind, HolidayArea, SchoolZone
from programmes.workdays import KNOWN_CORRECTIONS, Calendar, Period, PeriodKind
from web.database.text_search import name_index
from web.database.tracking import tracked
from web.database.triggers import Rule
from web.dates.clock import Day, day_of_rows
from web.dates.plausible import plausible_dates
from web.site_addresses import cached_reverse
from web.text.names import name_ordering


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def living(self, at: date) -> "AuthorityQuerySet":
        """Return authorities that exist on the day `at`: those not dissolved by then."""
        return self.filter(Q(dissolved_on=None) | Q(dissolved_on__gt=at))

    def named_like(self, text: str) -> "AuthorityQuerySet":
        """Return authorities whose name or town contains the text, ignoring accents and case."""
        return self.filter(Q(name__unaccent__icontains=text) | Q(seat__unaccent__icontains=text))

    def by_name(self) -> "AuthorityQuerySet":
        """Order authorities by name, ignoring accents and case."""
        return self.order_by(*name_ordering())

    def without_admin(self, at: Day) -> "AuthorityQuerySet":
        """Return authorities without an admin whose mandate is active on the day `at` and whose account is open.

        With today's date everywhere (`Today`), each authority is checked at its own date.
        """
        day = day_of_rows(at)
        is_current = Q(admins__until=None) | Q(admins__until__gte=day)
        with_admin = self.model._base_manager.filter(is_current, admins__since__lte=day, admins__user__is_active=True)
        return self.exclude(pk__in=with_admin.values("pk"))

    def without_admin_among(self, at_work: models.QuerySet[Any, Any], at: Day) -> "AuthorityQuerySet":
        """Return the authorities that need an admin and have none whose mandate is active on the day `at` and whose
        account is open.

        `at_work` is a queryset of the keys of the authorities that need one.
        """
        return self.without_admin(at).filter(pk__in=at_work)

    def visible_to(self, user: User) -> "AuthorityQuerySet":
        """Return all authorities for anyone signed in, none for others."""
        return self if user.is_authenticated else self.none()


class AuthorityAdminQuerySet(models.QuerySet["AuthorityAdmin"]):
    def active(self, at: Day | Combinable) -> "AuthorityAdminQuerySet":
        """Return mandates as admin that are active on the day `at`, first and last day included.

        With today's date everywhere (`Today`), each mandate is checked at the date where its authority is.
        """
        day = day_of_rows(at, "authority")
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)

    def sole_admins(self, at: Day) -> "AuthorityAdminQuerySet":
        """Return active mandates of people who, on the day `at`, are their authority's only admin with an open account.

        Other admins whose mandate already has a last day do not count. With today's date everywhere (`Today`), each
        mandate is checked at its authority's date.
        """
        day = day_of_rows(at, "authority")
        others = self.model._base_manager.filter(
            authority=OuterRef("authority"), until=None, since__lte=day, user__is_active=True
        )
        return self.active(at).filter(~Exists(others.exclude(user=OuterRef("user"))))


class CalendarPeriodQuerySet(models.QuerySet["CalendarPeriod"]):
    def as_periods(self) -> tuple[Period, ...]:
        """Return these rows as the `Period` values used to propose dates, after the known corrections of published
        calendars.

        One query.
        """
        return (*KNOWN_CORRECTIONS, *(line.period for line in self))

    def ending_from(self, day: date) -> "CalendarPeriodQuerySet":
        """Return calendar periods whose last day is `day` or later."""
        return self.filter(ends_on__gte=day)


LUHN_SQL = """
    SELECT COALESCE(SUM(CASE WHEN v > 9 THEN v - 9 ELSE v END), 1) % 10 INTO STRICT luhn
    FROM (SELECT substr(NEW.siren, i, 1)::int * (CASE WHEN i % 2 = 0 THEN 2 ELSE 1 END) AS v
          FROM generate_series(1, 9) AS i WHERE NEW.siren ~ '^[0-9]{9}$') AS digits;
"""


@tracked()
class Authority(models.Model):
    """A public body that takes part. `kind_label` keeps the original word for a kind outside our list."""

    kind = models.CharField(_("kind"), max_length=24, choices=AuthorityKind.choices)
    kind_label = models.CharField(_("kind, in free text"), max_length=80, blank=True)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name for addresses"), max_length=80)
    siren = models.CharField(_("SIREN"), max_length=9, null=True, blank=True)
    insee_code = models.CharField(_("INSEE code"), max_length=9, blank=True)
    seat = models.CharField(_("town of the seat"), max_length=80, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Paris")
    school_zone = models.CharField(_("school zone"), max_length=1, choices=SchoolZone.choices, blank=True)
    holiday_subdivision = models.CharField(_("holidays of"), max_length=20, choices=HolidayArea.choices, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="fr")
    dissolved_on = models.DateField(_("dissolved on"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("succeeded by"), null=True, blank=True, related_name="predecessors"
    )
    source = models.TextField(_("source"), blank=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        indexes = [name_index("name", name="authority_name_order")]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="authority_slug_once"),
            models.UniqueConstraint(fields=["siren"], condition=Q(dissolved_on=None), name="authority_siren_once"),
            plausible_dates("authority_plausible_date", "dissolved_on"),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="authority_dissolved_has_no_self_successor"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="authority_coordinates",
            ),
        ]
        triggers = [
            Rule(
                name="authority_siren_luhn",
                declare=[("luhn", "int")],
                before=LUHN_SQL,
                broken="NEW.siren IS NOT NULL AND luhn <> 0",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return cached_reverse("programmes:authority", self.slug)

    @property
    def calendar(self) -> Calendar:
        """Return the authority's holiday subdivision and school zone as a `Calendar`, for the functions about working
        days.

        Either is None when it is not set.
        """
        return Calendar(self.holiday_subdivision or None, self.school_zone or None)

    @property
    def territory(self) -> Territory:
        """Return the school zone and holiday subdivision that follow from the authority's INSEE code, else from its
        subdivision.

        They can differ from those chosen for the authority; each is empty when it is not known.
        """
        return territory_of(kind=self.kind, insee_code=self.insee_code, holiday_subdivision=self.holiday_subdivision)

    @property
    def has_own_school_calendar(self) -> bool:
        """Return whether the authority's school holidays come from the table of calendar periods, as in Corsica and
        overseas.

        False for an authority with a school zone.
        """
        return not self.school_zone and has_own_school_calendar(self.holiday_subdivision)

    @property
    def school_zone_unknown(self) -> bool:
        """Return whether the authority's school holidays are unknown: it has no school zone and is not in Corsica or
        overseas.
        """
        return not (self.school_zone or self.has_own_school_calendar)

    @property
    def school_zone_overridden(self) -> str:
        """Return the label of the school zone of the authority's territory if another one was chosen; else ""."""
        zone = self.territory.school_zone
        return str(SchoolZone(zone).label) if zone and self.school_zone and zone != self.school_zone else ""


@tracked()
class AuthorityAdmin(models.Model):
    """A mandate as admin of an authority: the person answers for its implementation rates, from `since` to `until`."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="admins", verbose_name=_("authority"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="administered", verbose_name=_("person")
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = AuthorityAdminQuerySet.as_manager()

    class Meta:
        verbose_name = _("authority admin")
        verbose_name_plural = _("authority admins")
        constraints = [
            models.UniqueConstraint(fields=["authority", "user"], condition=Q(until=None), name="authority_admin_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="authority_admin_dates"),
            plausible_dates("authority_admin_plausible_dates", "since", "until"),
        ]
        triggers = [
            Rule(
                name="authority_admin_open_account",
                operation=pgtrigger.Insert,
                broken="NEW.until IS NULL AND EXISTS (SELECT FROM accounts_user u WHERE u.id = NEW.user_id"
                " AND NOT u.is_active)",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.authority}"


@tracked()
class CalendarPeriod(models.Model):
    """One row of the editable table of periods that adds to, or corrects, the published calendars."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=CalendarPeriodKind.choices)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    school_zone = models.CharField(_("school zone"), max_length=1, choices=SchoolZone.choices, blank=True)
    holiday_subdivision = models.CharField(_("only in"), max_length=20, choices=HolidayArea.choices, blank=True)

    objects = CalendarPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar period")
        verbose_name_plural = _("calendar periods")
        ordering: ClassVar[list[str]] = ["starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="calendar_period_dates"),
            plausible_dates("calendar_period_plausible_dates", "starts_on", "ends_on"),
            models.UniqueConstraint(
                fields=["name", "kind", "starts_on", "ends_on", "school_zone", "holiday_subdivision"],
                name="calendar_period_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def period(self) -> Period:
        """Return the row as a `Period`, the value with which dates are proposed: days, kind, name, school zone and
        subdivision.
        """
        return Period(
            self.starts_on,
            self.ends_on,
            PeriodKind(self.kind),
            name=self.name,
            zones=frozenset(filter(None, [self.school_zone])),
            subdivisions=frozenset(filter(None, [self.holiday_subdivision])),
        )
