"""The invented people of the demonstration, in every role; three of them have a password."""

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
from accounts.lab.enums import LabRole
from accounts.models import User
from cohorts.invitations.actions.invitations import invite_member
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.models import Cohort, Membership
from cohorts.people.actions import add_member, end_membership
from cohorts.people.enums import MembershipRole
from labplatform.demo.dates import ONE_DAY, moment
from labplatform.demo.stories import StoryData
from web.database.created_on import created_on

LAB, MEMBER, ADMIN = "lab@demo.example", "member@demo.example", "admin@demo.example"

# Neutral given names; the surname shows that the person is invented.
GIVEN_NAMES = (
    "Camille", "Dominique", "Claude", "Maxime", "Sacha", "Charlie", "Morgan", "Andréa", "Lou", "Eden", "Noa", "Yaël",
    "Sam", "Loïs", "Maé", "Ange", "Swann", "Gaël", "Jessie", "Kim", "Leslie", "Alex", "Marie-Jo", "Frédérique",
)  # fmt: skip
NAME_OF_LAB, NAME_OF_ADMIN = "Alix Démo", "Dominique Démo"
SURNAME_OF_LAB = "Démo-Labo"

# Roles besides ambassador, with a discipline for residents.
OTHER_ROLES = (
    (MembershipRole.PILOT, ""),
    (MembershipRole.RESIDENT, "design"),
    (MembershipRole.RESIDENT, "sociologie"),
    (MembershipRole.RESIDENT, "urbanisme"),
    (MembershipRole.RELAY, ""),
    (MembershipRole.RELAY, ""),
    (MembershipRole.ELECTED, ""),
    (MembershipRole.DIRECTION, ""),
)


class PersonDetails(TypedDict):
    """The details of a person that an action needs to add or invite them."""

    full_name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class CohortTeam:
    """The people who act in the stories of a cohort."""

    ambassadors: Sequence[User]
    pilot: User
    resident: User

    def owner(self, data: StoryData) -> User:
        """Return the ambassador who owns an idea: the one whose index the idea's story (`data`) gives, the first by
        default.
        """
        index: int = data.get("owner", 0)
        return self.ambassadors[index]


def address(full_name: str) -> str:
    """Return the invented e-mail address for a full name: camille.demo-loire@demo.example for Camille Démo-Loire."""
    plain = unicodedata.normalize("NFKD", full_name.lower()).encode("ascii", "ignore").decode()
    return f"{plain.replace(' ', '.')}@demo.example"


def make_lab() -> User:
    """Create and return the member of lab staff who can sign in to the demonstration and to Django's administration."""
    return _lab_staff(NAME_OF_LAB, LAB, LabRole.ADMINISTRATOR, is_staff=True)


def make_coordinator(given_name: str) -> User:
    """Create and return a member of lab staff with this given name, who coordinates cohorts and has no password."""
    full_name = f"{given_name} {SURNAME_OF_LAB}"
    return _lab_staff(full_name, address(full_name), LabRole.MEMBER)


def _lab_staff(full_name: str, email: str, role: LabRole, *, is_staff: bool = False) -> User:
    """Create and return someone of the lab with this role; `is_staff` people may open Django's administration."""
    user: User = create_person(email=email, full_name=full_name, language="" if is_staff else "fr", by=None)
    user.is_lab_staff, user.lab_role, user.is_staff = True, role, is_staff
    user.save(update_fields=["is_lab_staff", "lab_role", "is_staff"])
    return user


def add_team(*, cohort: Cohort, data: StoryData, since: date, coordinator: User, by: User) -> CohortTeam:
    """Add the people of a cohort on its first day, `since`: ambassadors, the other roles, then the coordinator.

    `data` is the cohort's story; `by` adds them. Return those who act in its stories. The first ambassador gets the
    sign-in address of the story, where it has one.
    """
    join = partial(add_member, cohort=cohort, starts_on=since, at=moment(since), by=by)
    names, units = _names(data), cycle(data["units"])
    ambassadors: list[User] = []
    for name in islice(names, data["seats_taken"]):
        email = data.get("sign_in", "") if not ambassadors else ""
        member = join(
            **_person_details(name, email), role=MembershipRole.AMBASSADOR, unit=next(units), mission_letter_on=since
        )
        ambassadors.append(member.user)
    others: dict[str, User] = {}
    for (role, discipline), name in zip(OTHER_ROLES, names, strict=False):
        member = join(**_person_details(name), role=role, discipline=discipline, unit="" if discipline else next(units))
        others.setdefault(role, member.user)
    join(email=coordinator.email, full_name=coordinator.full_name, role=MembershipRole.COORDINATOR)
    return CohortTeam(ambassadors, pilot=others[MembershipRole.PILOT], resident=others[MembershipRole.RESIDENT])


def add_later_relays(*, cohort: Cohort, data: StoryData, on: Callable[[int], date], by: User) -> None:
    """Add the relays who join the cohort later, as its story (`data`) says, and end the memberships of those who leave.

    Each row of the story has the first day and, for those who leave, the last; `on` gives the date of a day. `by` does
    so.
    """
    rows = data.get("relays_later", ())
    for name, (first, *last) in zip(
        islice(_names(data), data["seats_taken"] + len(OTHER_ROLES), None), rows, strict=False
    ):
        day = on(first)
        join = partial(add_member, cohort=cohort, role=MembershipRole.RELAY, unit=data["units"][0], by=by)
        with created_on(day):
            member = join(**_person_details(name), starts_on=day, at=moment(day))
        for end in map(on, last):
            end_membership(membership=member, ends_on=end, reason="Autre poste.", at=moment(end), by=by)


def invite(*, cohort: Cohort, data: StoryData, today: date) -> None:
    """Create the pilot's invitations to the cohort in every state but accepted: pending, about to expire, expired,
    revoked.

    `data` is the cohort's story; the invitations were sent up to 20 days before `today`.
    """
    by = Membership.objects.get(cohort=cohort, role=MembershipRole.PILOT, ends_on=None).user
    invitations = (("Paul", 1), ("Renée", 13), ("Alix", 20), ("Denis", 6))
    for given_name, days in invitations:
        at = moment(today - days * ONE_DAY)
        invitation = invite_member(
            cohort=cohort,
            **_person_details(f"{given_name} {data['surname']}-Invité"),
            role=MembershipRole.RELAY,
            at=at,
            by=by,
        )
    revoke_invitation(invitation=invitation, reason="Autre poste.", at=moment(today - ONE_DAY), by=by)


def _names(data: StoryData) -> Iterator[str]:
    """Yield the full names of a cohort's invented people, in a fixed order,
    all with the surname in its story (`data`).
    """
    return (f"{given_name} {data['surname']}" for given_name in GIVEN_NAMES)


def _person_details(name: str, email: str = "") -> PersonDetails:
    """Return the name, e-mail address and language of a person, as arguments of an action.

    `email` is the address of someone who can sign in, whose language stays open; others get an address made of their
    name, and French.
    """
    return {"full_name": name, "email": email or address(name), "language": "" if email else "fr"}


def replace_ambassador(*, cohort: Cohort, leaver: User, data: StoryData, surname: str, on: date, by: User) -> None:
    """End the membership of an ambassador, the `leaver`, on the day `on`; a successor takes the seat the day after.

    `data` is the story of the change, with reason and successor; the successor gets `surname`. `by` does so.
    """
    membership = Membership.objects.get(cohort=cohort, user=leaver, role=MembershipRole.AMBASSADOR)
    end_membership(membership=membership, ends_on=on, reason=data["reason"], at=moment(on), by=by)
    with created_on(on):
        add_member(
            cohort=cohort,
            **_person_details(f"{data['successor']} {surname}"),
            role=MembershipRole.AMBASSADOR,
            unit=membership.unit,
            starts_on=on + ONE_DAY,
            at=moment(on),
            by=by,
        )


def _demo_users() -> QuerySet[User]:
    """Return the three people who can sign in to the demonstration: lab staff, member and admin of an authority."""
    return User.objects.filter(email__in=[LAB, MEMBER, ADMIN])


def confirm_addresses() -> None:
    """Mark the addresses of the demonstration's people who have joined as verified,
    so that e-mails show their subject.
    """
    EmailAddress.objects.filter(user__joined=True, email__endswith="@demo.example").update(verified=True)


def give_password(password: str) -> bool:
    """Give the three people who can sign in this password; return whether that was done.

    Nothing is done if they have it already or do not exist. All three share one hash, because each hash takes a third
    of a second.
    """
    lab = _demo_users().filter(email=LAB).first()
    if lab is None or lab.check_password(password):
        return False
    _demo_users().update(password=make_password(password))
    return True
