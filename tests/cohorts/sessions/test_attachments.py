"""Sessions as holders of files: who sees them, how near each stands, what each may do."""

import pytest

from cohorts.models import Cohort
from cohorts.sessions.attachments import find_session
from files.registries import Owner, attachables
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import CohortFactory, SessionFactory

pytestmark = pytest.mark.django_db
LETTERS = "SCDPMRANX"


def found(cast: Cast, cohort: Cohort, **told: object) -> dict[str, Owner]:
    pk = SessionFactory(cohort=cohort, **told).pk
    owners = {letter: find_session(pk, cast[letter], TODAY) for letter in LETTERS}
    return {letter: owner for letter, owner in owners.items() if owner}


def test_files_know_sessions_by_their_slug():
    assert attachables["session"] is find_session


def test_a_session_s_are_for_its_cohort(cast: Cast):
    owners = found(cast, cast.cohort, title="Accueil")
    assert "".join(owners) == "SCDPMRA"
    assert {owner.circle for owner in owners.values()} == {"cohort"}
    assert "".join(letter for letter, owner in owners.items() if owner.may_add) == "SCDPM"
    assert "".join(letter for letter, owner in owners.items() if owner.may_edit) == "SCDP"
    one = owners["M"]
    assert (one.about, one.href, one.person) == ("session", f"/sessions/{one.object_id}/", cast["M"])


def test_published_facts_are_for_everyone_and_nobody_adds_to_them(cast: Cast):
    owners = found(cast, CohortFactory(retrospective=True), retrospective=True, state="held", date=None)
    assert ("".join(owners), {owner.circle for owner in owners.values()}) == (LETTERS, {"signed_in"})
    assert not any(owner.may_add or owner.may_edit_own for owner in owners.values())


def test_one_that_is_not_there_is_nothing(cast: Cast):
    assert find_session(999_999, cast["S"], TODAY) is None
