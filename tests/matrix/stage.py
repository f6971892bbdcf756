"""The stage of the access tests: the cast's own cohort, a neighbour cohort in the same edition and a distant edition.

The neighbour cohort and the distant edition have one row of every model, with a marker in every text.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from api.models import ApiToken
from cohorts.models import Cohort, Membership
from programmes.models import Edition
from tests.factories.accounts import UserFactory
from tests.factories.api import token_of
from tests.factories.cast import MEMBERSHIP_ROLES, Cast, create_cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.programmes import AuthorityAdminFactory, EditionFactory
from tests.matrix import FORMER
from tests.matrix.fixtures import add_fixtures, add_fixtures_since_departure, add_late_fixtures
from tests.matrix.leak_markers import FAR, LATE, NEAR, highest_keys, write_markers

LAST_DAY = date(2026, 10, 31)  # of the member who left


@dataclass(frozen=True)
class Stage:
    """The cast of the stage and its `clients` by role letter, each signed in once, and the `tokens` of these people."""

    home: Cast
    near: Cast
    far: Cast
    clients: dict[str, Client]
    tokens: dict[str, str]


def build_stage() -> Stage:
    """Build the stage: distant rows are marked before others exist, near rows before the cast's own are added."""
    far = build_far_edition()
    home = with_former_members(create_cast())
    before = highest_keys()
    near = neighbour_cohort(home)
    add_fixtures(near, shared=False)
    write_markers(NEAR, after=before)
    add_late_fixtures(near)
    write_markers(NEAR, after=before)
    at_home = Membership.objects.filter(
        cohort=home.cohort, user=near["N"]
    )  # visible to the neighbour cohort as a member
    at_home.update(discipline="", unit="")
    add_fixtures(home, shared=True)
    before = highest_keys()
    add_fixtures_since_departure(home)
    write_markers(LATE, after=before)
    clients = {role: signed_in(user) for role, user in home.people.items()} | signed_out_clients()
    return Stage(home, near, far, clients, {role: long_used_token(user) for role, user in home.people.items()})


def build_far_edition() -> Cast:
    edition = EditionFactory(name="Lointaine", slug="lointaine", ends_on=date(2027, 12, 31))
    cohort, other = (
        CohortFactory(edition=edition, name=name, slug=name.lower(), code=name[:3].upper())
        for name in ("Lointain", "Ailleurs")
    )
    far = Cast(edition, cohort, other, people_of(cohort, other))
    before = highest_keys(everything=False)
    add_fixtures(far, shared=True)
    write_markers(FAR, after=before)
    add_late_fixtures(far)
    write_markers(FAR, after=before)
    User.objects.filter(is_lab_staff=True).update(full_name="Lab Far")  # lab staff are visible to everyone
    return reload_cast(far)


def reload_cast(cast: Cast) -> Cast:
    """Return the cast as stored now: marking changed names and addresses."""
    rows = {role: User.objects.get(pk=user.pk) for role, user in cast.people.items()}
    cohort, other = (Cohort.objects.get(pk=row.pk) for row in (cast.cohort, cast.other_cohort))
    return replace(
        cast, edition=Edition.objects.get(pk=cast.edition.pk), cohort=cohort, other_cohort=other, people=rows
    )


def people_of(cohort: Cohort, other: Cohort) -> dict[str, User]:
    """Return one person per role letter, as `create_cast` does for the cast's own cohort."""
    people = {
        role: UserFactory(full_name=f"{membership_role.title()} {cohort.name}")
        for role, membership_role in MEMBERSHIP_ROLES.items()
    }
    for role, membership_role in MEMBERSHIP_ROLES.items():
        MembershipFactory(
            cohort=cohort, user=people[role], role=membership_role, discipline="design" if role == "D" else ""
        )
    people |= {role: UserFactory(full_name=f"{role} {cohort.name}") for role in "ANX"}
    people["S"] = UserFactory(full_name="Staff Far", is_lab_staff=True)
    AuthorityAdminFactory(authority=cohort.authority, user=people["A"])
    MembershipFactory(cohort=other, user=people["N"])
    return people


def with_former_members(cast: Cast) -> Cast:
    """Return the people together with former ones: a member who left, an admin whose mandate ended."""
    former_member, former_admin = UserFactory(full_name="Past Member"), UserFactory(full_name="Former Admin")
    MembershipFactory(cohort=cast.cohort, user=former_member, ends_on=LAST_DAY)
    AuthorityAdminFactory(authority=cast.cohort.authority, user=former_admin, until=date(2026, 10, 31))
    cast.people.update(zip(FORMER, (former_member, former_admin), strict=True))
    return cast


def neighbour_cohort(home: Cast) -> Cast:
    """Return the other cohort of the edition, with the same lab staff; N is an ambassador there."""
    people = people_of(home.other_cohort, home.cohort)
    return Cast(home.edition, home.other_cohort, home.cohort, people | {"S": home["S"]})


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def long_used_token(user: User) -> str:
    """Return a token with all scopes; its use is recorded already, so that a refused request writes nothing."""
    token, secret = token_of(user, at=timezone.now())
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=token.expires_at)
    return secret


def signed_out_clients() -> dict[str, Client]:
    """Return signed-out clients: "-" never signed in, "z" was signed in when their account was closed."""
    user = UserFactory(full_name="Closed Account")
    MembershipFactory(cohort=Cohort.objects.get(slug="rivage"), user=user)
    client = signed_in(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    return {"-": Client(raise_request_exception=False), "z": client}


@contextmanager
def rolled_back() -> Iterator[None]:
    """Undo at the end everything that happens inside the block."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
