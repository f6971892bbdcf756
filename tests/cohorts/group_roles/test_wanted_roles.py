"""What rules give by groups, and what stays of what was given by hand."""

from typing import NamedTuple

import pytest

from cohorts.group_roles.wanted_roles import LabRoleAfter, lab_role_after, wanted_roles


class Rule(NamedTuple):
    """The values of a rule."""

    group: str
    role: str
    siren: str = ""
    provider: str = "local"


class Groups(NamedTuple):
    """Someone's groups at a provider."""

    groups: list[str]
    siren: str = ""
    provider: str = "local"


RULES = [
    Rule("staff", "member"),
    Rule("chiefs", "administrator"),
    Rule("guests", "reader", siren="732829320"),
    Rule("admins", "authority_admin", siren="732829320"),
    Rule("admins", "authority_admin", siren="552100554"),
    Rule("staff", "administrator", provider="other"),
]


@pytest.mark.parametrize(
    ("groups", "lab_role", "sirens"),
    [
        ([Groups(["staff"])], "member", set()),
        ([Groups(["staff", "chiefs"])], "administrator", set()),
        ([Groups(["Staff", "staff ", "sta", "ff"])], "", set()),
        ([Groups([])], "", set()),
        ([], "", set()),
        ([Groups(["guests"])], "", set()),
        ([Groups(["guests"], siren="732829320")], "reader", set()),
        ([Groups(["admins"], siren="732829320")], "", {"732829320"}),
        ([Groups(["admins"])], "", set()),
        ([Groups(["staff"], provider="other")], "administrator", set()),
        ([Groups(["staff"]), Groups(["staff"], provider="other")], "administrator", set()),
        ([Groups(["staff"], provider="unknown")], "", set()),
    ],
)
def test_groups_give_what_a_rule_says_and_nothing_else(groups: list[Groups], lab_role: str, sirens: set[str]):
    wanted = wanted_roles(RULES, groups)
    assert (wanted.lab_role, wanted.sirens) == (lab_role, sirens)


@pytest.mark.parametrize(
    ("current", "granted", "previous", "wanted", "after"),
    [
        ("", "", "", "member", ("member", "")),
        ("member", "member", "", "member", ("member", "")),
        ("member", "member", "", "", ("", "")),
        ("member", "member", "reader", "", ("reader", "reader")),
        ("member", "member", "reader", "administrator", ("administrator", "reader")),
        ("administrator", "", "", "member", ("administrator", "administrator")),
        ("administrator", "member", "", "", ("administrator", "administrator")),
        ("reader", "member", "", "", ("reader", "reader")),
        ("", "member", "", "member", ("member", "")),
        ("", "", "", "", ("", "")),
    ],
    ids=[
        "a group gives a role",
        "it stays with the group",
        "it goes with the group",
        "the role before comes back",
        "another group gives a higher one",
        "a higher one by hand stays",
        "one given by hand since then stays",
        "a lower one given by hand since then stays",
        "one that was ended by hand comes back with the group",
        "nothing gives nothing",
    ],
)
def test_role_in_the_lab_after_a_sign_in(
    current: str, granted: str, previous: str, wanted: str, after: tuple[str, str]
):
    assert lab_role_after(current, granted=granted, previous=previous, wanted=wanted) == LabRoleAfter(*after)
