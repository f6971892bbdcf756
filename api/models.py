"""Tokens: the secrets with which programs use the API in the name of a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from api.enums import SCOPES, Area, Permission, scope
from web.database.tracking import tracked
from web.database.triggers import FixedColumns, Rule

MAX_VALIDITY: Final = timedelta(days=366)
USE_INTERVAL: Final = timedelta(minutes=5)  # more frequent uses are not saved
KEY_VALID_FOR: Final = timedelta(days=1)  # how long the same Idempotency-Key gets the same answer
MAX_KEYS: Final = 1000  # of a token, the latest ones
PREFIX_LENGTH: Final = 12  # characters of a token that lists show, so that people tell their tokens apart


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def visible_to(self, user: User) -> ApiTokenQuerySet:
        """Return the person's own tokens; administrators of the lab also see those of service accounts."""
        own = Q(user=user.pk)
        manages = user.is_authenticated and user.is_lab_administrator
        return self.filter(own | Q(is_service=True) if manages else own)

    def valid(self, at: datetime) -> ApiTokenQuerySet:
        """Return the tokens that are neither revoked nor expired at the moment `at`."""
        return self.filter(revoked_at=None, expires_at__gt=at)


@tracked(exclude=["token_hash", "last_used_at"])
class ApiToken(models.Model):
    """A secret with which a program acts for its `user`, within its scopes and within what the person may do that day.

    Only its hash is stored; `prefix` is how it begins. `is_service` marks the token of a service account: a program of
    the lab, which its administrators look after together. `with_second_factor`: the person had used a second factor
    when it was created.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name=_("person")
    )
    name = models.CharField(_("what it is for"), max_length=80)
    is_service = models.BooleanField(_("of a service account"), default=False)
    prefix = models.CharField(_("begins with"), max_length=PREFIX_LENGTH)
    token_hash = models.CharField(_("hash of the token"), max_length=64)
    scopes = ArrayField(models.CharField(max_length=24), verbose_name=_("scopes"))
    with_second_factor = models.BooleanField(_("created with a second factor"), default=False)
    created_at = models.DateTimeField(pgettext_lazy("token", "created on"))
    expires_at = models.DateTimeField(pgettext_lazy("token", "expires on"))
    last_used_at = models.DateTimeField(pgettext_lazy("token", "last used on"), null=True, blank=True)
    revoked_at = models.DateTimeField(pgettext_lazy("token", "revoked on"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], name="api_token_once"),
            models.CheckConstraint(condition=Q(token_hash__regex=r"^[0-9a-f]{64}$"), name="api_token_hashed"),  # noqa: S106
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="api_token_name"),
            models.CheckConstraint(
                condition=Q(scopes__contained_by=list(SCOPES), scopes__len__gt=0), name="api_token_scopes_known"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at"), expires_at__lte=F("created_at") + MAX_VALIDITY),
                name="api_token_expires",
            ),
        ]
        triggers = [
            FixedColumns(
                *("user_id", "is_service", "prefix", "token_hash", "scopes"),
                *("with_second_factor", "created_at", "expires_at"),
                name="api_token_fixed",
            ),
            Rule(
                name="api_token_revoked_for_good",
                broken="TG_OP = 'UPDATE' AND OLD.revoked_at IS NOT NULL"
                " AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def allows(self, area: Area, permission: Permission) -> bool:
        """Return whether the token has a scope for this: to change something includes reading it."""
        wanted = {scope(area, Permission.WRITE), scope(area, permission)}
        return not wanted.isdisjoint(self.scopes)

    @property
    def scope_texts(self) -> list[str]:
        """The scopes in words, one for each area, in the order of the areas."""
        return [
            f"{area.label} ({Permission(name.partition(':')[2]).label})"
            for area in Area
            for name in self.scopes
            if name.partition(":")[0] == area
        ]


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    def outdated(self, at: datetime) -> IdempotencyKeyQuerySet:
        """Return the keys that no longer count at the moment `at`."""
        return self.filter(created_at__lte=at - KEY_VALID_FOR)


class IdempotencyKey(models.Model):
    """A key with which a program sent a change: the same request again changes nothing, and gets the same answer.

    `digest` is the hash of the request, `status` and `address` are what it was answered: the address of the object.
    Its content is not stored, because texts that people withdraw would survive here. The row is saved in the
    transaction of the change.
    """

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="idempotency_keys", verbose_name=_("API token"))
    key = models.UUIDField(_("idempotency key"))
    digest = models.CharField(_("hash of the request"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), default=200)
    address = models.CharField(_("address"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("sent on"))

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        ordering: ClassVar[list[str]] = ["-id"]
        indexes = [models.Index(fields=["created_at"], name="idempotency_key_created")]
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return str(self.key)
