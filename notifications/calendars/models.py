"""Calendar feeds: secret addresses at which calendar programs read a person's events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.calendars.scopes import EVERYTHING, PERSON
from web.database.tracking import tracked


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(self, user: User) -> CalendarFeedQuerySet:
        """Return the person's own feeds; nobody sees another person's, not even lab staff."""
        return self.filter(user=user.pk)

    def belonging_to(self, user: User, about: str, object_id: int) -> CalendarFeedQuerySet:
        """Return the person's feed about the object that `about` (a slug) and `object_id` name, as a queryset of at
        most one row.
        """
        return self.visible_to(user).filter(about=about, object_id=object_id)

    def open(self) -> CalendarFeedQuerySet:
        """Return feeds of people whose account is open; those of closed accounts cannot be read."""
        return self.filter(user__is_active=True)

    def unread_since(self, at: datetime) -> CalendarFeedQuerySet:
        """Return feeds that were never read, or last ten minutes or more before the moment `at`."""
        return self.filter(Q(last_read_at=None) | Q(last_read_at__lte=at - MIN_READ_INTERVAL))


@tracked(exclude=["token_hash", "last_read_at"])
class CalendarFeed(models.Model):
    """A secret address at which a calendar program reads planned events; only the token's hash is stored.

    `about` and `object_id` say what it contains: a slug defined by another app and an id, or `PERSON` or
    `EVERYTHING` (see `scopes`) and the person's own id. It contains what its `user` may see on the day it is read.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_feeds", verbose_name=_("person"))
    about = models.SlugField(_("about"), max_length=40)
    object_id = models.PositiveBigIntegerField(_("which one"))
    token_hash = models.CharField(_("hash of the token"), max_length=64)
    made_at = models.DateTimeField(pgettext_lazy("calendar feed", "created on"))
    last_read_at = models.DateTimeField(_("last read at"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering: ClassVar[list[str]] = ["user", "about", "object_id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "about", "object_id"], name="calendar_feed_once"),
            models.UniqueConstraint(fields=["token_hash"], name="calendar_feed_token_once"),
            models.CheckConstraint(condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"), name="calendar_feed_hashed"),  # noqa: S106
            models.CheckConstraint(
                condition=~Q(about__in=[PERSON, EVERYTHING]) | Q(object_id=F("user")), name="calendar_feed_own_person"
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(who)s: %(what)s") % {"who": self.user, "what": f"{self.about} {self.object_id}"}


MIN_READ_INTERVAL = timedelta(minutes=10)  # more frequent readings are not saved
