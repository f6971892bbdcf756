"""Addresses of accounts, addresses that people claim, and addresses that the lab released."""

from datetime import datetime
from typing import ClassVar

import pgtrigger
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule, update_of
from web.mailboxes import mailbox_only
from web.security.link_tokens import hash_token


def lock_address(person: str, address: str) -> str:
    """Return the SQL that locks a person, then an e-mail address, until the end of the transaction.

    `person` and `address` are SQL expressions. Triggers that compare an address with another table take this lock
    first, so that of two transactions the second sees what the first wrote. The person comes first because the foreign
    key locks that row in any case. Addresses share 2,048 locks: writing thousands of people must not fill the lock
    table.
    """
    return (
        f"PERFORM FROM accounts_user WHERE id = {person} FOR KEY SHARE;"
        f" PERFORM pg_advisory_xact_lock(hashtext('address'), (hashtextextended(lower({address}), 0) & 2047)::int);"
    )


class AccountAddress(EmailAddress):
    """An address of an account, in allauth's table: it belongs to one person, whether it is verified or not.

    An address that is not verified can only be the person's own main address: what a member merely types is a claim.
    """

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("address of an account")
        verbose_name_plural = _("addresses of accounts")
        triggers = [
            Rule(
                name="account_address_once",
                rule="address_of_one_person",
                operation=pgtrigger.Insert | update_of("email", "user_id"),
                before=lock_address("NEW.user_id", "NEW.email"),
                broken="EXISTS (SELECT FROM accounts_user WHERE lower(email) = lower(NEW.email) AND id <> NEW.user_id)",
            ),
            Rule(
                name="account_address_proved",
                broken="NOT NEW.verified AND NOT EXISTS (SELECT FROM accounts_user"
                " WHERE id = NEW.user_id AND lower(email) = lower(NEW.email))",
            ),
        ]


class AddressClaimQuerySet(models.QuerySet["AddressClaim"]):
    def pending(self, at: datetime) -> "AddressClaimQuerySet":
        """Return the claims whose link is still valid at the moment `at`.

        A confirmed claim is deleted, so it is not among them.
        """
        return self.filter(expires_at__gt=at)

    def with_token(self, token: str) -> "AddressClaimQuerySet":
        """Return the claim whose link has this token, found by the token's hash, as a queryset of at most one row."""
        return self.filter(token_hash=hash_token(token))


class AddressClaim(models.Model):
    """An address that a person added and has not confirmed; until then it gives them nothing.

    Several people can claim one address, and an address can be claimed that belongs to someone else: all claimants read
    the same message. Only the hash of the link's token is stored.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    email = models.EmailField(_("e-mail address"))
    token_hash = models.CharField(_("hash"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))

    objects: ClassVar[AddressClaimQuerySet] = AddressClaimQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("address to be confirmed")
        verbose_name_plural = _("addresses to be confirmed")
        indexes = [models.Index(fields=["email"], name="address_claim_email")]
        constraints = [
            models.UniqueConstraint(fields=["user", "email"], name="address_claim_once"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="address_claim_lower"),
            mailbox_only("address_claim_mailbox"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="address_claim_expires_later"),
        ]

    def __str__(self) -> str:
        return self.email


@tracked(exclude=["email", "because"])
class AddressRelease(models.Model):
    """An address that the lab (`staff`), or an upgrade of the platform (no `staff`), took from a person.

    Address and reason can contain personal data: the history excludes both, and the person's erasure deletes them.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="address_releases",
        verbose_name=_("person who had the address"),
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("released by")
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    because = models.CharField(_("reason"), max_length=300)
    made_at = models.DateTimeField(_("released at"))

    class Meta:
        verbose_name = _("released address")
        verbose_name_plural = _("released addresses")
        indexes = [models.Index(fields=["person", "-made_at"], name="address_releases_latest")]
        triggers = [
            Rule(
                name="address_release_by_lab",
                operation=pgtrigger.Insert,
                broken="NEW.staff_id IS NOT NULL AND NOT EXISTS (SELECT FROM accounts_user"
                " WHERE id = NEW.staff_id AND is_lab_staff AND is_active)",
            ),
            Rule(name="address_release_reason", operation=pgtrigger.Insert, broken="NEW.because !~ '\\S'"),
            Frozen(name="address_release_fixed", mutable_columns=["email", "because"]),
            Rule(
                name="address_release_words",
                rule="address_release_fixed",
                operation=pgtrigger.Update,
                broken="NEW.because NOT IN ('', OLD.because) OR NEW.email NOT IN ('', OLD.email)",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)
