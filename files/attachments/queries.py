"""Questions about files. Pages start from what a person sees of the thing they belong to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import OuterRef, Q

from files.enums import SEEN_FROM, UNDER_WAY, ExportState, Kind

if TYPE_CHECKING:
    from accounts.models import User
    from files.models import Attachment, Export, FileDraft
    from files.registries import Owner

A_DAY: Final = timedelta(hours=24)


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, owner: Owner) -> AttachmentQuerySet:
        return self.filter(by_then(owner.until), about=owner.about, object_id=owner.object_id)

    def shown_to(self, owner: Owner, today: date) -> AttachmentQuerySet:
        """What the person looks at: there, within the consent of those who can be recognised, and before its end."""
        return self.of(owner).filter(_shown(owner.circle, today))

    def pictures_of_each(self, about: str, circle: str, until: date | None, today: date) -> AttachmentQuerySet:
        """The pictures that somebody as near as `circle` looks at, of each row of another statement: see `Owner`."""
        return self.filter(
            _shown(circle, today), by_then(until), about=about, object_id=OuterRef("pk"), kind=Kind.IMAGE
        )

    def visible_to(self, owner: Owner, today: date) -> AttachmentQuerySet:
        """The same, and the rows of what is not shown any more for those who may edit them."""
        rows = self.of(owner).select_related("uploaded_by", "withdrawn_by")
        if owner.may_edit:
            return rows
        own = Q(uploaded_by=owner.person) if owner.may_edit_own else Q(pk__in=[])
        return rows.filter(_shown(owner.circle, today) | own)

    def by_age(self) -> AttachmentQuerySet:
        return self.order_by("uploaded_at", "pk")


class FileDraftQuerySet(models.QuerySet["FileDraft"]):
    def visible_to(self, user: User) -> FileDraftQuerySet:
        """Return a person's own: nobody else knows of them."""
        return self.filter(person=user)

    def older_than_a_day(self, at: datetime) -> FileDraftQuerySet:
        return self.filter(uploaded_at__lt=at - A_DAY)


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: User) -> ExportQuerySet:
        """A person's own: nobody else, not the lab either, knows of them."""
        return self.filter(person=user)

    def under_way(self) -> ExportQuerySet:
        return self.filter(state__in=UNDER_WAY)

    def waiting(self) -> ExportQuerySet:
        """First come, first served."""
        return self.filter(state=ExportState.WAITING).order_by("asked_at", "pk")

    def left_since(self, moment: datetime) -> ExportQuerySet:
        """Being written by a worker that has given no sign since then."""
        return self.filter(state=ExportState.RUNNING, seen_at__lt=moment)

    def to_delete(self, at: datetime) -> ExportQuerySet:
        return self.filter(state=ExportState.DONE, expires_at__lte=at)


def by_then(until: date | None) -> Q:
    """Brought by that day; all of them without one."""
    return Q(uploaded_at__date__lte=until) if until else Q()


def _shown(circle: str, today: date) -> Q:
    agreed = Q(consent_until=None) | Q(consent_until__gte=today)
    return agreed & Q(consent__in=SEEN_FROM[circle], withdrawn_at=None)
