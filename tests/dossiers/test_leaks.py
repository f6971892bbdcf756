"""No dossier holds a text of others: neither for the person who makes it, nor for the readers it is made for."""

from typing import Any

import pytest

from accounts.models import User
from dossiers.chapters.build import build
from dossiers.chapters.collection import Collection
from dossiers.enums import PARTS
from dossiers.exports import access_of
from dossiers.models import kind_of
from tests.factories.dossiers import DossierFactory
from tests.matrix import FORMER
from tests.matrix.leak_markers import FAR, NEAR, leaks_in
from tests.matrix.stage import Stage
from tests.test_role_matrix import hidden_from

pytestmark = pytest.mark.django_db


def content(person: User, readers: str, subject: Any) -> bytes:
    """Return all that a dossier with every part says, and writes nothing."""
    of = {"cohort": None, str(subject._meta.model_name): subject}
    dossier = DossierFactory.build(person=person, readers=readers, parts=list(PARTS[kind_of(subject)]), **of)
    return repr(build(Collection(dossier, access_of(dossier), lambda _steps: None), "en")).encode()


def test_no_dossier_holds_texts_of_others(stage: Stage):
    home = stage.home
    found = {}
    for role in "CDPMRANX" + FORMER:
        if leaks := leaks_in(content(home[role], "me", home.edition), *hidden_from(role)):
            found[role] = leaks
    for role in "CP":
        if leaks := leaks_in(content(home[role], "me", home.cohort), *hidden_from(role)):
            found[role, "cohort"] = leaks
    # the lab reads everything, but what it makes for others holds what cohorts share with them
    for readers in ("edition", "public"):
        for subject in (home.edition, stage.near.cohort):
            if leaks := leaks_in(content(home["S"], readers, subject), NEAR, FAR):
                found[readers, str(subject)] = leaks
    assert found == {}
    assert leaks_in(content(home["S"], "me", stage.near.cohort), NEAR)
    assert leaks_in(content(home["S"], "me", stage.far.edition), FAR)
