"""Actions on roles by groups: the rules of the lab, and what they give and take at each sign-in with a provider."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.hooks import ProviderIdentity
from accounts.lab.actions import set_lab_role
from accounts.models import User
from cohorts.group_roles.enums import GroupRole
from cohorts.group_roles.models import GroupGrant, GroupRule, ProviderGroups
from cohorts.group_roles.plans import RolePlan, role_plans
from cohorts.lab.actions import end_lab_role
from cohorts.refusals import INVALID_SIREN
from programmes.actions import end_admin, name_admin
from programmes.authorities.siren import is_siren
from programmes.authorities.siret import siren_of
from programmes.clock import authority_day
from programmes.models import Authority
from web.actions import action
from web.dates.clock import platform_day
from web.errors import DomainError


@action(gettext_lazy("Rule for a group added"), security_event=True, forbidden_while_acting=True)
def add_group_rule(*, provider: str, group: str, role: str, siren: str, at: datetime, by: User) -> GroupRule:
    """Add the rule that a group at a provider gives a role, and return it; it counts from each next sign-in on.

    Raises DomainError for a SIREN that is not valid or that no authority here has, for a rule that exists, and for a
    rule without a SIREN at a provider that passes on groups of many organisations (ProConnect).
    """
    check_rule(provider=provider, role=role, siren=siren, at=at)
    return GroupRule.objects.create(provider=provider, group=group, role=role, siren=siren)


def check_rule(*, provider: str, role: str, siren: str, at: datetime) -> None:
    """Raise DomainError where these values make no rule: see `add_group_rule`."""
    if siren and not is_siren(siren):
        raise DomainError(INVALID_SIREN, field="siren")
    if role == GroupRole.AUTHORITY_ADMIN:
        if not Authority.objects.living(platform_day(at)).filter(siren=siren).exclude(siren="").exists():
            raise DomainError(_("Give the SIREN of the authority. No authority here has this one."), field="siren")
    elif not siren and is_federation(provider):
        raise DomainError(
            _("This provider passes on the groups of many organisations. Give the SIREN of yours."), field="siren"
        )


def is_federation(provider: str) -> bool:
    """Return whether a provider passes on what many organisations say of their people, as ProConnect does."""
    apps = {app["provider_id"]: app for app in settings.OIDC_PROVIDERS}
    return bool(provider in apps and apps[provider]["settings"]["claims"] == "proconnect")


@action(gettext_lazy("Rule for a group removed"), security_event=True, forbidden_while_acting=True)
def remove_group_rule(*, rule: GroupRule, at: datetime, by: User, reason: str = "") -> list[RolePlan]:
    """Remove a rule, and at once the roles that only it gave.

    Returns the plans that could not be carried out, such as that of the lab's last administrator, who stays.
    """
    _lock_rules()
    rule.delete()
    return _apply_plans(User.objects.filter(group_grants__role=rule.role, group_grants__ended_at=None), at=at)


@action(gettext_lazy("Roles by groups updated"))
def apply_provider_groups(
    *, user: User, identity: ProviderIdentity, at: datetime, by: User | None, reason: str = ""
) -> list[RolePlan]:
    """Give a person who signs in with a provider the roles of their groups there, and take those of groups they left.

    Returns the plan if a part of it could not be carried out, as a list. What was given by hand stays.
    """
    _lock_rules()
    ProviderGroups.objects.update_or_create(
        user=user,
        provider=identity.provider,
        defaults={"groups": list(identity.groups or ()), "siren": siren_of(identity.siret), "signed_in_at": at},
    )
    return _apply_plans(User.objects.filter(pk=user.pk), at=at)


@action(gettext_lazy("Groups of an identity provider deleted"))
def forget_provider_groups(
    *, user: User, provider: str, at: datetime, by: User | None, reason: str = ""
) -> list[RolePlan]:
    """Delete a person’s groups at a provider that they disconnected, and take the roles that only these groups gave.

    Returns the plan if a part of it could not be carried out, as a list.
    """
    _lock_rules()
    ProviderGroups.objects.filter(user=user, provider=provider).delete()
    return _apply_plans(User.objects.filter(pk=user.pk), at=at)


@action(gettext_lazy("Groups at an identity provider expired"))
def expire_provider_groups(*, at: datetime, by: User | None) -> int:
    """Delete the groups of people who have not signed in with their provider for 90 days, with the roles that they had
    by them; return how many rows were deleted.
    """
    rows = ProviderGroups.objects.expired(at)
    people = list(rows.values_list("user", flat=True))
    deleted, _by_model = rows.delete()
    _apply_plans(User.objects.filter(pk__in=people), at=at)
    return deleted


def _lock_rules() -> None:
    """Lock all rules, so that a rule is not removed while someone signs in, who would have its role without it."""
    list(GroupRule.objects.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _apply_plans(people: QuerySet[User], *, at: datetime) -> list[RolePlan]:
    """Give people the roles that the rules say, and take others; return the plans of which a part was refused.

    The people are locked, so that two sign-ins at once change their roles one after the other.
    """
    keys = people.order_by().values("pk")
    locked = list(User.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True))
    plans = role_plans(locked, GroupRule.objects.all(), at)
    return [plan for plan in plans if not all([_change_lab_role(plan, at), *_change_mandates(plan, at)])]


def _change_lab_role(plan: RolePlan, at: datetime) -> bool:
    """Give the person the role in the lab that is planned, and record by which grant they have it.

    Returns False, and changes nothing, where a rule of the platform refuses it: the lab's last administrator stays.
    """
    user, before = plan.person, plan.lab_grant
    if plan.changes_lab_role and not _try_step(_set_role, user=user, role=plan.lab.role, at=at):
        return False
    is_same = before and (before.role, before.previous_role) == plan.lab and plan.lab.is_granted
    if before and not is_same:
        _end(before, at)
    if plan.lab.is_granted and not is_same:
        GroupGrant.objects.create(user=user, role=plan.lab.role, previous_role=plan.lab.by_hand, granted_at=at)
    return True


def _set_role(*, user: User, role: str, at: datetime) -> None:
    """Give a person a role in the lab; without one they leave it, and coordinate no cohort any longer."""
    reason = _("By groups at an identity provider")
    if role:
        set_lab_role(user=user, role=role, reason=reason, by=None)
    else:
        end_lab_role(colleague=user, successor=None, reason=reason, at=at, by=None)


def _change_mandates(plan: RolePlan, at: datetime) -> list[bool]:
    """Begin and end the mandates as planned; return for each whether no rule of the platform refused it."""
    gained = [_try_step(_begin_mandate, user=plan.person, authority=authority, at=at) for authority in plan.gained]
    return gained + [_try_step(_end_mandate, grant=grant, at=at) for grant in plan.lost]


def _begin_mandate(*, user: User, authority: Authority, at: datetime) -> None:
    """Make the person an admin of the authority, and record that a group gave them this mandate."""
    today = authority_day(authority, at)
    mandate = name_admin(authority=authority, email=user.email, today=today, at=at, by=None)
    GroupGrant.objects.create(user=user, role=GroupRole.AUTHORITY_ADMIN, mandate=mandate, granted_at=at)


def _end_mandate(*, grant: GroupGrant, at: datetime) -> None:
    """End a mandate that a group gave; nothing but the grant ends where someone ended the mandate by hand."""
    if grant.mandate:
        end_admin(admin=grant.mandate, at=at, by=None)
    _end(grant, at)


def _end(grant: GroupGrant, at: datetime) -> None:
    """Record that a role no longer comes from a group."""
    grant.ended_at = at
    grant.save(update_fields=["ended_at"])


def _try_step(step: Callable[..., Any], **arguments: Any) -> bool:
    """Run a step in a savepoint; return whether it succeeded, and was not refused by a rule of the platform."""
    try:
        with transaction.atomic():
            step(**arguments)
    except (DomainError, IntegrityError):
        return False
    return True
