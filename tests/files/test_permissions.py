"""Who may bring, edit and withdraw files: the domain's table, letter by letter."""

import pytest

from files.permissions import decisions, may_edit
from tests.factories.accounts import UserFactory
from tests.factories.files import AttachmentFactory, owner

LETTERS = "SCDPMRAN"


ADDED_BY = "Only the lab, the cohort’s design team, its pilot and the person who added the file can do this."


def allowed(act: str, **told: bool) -> str:
    return "".join(letter for letter in LETTERS if decisions(frozenset(letter), **told)[act])


@pytest.mark.parametrize(("act", "letters"), [("may_add", "SCDPM"), ("may_edit", "SCDP"), ("may_edit_own", "SCDPM")])
def test_the_table(act: str, letters: str):
    assert allowed(act) == letters
    assert (allowed(act, published=True), bool(decisions(frozenset())[act])) == ("", False)


def test_a_refusal_says_why():
    found = decisions(frozenset("R"))
    assert {name: str(decision.reason) for name, decision in found.items()} == {
        "may_add": "Only the lab, the cohort’s design team, its pilot and its ambassadors can do this.",
        "may_edit": ADDED_BY,
        "may_edit_own": ADDED_BY,
    }
    published = decisions(frozenset("S"), published=True)["may_add"]
    assert str(published.reason) == "These are published facts: files cannot be added."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("letter", "own", "may"), [("M", True, True), ("M", False, False), ("P", False, True), ("R", True, False)]
)
def test_an_ambassador_edits_what_they_brought(letter: str, own: bool, may: bool):
    person = UserFactory()
    row = AttachmentFactory(uploaded_by=person if own else UserFactory())
    assert bool(may_edit(owner(person, letter), row)) is may
