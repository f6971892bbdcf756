"""Actions on authorities and on their admins."""

from copy import copy
from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from zoneinfo import available_timezones

from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts.actions import create_person
from accounts.models import User
from accounts.sign_in.actions.sessions import recheck_second_factor_need
from programmes.clock import authority_day
from programmes.hooks import programme_hooks
from programmes.models import Authority, AuthorityAdmin
from programmes.slugs import slug_of
from programmes.workdays import Calendar
from web.actions import action
from web.errors import DomainError


class AuthorityFacts(TypedDict, total=False):
    """The fields of an authority that actions take; in a change, those not given keep their value."""

    kind: str
    kind_label: str
    name: str
    siren: str | None
    insee_code: str
    seat: str
    latitude: float | None
    longitude: float | None
    time_zone: str
    school_zone: str
    language: str
    holiday_subdivision: str
    dissolved_on: date | None
    successor: Authority | None
    source: str


@action(_("Authority created"), security_event=True)
def create_authority(*, by: User | None, **facts: Unpack[AuthorityFacts]) -> Authority:
    """Create an authority from the given facts and return it; its slug is made from its name.

    Missing school zone and holidays are taken from its INSEE code. Raises DomainError for a name without letters or
    digits, an invalid or taken SIREN, or facts that contradict each other. `by` is None for the platform itself.
    """
    authority = Authority(slug=slug_of(facts.get("name", "")))
    return _save_authority(authority, facts)


@action(_("Authority changed"))
def change_authority(*, authority: Authority, by: User | None, **facts: Unpack[AuthorityFacts]) -> Authority:
    """Save the given facts about an authority and return it; facts not given and the slug keep their value.

    The given instance is not modified, so that a page can still name it when the change is refused. Raises DomainError
    for an invalid or taken SIREN, or facts that contradict each other.
    """
    return _save_authority(copy(authority), facts)


@action(_("Authority removed"))
def remove_authority(*, authority: Authority, by: User | None) -> None:
    """Delete an authority to which nothing refers, which the history keeps; raise DomainError when something does."""
    try:
        authority.delete()
    except ProtectedError as error:
        raise DomainError(_("This authority is in use and cannot be removed.")) from error


def _save_authority(authority: Authority, facts: AuthorityFacts) -> Authority:
    """Set the given facts on the authority, save it and return it; a missing school zone or holidays come from its
    INSEE code.

    Raises DomainError for unknown holidays or time zones, and for a successor without a date of dissolution.
    """
    for name, value in facts.items():
        setattr(authority, name, value)
    authority.siren = authority.siren or None
    _derive_calendar(authority)
    _check_calendar(authority)
    if authority.successor and not authority.dissolved_on:
        raise DomainError(
            _("Give the date on which the authority was dissolved: only a dissolved authority has a successor."),
            field="dissolved_on",
        )
    authority.save()
    return authority


def _derive_calendar(authority: Authority) -> None:
    """Set the authority's school zone and holiday subdivision from its INSEE code, each only where none was chosen."""
    territory = authority.territory
    authority.school_zone = authority.school_zone or territory.school_zone
    authority.holiday_subdivision = authority.holiday_subdivision or territory.holiday_subdivision


def _check_calendar(authority: Authority) -> None:
    """Raise DomainError, naming the form field, for an unknown school zone, holiday subdivision or time zone."""
    try:
        Calendar(authority.holiday_subdivision or None, authority.school_zone or None)
    except ValueError as error:
        raise DomainError(_("Choose the holidays from the lists."), field="holiday_subdivision") from error
    if authority.time_zone not in available_timezones():
        raise DomainError(_("Choose the time zone from the list."), field="time_zone")


@action(_("Admin named"), security_event=True, forbidden_while_acting=True)
def name_admin(
    *,
    authority: Authority,
    email: str,
    today: date,
    at: datetime,
    by: User | None,
    full_name: str = "",
    language: str = "",
) -> AuthorityAdmin:
    """Make the person with this address an admin of the authority from `today` on. They need a second factor at once.

    Creates an account for a person without one, in `language`; raises DomainError when `full_name` is then missing.
    Also raises it for a person who is an admin already or whose account is closed. Other apps' hooks for a mandate that
    begins run first, with the moment `at`.
    """
    for hooks in programme_hooks:
        hooks.before_mandate(authority=authority, people=User.objects.with_address(email), today=today, at=at, by=by)
    user = User.objects.with_address(email).first()
    if user is None or not user.joined:
        user = _create_admin_account(email.strip(), full_name.strip(), language, by)
    admin = AuthorityAdmin.objects.create(authority=authority, user=user, since=today)
    recheck_second_factor_need(user=user)
    return admin


def appoint_admin(*, authority: Authority, email: str, full_name: str, language: str, at: datetime, by: User) -> object:
    """Make a person with an account an admin of the authority, and invite a person without one.

    The mandate starts on the authority's date at the moment `at`. Where no app invites admins
    (`ProgrammeHooks.invite_admin`), the account is created instead. `full_name` and `language` are for a person without
    an account. Returns the `AuthorityAdmin` or the invitation.
    """
    arguments: dict[str, Any] = {"authority": authority, "email": email, "full_name": full_name, "language": language}
    invite = (
        None
        if User.objects.has_joined(email)
        else next((hooks.invite_admin for hooks in programme_hooks if hooks.invite_admin), None)
    )
    return (
        invite(at=at, by=by, **arguments)
        if invite
        else name_admin(today=authority_day(arguments["authority"], at), at=at, by=by, **arguments)
    )


def _create_admin_account(email: str, full_name: str, language: str, by: User | None) -> User:
    """Create an account for a new admin and return it; raises DomainError when the name is missing.

    `language` is that of their e-mails, "" if not known.
    """
    if not full_name:
        raise DomainError(
            _("Nobody has an account with this address. Give the person’s name to create one."), field="full_name"
        )
    return create_person(email=email, full_name=full_name, language=language, by=by)


@action(_("Admin’s mandate ended"), security_event=True, forbidden_while_acting=True)
def end_admin(*, admin: AuthorityAdmin, at: datetime, by: User | None) -> AuthorityAdmin:
    """End an admin's mandate: its last day is the authority's date at the moment `at`.

    A mandate that already has a last day does not change. Other apps' hooks for a mandate that ended run last.
    """
    if admin.until is not None:
        return admin
    admin.until = authority_day(admin.authority, at)
    admin.save(update_fields=["until"])
    for hooks in programme_hooks:
        hooks.after_mandate(authority=admin.authority, people=User.objects.filter(pk=admin.user_id), at=at, by=by)
    return admin
