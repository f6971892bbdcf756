"""What the rules about groups change for people: read for a preview, and to carry it out."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from cohorts.group_roles.enums import GroupRole
from cohorts.group_roles.models import GroupGrant, GroupRule, ProviderGroups
from cohorts.group_roles.wanted_roles import LabRoleAfter, lab_role_after, wanted_roles
from programmes.models import Authority, AuthorityAdmin
from web.dates.clock import platform_day

MAX_PEOPLE: Final = 500  # who are previewed, those who signed in last
MAX_SENTENCES: Final = 50


@dataclass(frozen=True, slots=True)
class RolePlan:
    """What the rules change for one person: their role in the lab afterwards, the authorities that they administer from
    now on, and the grants that end because the person no longer administers their authority.

    `lab_grant` is the grant by which they have their present role in the lab, None without one.
    """

    person: User
    lab: LabRoleAfter
    lab_grant: GroupGrant | None
    gained: list[Authority]
    lost: list[GroupGrant]

    @property
    def changes_lab_role(self) -> bool:
        """Return whether the person has another role in the lab afterwards, or none."""
        return self.lab.role != self.person.lab_role

    def sentences(self) -> list[str]:
        """Return one sentence for each role that the person gains or loses."""
        person, found = self.person, []
        if self.changes_lab_role and self.lab.role:
            role = GroupRole(self.lab.role).label
            found.append(_("%(person)s becomes %(role)s.") % {"person": person, "role": role})
        elif self.changes_lab_role:
            role = GroupRole(person.lab_role).label
            found.append(_("%(person)s is no longer %(role)s.") % {"person": person, "role": role})
        lost = [grant.mandate.authority for grant in self.lost if grant.mandate and grant.mandate.until is None]
        found += [_("%(person)s becomes admin of %(body)s.") % {"person": person, "body": each} for each in self.gained]
        found += [_("%(person)s is no longer admin of %(body)s.") % {"person": person, "body": each} for each in lost]
        return found


def role_plans(people: Sequence[User], rules: Iterable[GroupRule], at: datetime) -> list[RolePlan]:
    """Return what these rules change for each of these people at the moment `at`. Four statements."""
    every_rule = list(rules)
    groups, grants = defaultdict(list), defaultdict(list)
    for row in ProviderGroups.objects.filter(user__in=people):
        groups[row.user_id].append(row)
    for grant in GroupGrant.objects.filter(user__in=people, ended_at=None).select_related("mandate__authority"):
        grants[grant.user_id].append(grant)
    administered = set(AuthorityAdmin.objects.filter(user__in=people, until=None).values_list("user", "authority"))
    sirens = {rule.siren for rule in every_rule if rule.role == GroupRole.AUTHORITY_ADMIN}
    authorities = list(Authority.objects.living(platform_day(at)).filter(siren__in=sirens).order_by("pk"))
    plans = []
    for person in people:
        wanted = wanted_roles(every_rule, groups[person.pk])
        to_administer = [each for each in authorities if each.siren in wanted.sirens]
        gained = [each for each in to_administer if (person.pk, each.pk) not in administered]
        plans.append(_plan(person, wanted.lab_role, grants[person.pk], to_administer, gained))
    return plans


def _plan(
    person: User, lab_role: str, grants: list[GroupGrant], to_administer: list[Authority], gained: list[Authority]
) -> RolePlan:
    """Return what changes for one person who has these open grants, from what the rules give them."""
    lab_grant = next((grant for grant in grants if grant.mandate is None), None)
    administered = {each.pk for each in to_administer}
    after = lab_role_after(
        person.lab_role,
        granted=lab_grant.role if lab_grant else "",
        previous=lab_grant.previous_role if lab_grant else "",
        wanted=lab_role,
    )
    lost = [
        grant
        for grant in grants
        if grant.mandate and (grant.mandate.until is not None or grant.mandate.authority_id not in administered)
    ]
    return RolePlan(person, after, lab_grant, gained, lost)


def preview_sentences(rule: GroupRule, rules: Iterable[GroupRule], at: datetime) -> list[str]:
    """Return a sentence for each role that people would gain or lose by the `rules`, or one that nobody would.

    These are people who signed in lately with the provider of `rule`, the latest first.
    """
    people = User.objects.filter(provider_groups__provider=rule.provider)
    latest = list(people.order_by("-provider_groups__signed_in_at", "pk")[:MAX_PEOPLE])
    sentences = [text for plan in role_plans(latest, rules, at) for text in plan.sentences()]
    if not sentences:
        return [_("Nobody who signed in with this provider lately gains or loses a role.")]
    if (more := len(sentences) - MAX_SENTENCES) > 0:
        rest = ngettext("and %(n)d more change", "and %(n)d more changes", more) % {"n": more}
        return [*sentences[:MAX_SENTENCES], rest]
    return sentences
