"""Questions about authorities, programmes and editions, and who may see them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Max, Q

from programmes.workdays import KNOWN_CORRECTIONS, Period
from web.names import by_name

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    from accounts.models import User
    from programmes.models.authorities import Authority, AuthorityAdmin, CalendarPeriod
    from programmes.models.editions import Edition
    from programmes.models.formats import Format, Programme


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def living(self, at: date) -> AuthorityQuerySet:
        """Not dissolved on that day."""
        return self.filter(Q(dissolved_on=None) | Q(dissolved_on__gt=at))

    def named_like(self, text: str) -> AuthorityQuerySet:
        """Whose name or seat holds the text, accents and capitals ignored."""
        return self.filter(Q(name__unaccent__icontains=text) | Q(seat__unaccent__icontains=text))

    def by_name(self) -> AuthorityQuerySet:
        return self.order_by(*by_name())

    def visible_to(self, user: User) -> AuthorityQuerySet:
        """Public bodies are no secret among signed-in people."""
        return self if user.is_authenticated else self.none()


class AuthorityAdminQuerySet(models.QuerySet["AuthorityAdmin"]):
    def active(self, at: date | Combinable) -> AuthorityAdminQuerySet:
        """In charge on that day."""
        return self.filter(Q(until=None) | Q(until__gte=at), since__lte=at)


class CalendarPeriodQuerySet(models.QuerySet["CalendarPeriod"]):
    def as_periods(self) -> tuple[Period, ...]:
        """What `programmes.workdays` reads: these lines after the known corrections (one statement)."""
        return (*KNOWN_CORRECTIONS, *(line.period for line in self))

    def ending_from(self, day: date) -> CalendarPeriodQuerySet:
        """Not over before that day."""
        return self.filter(ends_on__gte=day)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> ProgrammeQuerySet:
        """What the lab offers is no secret among signed-in people."""
        return self if user.is_authenticated else self.none()


class FormatQuerySet(models.QuerySet["Format"]):
    def published(self) -> FormatQuerySet:
        return self.filter(published_at__isnull=False)

    def measured(self) -> FormatQuerySet:
        """Versions to work with, those that carry published facts left out."""
        return self.filter(retrospective=False)

    def visible_to(self, user: User) -> FormatQuerySet:
        """Lab staff see drafts; everyone signed in sees published versions."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_lab_staff else self.published()

    def latest_first(self) -> FormatQuerySet:
        return self.order_by("-version")

    def next_version(self) -> int:
        """The number after the highest of these."""
        return (self.aggregate(latest=Max("version"))["latest"] or 0) + 1


class EditionQuerySet(models.QuerySet["Edition"]):
    def running(self) -> EditionQuerySet:
        return self.filter(state="running")

    def measured(self) -> EditionQuerySet:
        """Work done on the platform, published facts left out."""
        return self.filter(retrospective=False)

    def visible_to(self, user: User) -> EditionQuerySet:
        """Lab staff see drafts; everyone signed in sees the others."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_lab_staff else self.exclude(state="draft")

    def latest_first(self) -> EditionQuerySet:
        """By first day, those without one last."""
        return self.order_by(F("starts_on").desc(nulls_last=True), "pk")
