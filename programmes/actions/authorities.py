"""Actions on authorities and on the people who answer for them."""

from copy import copy
from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from accounts.actions import create_person
from accounts.models import User
from accounts.sign_in.actions.sessions import ask_sign_ins_anew
from programmes.clock import authority_day
from programmes.models import Authority, AuthorityAdmin
from programmes.registries import admin_invitations, ended_mandates, new_mandates
from programmes.slugs import slug_of
from programmes.workdays import Calendar
from web.actions import action
from web.errors import DomainError


class AuthorityFacts(TypedDict, total=False):
    """What is known of an authority; what is not given stays as it is."""

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
    """Add a public body; its address is made from its name."""
    authority = Authority(slug=slug_of(facts.get("name", "")))
    return _written(authority, facts)


@action(_("Authority changed"))
def change_authority(*, authority: Authority, by: User | None, **facts: Unpack[AuthorityFacts]) -> Authority:
    """Correct what is known of it; the address stays, whatever the name becomes.

    The row given is left as it is, so that a page can still name it when the change is refused.
    """
    return _written(copy(authority), facts)


def _written(authority: Authority, facts: AuthorityFacts) -> Authority:
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
    """Take school zone and holiday subdivision from the territory where nobody chose them."""
    territory = authority.territory
    authority.school_zone = authority.school_zone or territory.school_zone
    authority.holiday_subdivision = authority.holiday_subdivision or territory.holiday_subdivision


def _check_calendar(authority: Authority) -> None:
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
    """Put someone in charge of an authority's figures from today on; a second factor is asked of them at once.

    Someone without an account gets one, for which `full_name` is needed. `new_mandates` tells others first.
    """
    for give_way in new_mandates:
        give_way(authority=authority, people=User.objects.with_address(email), today=today, at=at, by=by)
    user = User.objects.with_address(email).first()
    if user is None or not user.joined:
        user = _newcomer(email.strip(), full_name.strip(), language, by)
    admin = AuthorityAdmin.objects.create(authority=authority, user=user, since=today)
    ask_sign_ins_anew(user=user)
    return admin


def put_in_charge(*, authority: Authority, email: str, full_name: str, language: str, at: datetime, by: User) -> object:
    """Name who has an account already, and invite anybody else, where invitations are known; one of these actions."""
    given: dict[str, Any] = {"authority": authority, "email": email, "full_name": full_name, "language": language}
    invite = None if User.objects.has_joined(email) else next(iter(admin_invitations), None)
    return (
        invite(at=at, by=by, **given)
        if invite
        else name_admin(today=authority_day(given["authority"], at), at=at, by=by, **given)
    )


def _newcomer(email: str, full_name: str, language: str, by: User | None) -> User:
    if not full_name:
        raise DomainError(
            _("Nobody has an account with this address. Give the person’s name to create one."), field="full_name"
        )
    return create_person(email=email, full_name=full_name, language=language, by=by)


@action(_("Admin’s mandate ended"), security_event=True, forbidden_while_acting=True)
def end_admin(*, admin: AuthorityAdmin, at: datetime, by: User | None) -> AuthorityAdmin:
    """Let today be the last day in charge; one that ended already keeps its end. `ended_mandates` tells others."""
    if admin.until is not None:
        return admin
    admin.until = authority_day(admin.authority, at)
    admin.save(update_fields=["until"])
    for follow in ended_mandates:
        follow(authority=admin.authority, people=User.objects.filter(pk=admin.user_id), at=at, by=by)
    return admin
