"""Who may add, edit and withdraw files: the domain's table, role by role."""

import pytest

from files.permissions import can_edit_file, file_decisions
from tests.factories.accounts import UserFactory
from tests.factories.files import AttachmentFactory, owner

ROLES = "SCDPMRAN"


ADDED_BY = "Only the lab, the cohort’s design team, its pilot and the person who added the file can do this."


def allowed(act: str, **options: bool) -> str:
    return "".join(role for role in ROLES if file_decisions(frozenset(role), **options)[act])


@pytest.mark.parametrize(("act", "roles"), [("can_add", "SCDPM"), ("can_edit", "SCDP"), ("can_edit_own", "SCDPM")])
def test_roles_have_the_permissions_of_the_table(act: str, roles: str):
    assert allowed(act) == roles
    assert (allowed(act, published=True), bool(file_decisions(frozenset())[act])) == ("", False)


def test_refusal_has_a_reason():
    found = file_decisions(frozenset("R"))
    assert {name: str(decision.reason) for name, decision in found.items()} == {
        "can_add": "Only the lab, the cohort’s design team, its pilot and its ambassadors can do this.",
        "can_edit": ADDED_BY,
        "can_edit_own": ADDED_BY,
    }
    published = file_decisions(frozenset("S"), published=True)["can_add"]
    assert str(published.reason) == "These are published facts: files cannot be added."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "own", "may"), [("M", True, True), ("M", False, False), ("P", False, True), ("R", True, False)]
)
def test_ambassador_edits_only_their_own_files(role: str, own: bool, may: bool):
    person = UserFactory()
    row = AttachmentFactory(uploaded_by=person if own else UserFactory())
    assert bool(can_edit_file(owner(person, role), row)) is may
