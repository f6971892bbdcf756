"""Ideas, prototypes and tests as owners of files: who sees them, and what each person can do."""

from typing import Any

import pytest

from files.registries import Owner, file_owners
from prototypes.models import Idea
from tests.factories.cast import TODAY, Cast
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory

pytestmark = pytest.mark.django_db
EVERYONE = "SCDPMRANX"
KINDS = ["idea", "prototype", "trial"]


def of(about: str, idea: Idea) -> Any:
    if about == "idea":
        return idea
    prototype = PrototypeFactory(idea=idea)
    return prototype if about == "prototype" else TrialFactory(prototype=prototype)


def owners_for(cast: Cast, about: str, idea: Idea) -> dict[str, Owner]:
    row = of(about, idea)
    owners = {role: file_owners[about](row.pk, cast[role], TODAY) for role in EVERYONE}
    return {role: owner for role, owner in owners.items() if owner}


@pytest.mark.parametrize("about", KINDS)
def test_owner_that_is_not_shared_belongs_to_its_cohort(about: str, cast: Cast):
    owners = owners_for(cast, about, IdeaFactory(cohort=cast.cohort, state="prototyping"))
    assert ("".join(owners), {owner.audience for owner in owners.values()}) == ("SCDPMRA", {"cohort"})
    assert "".join(role for role, owner in owners.items() if owner.can_add) == "SCDPM"
    assert {owner.about for owner in owners.values()} == {about}


@pytest.mark.parametrize("about", KINDS)
def test_shared_owner_is_readable_for_other_cohorts(about: str, cast: Cast):
    owners = owners_for(cast, about, IdeaFactory(cohort=cast.cohort, state="prototyping", shared_with_edition=True))
    assert {role: str(owner.audience) for role, owner in owners.items()} == {
        **dict.fromkeys("SCDPMRA", "cohort"),
        "N": "edition",
    }
    assert not owners["N"].can_add


def test_files_cannot_be_added_to_published_facts(cast: Cast):
    owners = owners_for(cast, "idea", IdeaFactory(cohort=cast.cohort, retrospective=True, state="implemented"))
    assert [role for role, owner in owners.items() if owner.can_add or owner.can_edit_own] == []


@pytest.mark.parametrize("about", KINDS)
def test_missing_owner_is_none(about: str, cast: Cast):
    assert file_owners[about](999_999, cast["S"], TODAY) is None
