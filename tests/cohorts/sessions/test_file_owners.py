"""Sessions as owners of files: who may see and add them."""

import pytest

from cohorts.models import Cohort
from cohorts.sessions.file_owners import find_session
from files.registries import Owner, file_owners
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import CohortFactory, SessionFactory

pytestmark = pytest.mark.django_db
EVERYONE = "SCDPMRANX"


def found(cast: Cast, cohort: Cohort, **fields: object) -> dict[str, Owner]:
    pk = SessionFactory(cohort=cohort, **fields).pk
    owners = {role: find_session(pk, cast[role], TODAY) for role in EVERYONE}
    return {role: owner for role, owner in owners.items() if owner}


def test_sessions_are_registered_as_owners_of_files():
    assert file_owners["session"] is find_session


def test_files_of_a_session_are_for_its_cohort(cast: Cast):
    owners = found(cast, cast.cohort, title="Accueil")
    assert "".join(owners) == "SCDPMRA"
    assert {owner.audience for owner in owners.values()} == {"cohort"}
    assert "".join(role for role, owner in owners.items() if owner.can_add) == "SCDPM"
    assert "".join(role for role, owner in owners.items() if owner.can_edit) == "SCDP"
    one = owners["M"]
    assert (one.about, one.href, one.person) == ("session", f"/sessions/{one.object_id}/", cast["M"])


def test_files_of_published_sessions_are_open_to_everyone_and_read_only(cast: Cast):
    owners = found(cast, CohortFactory(retrospective=True), retrospective=True, state="held", date=None)
    assert ("".join(owners), {owner.audience for owner in owners.values()}) == (EVERYONE, {"signed_in"})
    assert not any(owner.can_add or owner.can_edit_own for owner in owners.values())


def test_missing_session_owns_no_files(cast: Cast):
    assert find_session(999_999, cast["S"], TODAY) is None
