"""The kinds of events whose e-mails people have stopped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from web.database.tracking import tracked


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def refused_by(self, users: Iterable[int]) -> set[tuple[int, str]]:
        """Return pairs (person's key, slug of a kind of event): the e-mails that the people with these keys have
        stopped.
        """
        return set(self.filter(user__in=users).values_list("user_id", "kind"))


@tracked()
class Preference(models.Model):
    """A kind of event whose e-mails the person has stopped."""

    user = models.ForeignKey(User, models.CASCADE, related_name="refused_email_kinds", verbose_name=_("person"))
    kind = models.SlugField(_("kind of event"), max_length=40)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        ordering: ClassVar[list[str]] = ["user", "kind"]
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="preference_once")]

    def __str__(self) -> str:
        return gettext("%(who)s: %(what)s") % {"who": self.user, "what": self.kind}
