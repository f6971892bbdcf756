"""Links that sign a person in once, sent to their own address."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from web.database.triggers import Frozen
from web.security.link_tokens import hash_token


class LinkEnd(models.TextChoices):
    """How a link ended before it expired."""

    USED = "used", _("used")
    REPLACED = "replaced", _("replaced by a newer one")
    CLOSED = "closed", _("ended when the account was closed")


class SignInLinkQuerySet(models.QuerySet["SignInLink"]):
    def with_token(self, token: str) -> SignInLinkQuerySet:
        """Return the link whose secret token this is, found by the token's hash, as a queryset of at most one row."""
        return self.filter(token_hash=hash_token(token))

    def not_ended(self) -> SignInLinkQuerySet:
        """Return the links that were neither used, nor replaced, nor ended with their account.

        They may have expired.
        """
        return self.filter(ended_at=None)

    def made_before(self, moment: datetime) -> SignInLinkQuerySet:
        """Return the links created before the moment `moment`, used or not."""
        return self.filter(made_at__lt=moment)


class SignInLink(models.Model):
    """A link that signs a person in once. Only the hash of its token is stored; a person has at most one open link."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    email = models.EmailField(_("e-mail address"))
    token_hash = models.CharField(_("hash"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_how = models.CharField(_("how the link ended"), max_length=8, choices=LinkEnd.choices, blank=True)

    objects: ClassVar[SignInLinkQuerySet] = SignInLinkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="sign_in_link_one_open"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_how="") | (Q(ended_at__isnull=False) & ~Q(ended_how="")),
                name="sign_in_link_ended_how",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="sign_in_link_expires_later"),
            models.CheckConstraint(
                condition=~Q(ended_how=LinkEnd.USED) | Q(ended_at__lt=F("expires_at")), name="sign_in_link_in_time"
            ),
        ]
        triggers = [
            Frozen(name="sign_in_link_ends_once", frozen_if="OLD.ended_at IS NOT NULL AND TG_OP = 'UPDATE'"),
        ]

    def __str__(self) -> str:
        return str(_("sign-in link"))
