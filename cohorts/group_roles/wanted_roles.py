"""The roles that rules give a person by their groups, and what follows for the roles that they have (pure)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from cohorts.group_roles.enums import LAB_ROLES, GroupRole

_LEAST_FIRST = ["", *LAB_ROLES]


class RuleValues(Protocol):
    """What is read of a rule."""

    @property
    def provider(self) -> str: ...
    @property
    def group(self) -> str: ...
    @property
    def siren(self) -> str: ...
    @property
    def role(self) -> str: ...


class GroupsValues(Protocol):
    """What is read of someone's groups at a provider; `siren` is that of their organisation there, "" if not stated."""

    @property
    def provider(self) -> str: ...
    @property
    def groups(self) -> Collection[str]: ...
    @property
    def siren(self) -> str: ...


@dataclass(frozen=True, slots=True)
class WantedRoles:
    """The roles that rules give: the highest one in the lab, or "", and the SIRENs of authorities to administer."""

    lab_role: str
    sirens: frozenset[str]


class LabRoleAfter(NamedTuple):
    """The role in the lab afterwards, and the role in it without any group, which is the one given by hand."""

    role: str
    by_hand: str

    @property
    def is_granted(self) -> bool:
        """Return whether the person has the role by their groups, and not by hand."""
        return self.role != self.by_hand


def wanted_roles(rules: Iterable[RuleValues], groups: Collection[GroupsValues]) -> WantedRoles:
    """Return the roles that the rules give to someone with these groups, at one provider or several.

    Groups are compared character by character: neither capitals nor parts of a name are taken for another group.
    """
    given = [
        rule
        for rule in rules
        for each in groups
        if rule.provider == each.provider and rule.group in each.groups and rule.siren in ("", each.siren)
    ]
    of_lab = [rule.role for rule in given if rule.role != GroupRole.AUTHORITY_ADMIN]
    return WantedRoles(
        max(of_lab, key=_LEAST_FIRST.index, default=""),
        frozenset(rule.siren for rule in given if rule.role == GroupRole.AUTHORITY_ADMIN),
    )


def lab_role_after(current: str, *, granted: str, previous: str, wanted: str) -> LabRoleAfter:
    """Return the role in the lab that someone with the role `current` has once the rules give them `wanted`.

    `granted` is the role that a group gave them before, "" for none, and `previous` the one that they had until then.
    A role given by hand since then stays, and so does one that is higher than what the group gives.
    """
    by_hand = previous if granted and granted == current else current
    return LabRoleAfter(max(by_hand, wanted, key=_LEAST_FIRST.index), by_hand)
