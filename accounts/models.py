"""People. A person signs in with an e-mail address; their rights elsewhere come from their memberships."""

from typing import Any, ClassVar

import pgtrigger
from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.acting.models import SupportVisit
from accounts.addresses.models import AccountAddress, AddressClaim, AddressRelease, lock_address
from accounts.lab.enums import LabRole
from accounts.lab.models import Lab, SetupLink
from accounts.second_factors.models import FactorReset
from accounts.sign_in.models import LinkEnd, SignInLink
from accounts.visibility import Access, access_of, cache_access
from web.database.prepared import TextArgument, prepared
from web.database.text_search import words_index
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule, update_of
from web.dates.plausible import plausible_dates
from web.mailboxes import canonical_address, check_host, mailbox_only
from web.text.names import PersonName

__all__ = [
    "AccountAddress",
    "AddressClaim",
    "AddressRelease",
    "FactorReset",
    "Lab",
    "LinkEnd",
    "SetupLink",
    "SignInLink",
    "SupportVisit",
    "User",
    "UserManager",
    "lock_address",
]


class UserManager(BaseUserManager["User"]):
    """Creates and finds people; `create_user` and `create_superuser` are the names that Django's commands expect."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return a person with the address in its canonical spelling.

        `fields` are further fields of the row. Without `password`, no password signs them in.
        """
        user = self.model(email=canonical_address(email) or email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and return a superuser who is an administrator of the lab and may open Django's administration.

        `fields` are further fields of the row.
        """
        fields |= {"is_lab_staff": True, "lab_role": LabRole.ADMINISTRATOR}
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def with_address(self, email: str) -> models.QuerySet["User"]:
        """Return the person whose main or further address this is, in any spelling, as a queryset of at most one row.

        It is empty when nobody has the address. The canonical spellings are compared in lower case. `iexact` would
        compare capitals: PostgreSQL gives ı and I the same capital, so that the owner of vılle.example would be taken
        for someone at ville.example.
        """
        address = canonical_address(email)
        if not address:
            return self.none()
        main = self.alias(address=Lower("email")).filter(address=address).values("pk")
        further = AccountAddress.objects.alias(address=Lower("email")).filter(address=address).values("user")
        return self.filter(pk__in=main.union(further))

    def has_joined(self, email: str) -> bool:
        """Return whether the address, main or further, belongs to an account, open or closed.

        False for someone who was invited and has not accepted.
        """
        return self.with_address(email).filter(joined=True).exists()


_ANOTHER_ADMINISTRATOR = "SELECT FROM accounts_user WHERE lab_role = 'administrator' AND is_active AND id <> OLD.id"
_LEAVES_ADMINISTRATION = (
    "TG_OP = 'UPDATE' AND OLD.lab_role = 'administrator' AND OLD.is_active"
    " AND NOT (NEW.lab_role = 'administrator' AND NEW.is_active)"
)


@tracked(exclude=["password", "last_login", "email", "full_name"])
class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. `is_lab_staff` people see everything; `lab_role` says what they may change there.

    `is_staff` only opens Django's admin.

    A closed account (`closed_at`) is erased from `erase_on` on: the row stays, with a mark in place of the name, an
    address that nobody has, and `erased_at`, so that what the person did still counts. The history stores no names.

    An invited person who has not accepted yet has a row too, for the ledger of e-mails: `joined` is False, and they
    cannot sign in.
    """

    email = models.EmailField(_("e-mail address"), unique=True, validators=[check_host])
    full_name = PersonName(_("name"), max_length=150)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", "Français"), ("en", "English")], blank=True
    )
    is_lab_staff = models.BooleanField(_("lab staff"), default=False)
    lab_role = models.CharField(
        _("role in the lab"), max_length=13, choices=LabRole.choices, blank=True, default="", db_default=""
    )
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined = models.BooleanField(_("has joined"), default=True, db_default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    erase_on = models.DateField(_("planned erasure"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    # See `web.database.prepared`.
    STATEMENTS_VARY_BY: ClassVar[tuple[str, ...]] = ("is_lab_staff", "lab_role")
    STATEMENTS_TAKE_LISTS_OF: ClassVar[str] = "access"

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            words_index("full_name", name="user_words"),
            models.Index(fields=["erase_on"], condition=Q(erase_on__isnull=False), name="user_erase_on"),
        ]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("This address has an account already."),
            ),
            mailbox_only("user_mailbox"),
            models.CheckConstraint(
                condition=Q(closed_at=None, erase_on=None) | Q(is_active=False), name="user_closed_signs_in_no_more"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) & ~Q(full_name__regex=r"^#[0-9]+$")
                | Q(
                    erased_at__isnull=False,
                    is_active=False,
                    erase_on=None,
                    is_lab_staff=False,
                    is_staff=False,
                    is_superuser=False,
                    full_name__regex=r"^#[0-9]+$",
                    email__regex=r"^erased-[0-9a-f]{32}@people\.invalid$",
                ),
                name="user_erased_is_anonymous",
            ),
            models.CheckConstraint(condition=Q(joined=True) | Q(is_active=False), name="user_joined_to_sign_in"),
            models.CheckConstraint(
                condition=Q(is_lab_staff=False, lab_role="") | Q(is_lab_staff=True, lab_role__in=LabRole.values),
                name="user_lab_role_of_staff",
            ),
            plausible_dates("user_dates_plausible", "erase_on"),
        ]
        triggers = [
            Frozen(name="user_erased_stays", frozen_if="OLD.erased_at IS NOT NULL"),
            Rule(
                name="user_lab_administered",
                before=f"IF {_LEAVES_ADMINISTRATION} THEN"
                " PERFORM pg_advisory_xact_lock(hashtext('user_lab_administered')); END IF;",
                broken=f"{_LEAVES_ADMINISTRATION} AND NOT EXISTS ({_ANOTHER_ADMINISTRATOR})",
            ),
            Frozen(
                name="user_lab_keeps_administrator",
                rule="user_lab_administered",
                operation=pgtrigger.Delete,
                frozen_if=f"OLD.lab_role = 'administrator' AND OLD.is_active AND NOT EXISTS ({_ANOTHER_ADMINISTRATOR})",
            ),
            Rule(
                name="user_address_once",
                rule="user_email_once",
                operation=pgtrigger.Insert | update_of("email"),
                before=lock_address("NEW.id", "NEW.email"),
                broken="EXISTS (SELECT FROM account_emailaddress WHERE lower(email) = lower(NEW.email)"
                " AND user_id <> NEW.id)",
            ),
            pgtrigger.Trigger(  # deletes the unverified address when the account takes another one
                name="user_unproved_address_goes",
                when=pgtrigger.After,
                operation=update_of("email"),
                func="DELETE FROM account_emailaddress WHERE user_id = NEW.id AND NOT verified"
                " AND lower(email) <> lower(NEW.email); RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def is_lab_administrator(self) -> bool:
        """Return whether the person manages the lab's own people and settings."""
        return self.lab_role == LabRole.ADMINISTRATOR

    @property
    def is_lab_reader(self) -> bool:
        """Return whether the person sees what lab staff see, and changes nothing."""
        return self.lab_role == LabRole.READER

    @cached_property
    def has_proven_address(self) -> bool:
        """Return whether someone proved, by a link or an identity provider, that the account's main address is theirs.

        False for people who have not joined. Until it is proven, no e-mail to it repeats text that others typed.
        """
        return self.joined and not _unproven_address(self.pk, TextArgument(self.email))

    @property
    def access(self) -> Access:
        """The cohorts and editions to which the person has access; empty for lab staff, who read all.

        The person of a request has it from the start (`SignInBackend`), until an action begins; for anyone else, each
        use reads it in one statement.
        """
        return Access() if self.is_lab_staff else access_of(self)

    @access.setter
    def access(self, access: Access) -> None:
        """Cache this access until an action begins."""
        cache_access(self, access)

    @property
    def initials(self) -> str:
        """Return the first letters of the first two words of the person's name in capitals, for avatars.

        "?" without a name.
        """
        return "".join(word[0] for word in self.full_name.split()[:2]).upper() or "?"


def unproven_addresses() -> models.QuerySet[Any]:
    """Return the e-mail addresses of accounts for which nobody has proved that they are the person's."""
    addresses: models.Manager[Any] = apps.get_model("account", "EmailAddress")._default_manager
    return addresses.filter(verified=False)


@prepared
def _unproven_address(user: int, email: str) -> models.QuerySet[Any, int]:
    """Return a query of the key of the account's address `email` while nobody has proved that it is the person's."""
    return unproven_addresses().filter(user=user, email=email).values_list("pk", flat=True)
