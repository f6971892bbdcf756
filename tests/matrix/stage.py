"""The stage of the walls: the cast at home, its neighbour in the edition, and another edition far away.

Neighbour and far edition have one row of everything, and an unmistakable word in every text of theirs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.test import Client

from accounts.models import User
from cohorts.models import Cohort, Membership
from programmes.models import Edition
from tests.factories.accounts import UserFactory
from tests.factories.cast import ROLES, Cast, assemble
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.programmes import AuthorityAdminFactory, EditionFactory
from tests.matrix import PAST
from tests.matrix.canaries import FAR, NEAR, marks, plant
from tests.matrix.furniture import furnish, furnish_late

BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Stage:
    """`clients` by letter, each signed in once."""

    home: Cast
    near: Cast
    far: Cast
    clients: dict[str, Client]


def build() -> Stage:
    """Whatever is far is marked before anything else exists, whatever is near before its rows meet those at home."""
    far = furnished_far()
    home = with_past(assemble())
    before = marks()
    near = neighbour(home)
    furnish(near, shared=False)
    plant(NEAR, after=before)
    furnish_late(near)
    plant(NEAR, after=before)
    at_home = Membership.objects.filter(cohort=home.cohort, user=near["N"])  # whom their neighbours know as a member
    at_home.update(discipline="", unit="")
    furnish(home, shared=True)
    return Stage(home, near, far, {letter: signed_in(user) for letter, user in home.people.items()} | closed())


def furnished_far() -> Cast:
    edition = EditionFactory(name="Lointaine", slug="lointaine", ends_on=date(2027, 12, 31))
    cohort, other = (
        CohortFactory(edition=edition, name=name, slug=name.lower(), code=name[:3].upper())
        for name in ("Lointain", "Ailleurs")
    )
    far = Cast(edition, cohort, other, company(cohort, other))
    before = marks(everything=False)
    furnish(far, shared=True)
    plant(FAR, after=before)
    furnish_late(far)
    plant(FAR, after=before)
    User.objects.filter(is_lab_staff=True).update(full_name="Lab Far")  # the lab is no secret
    return refreshed(far)


def refreshed(cast: Cast) -> Cast:
    """As the database has it now: what was marked has other names and addresses."""
    rows = {letter: User.objects.get(pk=user.pk) for letter, user in cast.people.items()}
    cohort, other = (Cohort.objects.get(pk=row.pk) for row in (cast.cohort, cast.other))
    return replace(cast, edition=Edition.objects.get(pk=cast.edition.pk), cohort=cohort, other=other, people=rows)


def company(cohort: Cohort, other: Cohort) -> dict[str, User]:
    """One person per letter, as `assemble` has them for the cohort at home."""
    people = {letter: UserFactory(full_name=f"{role.title()} {cohort.name}") for letter, role in ROLES.items()}
    for letter, role in ROLES.items():
        MembershipFactory(cohort=cohort, user=people[letter], role=role, discipline="design" if letter == "D" else "")
    people |= {letter: UserFactory(full_name=f"{letter} {cohort.name}") for letter in "ANX"}
    people["S"] = UserFactory(full_name="Staff Far", is_lab_staff=True)
    AuthorityAdminFactory(authority=cohort.authority, user=people["A"])
    MembershipFactory(cohort=other, user=people["N"])
    return people


def with_past(cast: Cast) -> Cast:
    """With those whose time is over: a member who left, an admin whose mandate ended."""
    left, ended = UserFactory(full_name="Past Member"), UserFactory(full_name="Former Admin")
    MembershipFactory(cohort=cast.cohort, user=left, ends_on=date(2026, 10, 31))
    AuthorityAdminFactory(authority=cast.cohort.authority, user=ended, until=date(2026, 10, 31))
    cast.people.update(zip(PAST, (left, ended), strict=True))
    return cast


def neighbour(home: Cast) -> Cast:
    """The other cohort of the edition, with the same people of the lab; N is an ambassador there."""
    people = company(home.other, home.cohort)
    return Cast(home.edition, home.other, home.cohort, people | {"S": home["S"]})


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=BACKEND)
    return client


def closed() -> dict[str, Client]:
    """Who is not signed in: "-" never was, "z" was when their account was closed."""
    user = UserFactory(full_name="Closed Account")
    MembershipFactory(cohort=Cohort.objects.get(slug="rivage"), user=user)
    client = signed_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return {"-": Client(raise_request_exception=False), "z": client}


@contextmanager
def scene() -> Iterator[None]:
    """What happens inside is undone at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
