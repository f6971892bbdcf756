"""The invented people of the demonstration, in every role, and the three of them who can sign in."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle

from allauth.account.models import EmailAddress

from accounts.actions import create_person
from accounts.models import User
from cohorts.actions.members import add_member, end_membership
from cohorts.enums import Role
from cohorts.models import Cohort, Membership
from labplatform.demo.stories import Told

LAB, MEMBER, ADMIN = "lab@demo.example", "member@demo.example", "admin@demo.example"

# Given names that say nothing of who they stand for; with the surname they say that the person is invented.
GIVEN = (
    "Camille", "Dominique", "Claude", "Maxime", "Sacha", "Charlie", "Morgan", "Andréa", "Lou", "Eden", "Noa", "Yaël",
    "Sam", "Loïs", "Maé", "Ange", "Swann", "Gaël", "Jessie", "Kim", "Leslie", "Alex", "Marie-Jo", "Frédérique",
)  # fmt: skip
SURNAME_OF_LAB = "Démo-Labo"

# Everyone beside the ambassadors: role, discipline, how many.
OTHERS = (
    (Role.PILOT, "", 1),
    (Role.RESIDENT, "design", 1),
    (Role.RESIDENT, "sociologie", 1),
    (Role.RESIDENT, "urbanisme", 1),
    (Role.RELAY, "", 2),
    (Role.ELECTED, "", 1),
    (Role.DIRECTION, "", 1),
)


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
    return _lab_staff("Alix Démo", LAB, is_staff=True)


def make_coordinator(given: str) -> User:
    """Someone of the lab in charge of cohorts."""
    full_name = f"{given} {SURNAME_OF_LAB}"
    return _lab_staff(full_name, address(full_name))


def _lab_staff(full_name: str, email: str, *, is_staff: bool = False) -> User:
    user: User = create_person(email=email, full_name=full_name, language="fr", by=None)
    user.is_lab_staff, user.is_staff = True, is_staff
    user.save(update_fields=["is_lab_staff", "is_staff"])
    return user


def gather(*, cohort: Cohort, told: Told, coordinator: User, by: User) -> Team:
    """Let the people of a cohort in on its first day: its ambassadors, then one or more of every other role."""
    names = (f"{given} {told['surname']}" for given in GIVEN)
    units = cycle(told["units"])
    since = cohort.actual_start or cohort.planned_start
    assert since is not None  # noqa: S101 - a cohort of the demonstration has started
    joined: dict[str, list[Membership]] = {}
    for role, discipline in _roles(told["seats_taken"]):
        full_name = next(names)
        email = told.get("sign_in", "") if role == Role.AMBASSADOR and not joined else ""
        joined.setdefault(role, []).append(
            add_member(
                cohort=cohort,
                email=email or address(full_name),
                full_name=full_name,
                language="fr",
                role=role,
                discipline=discipline,
                unit="" if role == Role.RESIDENT else next(units),
                starts_on=since,
                mission_letter_on=since if role == Role.AMBASSADOR else None,
                today=since,
                by=by,
            )
        )
    add_member(
        cohort=cohort,
        email=coordinator.email,
        full_name=coordinator.full_name,
        role=Role.COORDINATOR,
        starts_on=since,
        today=since,
        by=by,
    )
    return Team(
        [member.user for member in joined[Role.AMBASSADOR]],
        joined[Role.PILOT][0].user,
        joined[Role.RESIDENT][0].user,
    )


def _roles(ambassadors: int) -> Iterator[tuple[Role, str]]:
    yield from ((Role.AMBASSADOR, "") for _ in range(ambassadors))
    for role, discipline, count in OTHERS:
        yield from ((role, discipline) for _ in range(count))


def replace_ambassador(*, cohort: Cohort, leaver: User, told: Told, on: date, by: User) -> None:
    """Someone moves on and another ambassador takes the seat the day after."""
    membership = Membership.objects.get(cohort=cohort, user=leaver, role=Role.AMBASSADOR)
    end_membership(membership=membership, ends_on=on, reason=told["reason"], by=by)
    full_name = f"{told['successor']} {told['surname']}"
    add_member(
        cohort=cohort,
        email=address(full_name),
        full_name=full_name,
        language="fr",
        role=Role.AMBASSADOR,
        unit=membership.unit,
        starts_on=date.fromordinal(on.toordinal() + 1),
        today=on,
        by=by,
    )


def give_password(password: str) -> bool:
    """Let the three sign in with this password; True when that changed anything.

    The three always have the same one, so looking at one of them is enough: each look costs a third of a second.
    """
    three = User.objects.filter(email__in=[LAB, MEMBER, ADMIN])
    lab = three.filter(email=LAB).first()
    if lab is None or lab.check_password(password):
        return False
    for user in three:
        user.set_password(password)
        user.save(update_fields=["password"])
    EmailAddress.objects.filter(user__in=three).update(verified=True)
    return True
