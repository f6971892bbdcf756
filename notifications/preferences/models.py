"""The kinds of events whose e-mails people have stopped, and how often they get e-mails that can wait."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import Q
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


class Frequency(models.TextChoices):
    """How often a person gets e-mails that can wait; those that cannot wait always leave at once."""

    AT_ONCE = "at_once", _("at once, each on its own")
    DAILY = "daily", _("together, at the end of the working day")
    WEEKLY = "weekly", _("together, on Monday morning")


class EmailFrequencyQuerySet(models.QuerySet["EmailFrequency"]):
    def at_once(self) -> EmailFrequencyQuerySet:
        """Return the choices of people who want e-mails that can wait at once."""
        return self.filter(every=Frequency.AT_ONCE)

    def weekly_readers(self, users: Iterable[int]) -> set[int]:
        """Return those of the people with these keys who want e-mails that can wait once a week."""
        return set(self.filter(user__in=users, every=Frequency.WEEKLY).values_list("user_id", flat=True))


@tracked()
class EmailFrequency(models.Model):
    """How often a person wants e-mails that can wait; without a row it is daily."""

    user = models.ForeignKey(  # the unique key is an index
        User, models.CASCADE, related_name="email_frequencies", verbose_name=_("person"), db_index=False
    )
    every = models.CharField(_("how often"), max_length=8, choices=Frequency.choices)

    objects = EmailFrequencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("frequency of e-mails")
        verbose_name_plural = _("frequencies of e-mails")
        ordering: ClassVar[list[str]] = ["user"]
        constraints = [
            models.UniqueConstraint(fields=["user"], name="email_frequency_once"),
            models.CheckConstraint(condition=Q(every__in=Frequency.values), name="email_frequency_known"),
        ]

    def __str__(self) -> str:
        return gettext("%(who)s: %(what)s") % {"who": self.user, "what": self.get_every_display()}


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


class StoppedAddress(models.Model):
    """That the person of an address stopped e-mails about a kind of event, kept after the address was erased.

    It holds a keyed hash of the address: whoever records it again is told apart from someone new, and nothing is sent.
    """

    address_hash = models.CharField(_("hash of the address"), max_length=64)
    kind = models.SlugField(_("kind of event"), max_length=40, db_index=False)

    class Meta:
        verbose_name = _("address that gets no e-mails")
        verbose_name_plural = _("addresses that get no e-mails")
        ordering: ClassVar[list[str]] = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["address_hash", "kind"], name="stopped_address_once"),
            models.CheckConstraint(condition=Q(address_hash__regex=r"^[0-9a-f]{64}$"), name="stopped_address_hashed"),
        ]

    def __str__(self) -> str:
        return self.kind
