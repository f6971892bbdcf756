"""The fixed cast: one edition with two cohorts, and one person per role letter of the permission table."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from accounts.models import User
from cohorts.models import Cohort
from programmes.models import Edition, Format
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory, EditionFactory

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
EVERYONE = "SCDPMRANX"
ROLES = {"C": "coordinator", "D": "resident", "P": "pilot", "M": "ambassador", "R": "relay"}


@dataclass
class Cast:
    """`people` by role letter: S, C, D, P, M, R, A, N as in `accounts.roles`, and X, who has no role."""

    edition: Edition
    cohort: Cohort
    other: Cohort
    people: dict[str, User]

    def __getitem__(self, role: str) -> User:
        return self.people[role]


def assemble(pattern: Format | None = None) -> Cast:
    """Create the cast, in an edition of the format `pattern` if given."""
    format_field = {"format": pattern} if pattern else {}
    edition = EditionFactory(name="La Transfo 2026–2028", slug="transfo-2026", **format_field)
    cohort = CohortFactory(
        edition=edition, name="Rivage", slug="rivage", code="RIV", authority=AuthorityFactory(name="Ville de Rivage")
    )
    other = CohortFactory(
        edition=edition,
        name="Montagne",
        slug="montagne",
        code="MON",
        authority=AuthorityFactory(name="Ville de Montagne"),
    )
    people = {
        role: UserFactory(full_name=f"{membership_role.title()} Rivage") for role, membership_role in ROLES.items()
    }
    for role, membership_role in ROLES.items():
        MembershipFactory(
            cohort=cohort, user=people[role], role=membership_role, discipline="design" if role == "D" else ""
        )
    people["S"] = UserFactory(full_name="Staff Lab", is_lab_staff=True)
    people["A"] = UserFactory(full_name="Admin Rivage")
    AuthorityAdminFactory(authority=cohort.authority, user=people["A"])
    people["N"] = UserFactory(full_name="Neighbour Montagne")
    MembershipFactory(cohort=other, user=people["N"])
    people["X"] = UserFactory(full_name="Nobody Nowhere")
    return Cast(edition, cohort, other, people)
