"""Actions on the lab: setting it up, its settings, and the roles of its people."""

from datetime import datetime, timedelta
from typing import Final, TypedDict, Unpack

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import create_person
from accounts.lab.enums import LabRole
from accounts.models import Lab, SetupLink, User
from web.actions import action
from web.database.after_commit import after_commit
from web.errors import DomainError
from web.forms.edit_conflicts import check_version
from web.pages.hot_pages import drop_all
from web.security.link_tokens import hash_token, new_token

LINK_LIFETIME: Final = timedelta(days=1)


class LabSettings(TypedDict, total=False):
    """The settings of the lab: its name, the language, sender and time zone that things start with."""

    name: str
    language: str
    sender: str
    time_zone: str
    card_sites: str


def is_set_up() -> bool:
    """Return whether someone of the lab has an account, so that nobody can set the platform up any more."""
    return Lab.objects.exists() or User.objects.filter(is_lab_staff=True).exists()


@action(gettext_lazy("Link to set up the platform made"), security_event=True)
def make_setup_link(*, at: datetime, by: User | None) -> str:
    """Make the link that sets the platform up once, valid for a day from `at`, and return its token.

    An earlier link ends; only a hash is stored. Raises DomainError when the lab is set up.
    """
    if is_set_up():
        raise DomainError(_("The lab is set up already. Sign in, then change its settings."))
    token = new_token()
    SetupLink.objects.update_or_create(
        pk=1, defaults={"token_hash": hash_token(token), "expires_at": at + LINK_LIFETIME}
    )
    return token


def is_setup_token(token: str, at: datetime) -> bool:
    """Return whether the token opens the page that sets the platform up, at the moment `at`."""
    return SetupLink.objects.filter(token_hash=hash_token(token), expires_at__gt=at).exists()


@action(gettext_lazy("Lab set up"), security_event=True)
def set_up_lab(
    *, full_name: str, email: str, password: str | None, at: datetime, by: User | None, **values: Unpack[LabSettings]
) -> User:
    """Make the lab and its first account, an administrator with a confirmed address, and return that person.

    The link to set the platform up ends. Without a password, the person signs in by a link or chooses one by “forgotten
    password”. Raises DomainError when the lab is set up, also by someone else at the same moment.
    """
    if is_set_up():
        raise DomainError(_("The lab is set up already. Sign in, then change its settings."))
    Lab.objects.create(**values)
    SetupLink.objects.all().delete()
    user = create_person(email=email, full_name=full_name, language=values.get("language", ""), by=by)
    user.set_password(password)
    user.is_lab_staff, user.lab_role, user.date_joined = True, LabRole.ADMINISTRATOR, at
    user.save(update_fields=["password", "is_lab_staff", "lab_role", "date_joined"])
    EmailAddress.objects.filter(user=user, email=user.email).update(verified=True)
    return user


@action(gettext_lazy("Settings of the lab changed"), forbidden_while_acting=True)
def change_lab_settings(*, by: User | None, version_token: str | None = None, **values: Unpack[LabSettings]) -> Lab:
    """Save the settings of the lab, and return it. Public pages, which show some of them, are rendered anew.

    Raises EditConflict when someone else changed them since the form with this `version_token` was opened.
    """
    if lab := Lab.objects.select_for_update(no_key=True).first():
        check_version(version_token, current=lab.form_values(), submitted=lab.form_values() | dict(values))
    lab, _created = Lab.objects.update_or_create(pk=1, defaults=dict(values))
    after_commit(drop_all)
    return lab


@action(gettext_lazy("Role in the lab changed"), security_event=True, forbidden_while_acting=True)
def set_lab_role(*, user: User, role: str, by: User | None, reason: str = "") -> User:
    """Give a person a role in the lab, a value of `LabRole`, or end it with "", and return them.

    `reason` stays in the history. Raises DomainError for the last administrator of the lab, who keeps that role.
    """
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    row.is_lab_staff, row.lab_role = bool(role), role
    row.save(update_fields=["is_lab_staff", "lab_role"])
    return row
