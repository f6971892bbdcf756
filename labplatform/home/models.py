"""Reminders of the home page that a person postponed to a day."""

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MAX_KEY: Final = 500


class NoticeSnooze(models.Model):
    """A notice that a person does not want to see on their home page before a day, on which it comes back.

    `notice` is the key of the notice: the slug of its kind, a colon, and the address that its button opens. It is in no
    history, as it changes nothing but the person's own page.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    notice = models.CharField(_("reminder"), max_length=MAX_KEY)
    until = models.DateField(_("comes back on"))

    class Meta:
        verbose_name = _("postponed reminder")
        verbose_name_plural = _("postponed reminders")
        ordering: ClassVar[list[str]] = ["until", "id"]
        constraints = [
            models.UniqueConstraint(fields=["person", "notice"], name="notice_snooze_once"),
            models.CheckConstraint(condition=~Q(notice=""), name="notice_snooze_notice"),
        ]

    def __str__(self) -> str:
        return self.notice
