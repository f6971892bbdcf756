"""Ideas, prototypes and tests as holders of files: who sees them, how near each stands, what each may do."""

from typing import Any

import pytest

from files.registries import Owner, attachables
from prototypes.models import Idea
from tests.factories.cast import TODAY, Cast
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory

pytestmark = pytest.mark.django_db
LETTERS = "SCDPMRANX"
KINDS = ["idea", "prototype", "trial"]


def of(about: str, idea: Idea) -> Any:
    if about == "idea":
        return idea
    prototype = PrototypeFactory(idea=idea)
    return prototype if about == "prototype" else TrialFactory(prototype=prototype)


def found(cast: Cast, about: str, idea: Idea) -> dict[str, Owner]:
    row = of(about, idea)
    owners = {letter: attachables[about](row.pk, cast[letter], TODAY) for letter in LETTERS}
    return {letter: owner for letter, owner in owners.items() if owner}


@pytest.mark.parametrize("about", KINDS)
def test_one_that_is_not_shared_is_for_its_cohort(about: str, cast: Cast):
    owners = found(cast, about, IdeaFactory(cohort=cast.cohort, state="prototyping"))
    assert ("".join(owners), {owner.circle for owner in owners.values()}) == ("SCDPMRA", {"cohort"})
    assert "".join(letter for letter, owner in owners.items() if owner.may_add) == "SCDPM"
    assert {owner.about for owner in owners.values()} == {about}


@pytest.mark.parametrize("about", KINDS)
def test_one_that_is_shared_is_read_from_further_away(about: str, cast: Cast):
    owners = found(cast, about, IdeaFactory(cohort=cast.cohort, state="prototyping", shared_with_edition=True))
    assert {letter: str(owner.circle) for letter, owner in owners.items()} == {
        **dict.fromkeys("SCDPMRA", "cohort"),
        "N": "edition",
    }
    assert not owners["N"].may_add


def test_on_published_facts_nothing_is_added(cast: Cast):
    owners = found(cast, "idea", IdeaFactory(cohort=cast.cohort, retrospective=True, state="implemented"))
    assert [letter for letter, owner in owners.items() if owner.may_add or owner.may_edit_own] == []


@pytest.mark.parametrize("about", KINDS)
def test_one_that_is_not_there_is_nothing(about: str, cast: Cast):
    assert attachables[about](999_999, cast["S"], TODAY) is None
