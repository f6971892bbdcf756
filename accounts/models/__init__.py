"""People. A person signs in with an e-mail address; what they may do elsewhere comes from their memberships."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.sign_in_links import LinkEnd, SignInLink
from web.history import tracked
from web.search import words_index

__all__ = ["LinkEnd", "SignInLink", "User", "UserManager"]


class UserManager(BaseUserManager["User"]):
    """Django's commands expect these two names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, is_lab_staff=True, **fields)


@tracked(exclude=["password", "last_login", "email"])
class User(AbstractBaseUser, PermissionsMixin):
    """Someone with an account. `is_lab_staff` is the lab's own role; `is_staff` only opens Django's admin."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("name"), max_length=150)
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", "Français"), ("en", "English")], blank=True
    )
    is_lab_staff = models.BooleanField(_("lab staff"), default=False)
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    STATEMENTS_VARY_BY: ClassVar[tuple[str, ...]] = ("is_lab_staff",)  # see `web.prepared`

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [words_index("full_name", name="user_words")]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("This address has an account already."),
            )
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def initials(self) -> str:
        """Up to two capitals, for the small round marks."""
        return "".join(word[0] for word in self.full_name.split()[:2]).upper() or "?"
