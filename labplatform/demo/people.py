"""The invented people of the demonstration, in every role, and the three of them who can sign in."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import cycle, islice
from typing import TypedDict

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import QuerySet

from accounts.actions import create_person
from accounts.models import User
from cohorts.invitations.actions.invitations import invite_member
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.models import Cohort, Membership
from cohorts.people.actions import add_member, end_membership
from cohorts.people.enums import Role
from labplatform.demo.dates import ONE_DAY, moment
from labplatform.demo.stories import Told
from web.database.created_on import born_on

LAB, MEMBER, ADMIN = "lab@demo.example", "member@demo.example", "admin@demo.example"

# Given names that say nothing of who they stand for; with the surname they say that the person is invented.
GIVEN = (
    "Camille", "Dominique", "Claude", "Maxime", "Sacha", "Charlie", "Morgan", "Andréa", "Lou", "Eden", "Noa", "Yaël",
    "Sam", "Loïs", "Maé", "Ange", "Swann", "Gaël", "Jessie", "Kim", "Leslie", "Alex", "Marie-Jo", "Frédérique",
)  # fmt: skip
NAME_OF_LAB, NAME_OF_ADMIN = "Alix Démo", "Dominique Démo"
SURNAME_OF_LAB = "Démo-Labo"

# Everyone beside the ambassadors, with the discipline of those who have one.
OTHERS = (
    (Role.PILOT, ""),
    (Role.RESIDENT, "design"),
    (Role.RESIDENT, "sociologie"),
    (Role.RESIDENT, "urbanisme"),
    (Role.RELAY, ""),
    (Role.RELAY, ""),
    (Role.ELECTED, ""),
    (Role.DIRECTION, ""),
)


class Person(TypedDict):
    """How someone is let in."""

    full_name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Team:
    """Who works in a cohort."""

    ambassadors: Sequence[User]
    pilot: User
    resident: User

    def owner(self, told: Told) -> User:
        """The ambassador an idea belongs to."""
        place: int = told.get("owner", 0)
        return self.ambassadors[place]


def address(full_name: str) -> str:
    """camille.demo-loire@demo.example for Camille Démo-Loire."""
    plain = unicodedata.normalize("NFKD", full_name.lower()).encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '.')}@demo.example"


def make_lab() -> User:
    """The lab's own: the one who signs in, who may open Django's administration too."""
    return _lab_staff(NAME_OF_LAB, LAB, is_staff=True)


def make_coordinator(given: str) -> User:
    """Someone of the lab in charge of cohorts."""
    full_name = f"{given} {SURNAME_OF_LAB}"
    return _lab_staff(full_name, address(full_name))


def _lab_staff(full_name: str, email: str, *, is_staff: bool = False) -> User:
    user: User = create_person(email=email, full_name=full_name, language="" if is_staff else "fr", by=None)
    user.is_lab_staff, user.is_staff = True, is_staff
    user.save(update_fields=["is_lab_staff", "is_staff"])
    return user


def gather(*, cohort: Cohort, told: Told, since: date, coordinator: User, by: User) -> Team:
    """Let the people of a cohort in on its first day: its ambassadors, then one or more of every other role.

    The first ambassador takes the address the story gives to who signs in, where it gives one.
    """
    join = partial(add_member, cohort=cohort, starts_on=since, at=moment(since), by=by)
    names, units = _names(told), cycle(told["units"])
    ambassadors: list[User] = []
    for name in islice(names, told["seats_taken"]):
        email = told.get("sign_in", "") if not ambassadors else ""
        member = join(**_person(name, email), role=Role.AMBASSADOR, unit=next(units), mission_letter_on=since)
        ambassadors.append(member.user)
    others: dict[str, User] = {}
    for (role, discipline), name in zip(OTHERS, names, strict=False):
        member = join(**_person(name), role=role, discipline=discipline, unit="" if discipline else next(units))
        others.setdefault(role, member.user)
    join(email=coordinator.email, full_name=coordinator.full_name, role=Role.COORDINATOR)
    return Team(ambassadors, pilot=others[Role.PILOT], resident=others[Role.RESIDENT])


def widen(*, cohort: Cohort, told: Told, on: Callable[[int], date], by: User) -> None:
    """Relays who join later, some to leave again: each is told as the day of the first and, with two, of the last."""
    rows = told.get("relays_later", ())
    for name, (first, *last) in zip(islice(_names(told), told["seats_taken"] + len(OTHERS), None), rows, strict=False):
        day = on(first)
        join = partial(add_member, cohort=cohort, role=Role.RELAY, unit=told["units"][0], by=by)
        with born_on(day):
            member = join(**_person(name), starts_on=day, at=moment(day))
        for end in map(on, last):
            end_membership(membership=member, ends_on=end, reason="Autre poste.", at=moment(end), by=by)


def invite(*, cohort: Cohort, told: Told, today: date) -> None:
    """The pilot's invitations, in every state but accepted: awaited, about to end, ended, taken back."""
    by = Membership.objects.get(cohort=cohort, role=Role.PILOT, ends_on=None).user
    begun = (("Paul", 1), ("Renée", 13), ("Alix", 20), ("Denis", 6))
    for given, days in begun:
        at = moment(today - days * ONE_DAY)
        row = invite_member(
            cohort=cohort, **_person(f"{given} {told['surname']}-Invité"), role=Role.RELAY, at=at, by=by
        )
    revoke_invitation(invitation=row, reason="Autre poste.", at=moment(today - ONE_DAY), by=by)


def _names(told: Told) -> Iterator[str]:
    return (f"{given} {told['surname']}" for given in GIVEN)


def _person(name: str, email: str = "") -> Person:
    return {"full_name": name, "email": email or address(name), "language": "" if email else "fr"}


def replace_ambassador(*, cohort: Cohort, leaver: User, told: Told, surname: str, on: date, by: User) -> None:
    """Someone moves on and another ambassador takes the seat the day after."""
    membership = Membership.objects.get(cohort=cohort, user=leaver, role=Role.AMBASSADOR)
    end_membership(membership=membership, ends_on=on, reason=told["reason"], at=moment(on), by=by)
    with born_on(on):
        add_member(
            cohort=cohort,
            **_person(f"{told['successor']} {surname}"),
            role=Role.AMBASSADOR,
            unit=membership.unit,
            starts_on=on + ONE_DAY,
            at=moment(on),
            by=by,
        )


def _sign_ins() -> QuerySet[User]:
    return User.objects.filter(email__in=[LAB, MEMBER, ADMIN])


def confirm_addresses() -> None:
    """Mark the invented addresses of everyone who joined as confirmed: their e-mails then say what they are about."""
    EmailAddress.objects.filter(user__joined=True, email__endswith="@demo.example").update(verified=True)


def give_password(password: str) -> bool:
    """Let the three sign in with this password; True when that changed anything.

    The three have the very same one, so it is made, and looked at, once: each time costs a third of a second.
    """
    lab = _sign_ins().filter(email=LAB).first()
    if lab is None or lab.check_password(password):
        return False
    _sign_ins().update(password=make_password(password))
    return True
