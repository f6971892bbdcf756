"""Questions about authorities, programmes and editions, and who may see them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User
    from programmes.models.authorities import Authority, AuthorityAdmin
    from programmes.models.editions import Edition
    from programmes.models.formats import Format, Programme


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def living(self, at: date) -> AuthorityQuerySet:
        """Not dissolved on that day."""
        return self.filter(Q(dissolved_on=None) | Q(dissolved_on__gt=at))


class AuthorityAdminQuerySet(models.QuerySet["AuthorityAdmin"]):
    def active(self, at: date) -> AuthorityAdminQuerySet:
        """In charge on that day."""
        return self.filter(Q(until=None) | Q(until__gte=at), since__lte=at)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> ProgrammeQuerySet:
        """What the lab offers is no secret among signed-in people."""
        return self if user.is_authenticated else self.none()


class FormatQuerySet(models.QuerySet["Format"]):
    def published(self) -> FormatQuerySet:
        return self.filter(published_at__isnull=False)


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
