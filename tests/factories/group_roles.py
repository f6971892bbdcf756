"""Rules that give roles to groups, the groups of people at a provider, and roles that they have by them."""

from datetime import UTC, datetime

import factory

from cohorts.models import GroupGrant, GroupRule, ProviderGroups
from tests.factories.accounts import UserFactory


class GroupRuleFactory(factory.django.DjangoModelFactory):
    """The rule that a group at the provider "local" are members of the lab."""

    class Meta:
        model = GroupRule

    provider = "local"
    group = factory.Sequence(lambda n: f"group-{n}")
    role = "member"


class ProviderGroupsFactory(factory.django.DjangoModelFactory):
    """The groups of someone who signed in with the provider "local" on 20 November 2026."""

    class Meta:
        model = ProviderGroups

    user = factory.SubFactory(UserFactory)
    provider = "local"
    groups = factory.LazyFunction(list)
    signed_in_at = datetime(2026, 11, 20, 9, tzinfo=UTC)


def granted(user: object = None, role: str = "member", **fields: object) -> GroupGrant:
    """Return a grant by the group "staff" of someone whose account does not have the role yet."""
    user = user or UserFactory()
    GroupRule.objects.get_or_create(provider="local", group="staff", role=role)
    if not ProviderGroups.objects.filter(user=user).exists():
        ProviderGroupsFactory(user=user, groups=["staff"])
    return GroupGrant.objects.create(user=user, role=role, granted_at=datetime(2026, 11, 20, 9, tzinfo=UTC), **fields)
