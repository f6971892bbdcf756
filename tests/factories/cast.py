"""The fixed cast: one edition with two cohorts, and one person per role letter of the permission table."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from accounts.models import User
from cohorts.models import Cohort
from programmes.models import Edition, Format
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory, EditionFactory
from tests.factories.snapshots import built_once

TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
EVERYONE = "SCDPMRANX"
MEMBERSHIP_ROLES = {"C": "coordinator", "D": "resident", "P": "pilot", "M": "ambassador", "R": "relay"}


@dataclass
class Cast:
    """An edition with two cohorts, and `people` by the letter of their role in `cohort`.

    The letters are the values of `accounts.roles.Role`; X has no role. N is a member of `other_cohort`.
    """

    edition: Edition
    cohort: Cohort
    other_cohort: Cohort
    people: dict[str, User]

    def __getitem__(self, role: str) -> User:
        return self.people[role]


def create_cast(edition_format: Format | None = None) -> Cast:
    """Create the cast, in an edition of the format `edition_format` if given."""
    format_field = {"format": edition_format} if edition_format else {}
    edition = EditionFactory(name="La Transfo 2026–2028", slug="transfo-2026", **format_field)
    cohort = CohortFactory(
        edition=edition, name="Rivage", slug="rivage", code="RIV", authority=AuthorityFactory(name="Ville de Rivage")
    )
    other_cohort = CohortFactory(
        edition=edition,
        name="Montagne",
        slug="montagne",
        code="MON",
        authority=AuthorityFactory(name="Ville de Montagne"),
    )
    people = {
        role: UserFactory(full_name=f"{membership_role.title()} Rivage")
        for role, membership_role in MEMBERSHIP_ROLES.items()
    }
    for role, membership_role in MEMBERSHIP_ROLES.items():
        MembershipFactory(
            cohort=cohort, user=people[role], role=membership_role, discipline="design" if role == "D" else ""
        )
    people["S"] = UserFactory(full_name="Staff Lab", is_lab_staff=True)
    people["A"] = UserFactory(full_name="Admin Rivage")
    AuthorityAdminFactory(authority=cohort.authority, user=people["A"])
    people["N"] = UserFactory(full_name="Neighbour Montagne")
    MembershipFactory(cohort=other_cohort, user=people["N"])
    people["X"] = UserFactory(full_name="Nobody Nowhere")
    return Cast(edition, cohort, other_cohort, people)


new_cast = built_once(create_cast)
