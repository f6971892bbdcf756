"""Calendar feeds: secret addresses that calendar programs read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from web.database.tracking import tracked


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(self, user: User) -> CalendarFeedQuerySet:
        """Everyone's own; nobody reads another's address, lab staff neither."""
        return self.filter(user=user.pk)

    def of(self, user: User, about: str, object_id: int) -> CalendarFeedQuerySet:
        return self.visible_to(user).filter(about=about, object_id=object_id)

    def open(self) -> CalendarFeedQuerySet:
        """Those of people whose account is open."""
        return self.filter(user__is_active=True)

    def unread_since(self, at: datetime) -> CalendarFeedQuerySet:
        """Not read yet, or not within the last minutes before `at`."""
        return self.filter(Q(last_read_at=None) | Q(last_read_at__lte=at - READ_AGAIN))


@tracked(exclude=["token_hash", "last_read_at"])
class CalendarFeed(models.Model):
    """A secret address at which somebody's calendar program reads what is planned; only the token's hash is kept.

    `about` says what is in it: a slug, as higher apps name it, and the id that goes with it; `PERSON` and the person's
    own id for whatever is theirs. What it shows is always what its `user` may see on the day it is read.
    """

    PERSON: ClassVar[str] = "person"

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
                condition=~Q(about="person") | Q(object_id=F("user")), name="calendar_feed_own_person"
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(who)s: %(what)s") % {"who": self.user, "what": f"{self.about} {self.object_id}"}


READ_AGAIN = timedelta(minutes=10)  # calendars that ask more often are not written down again
