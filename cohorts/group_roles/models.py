"""Rules that give a role to a group of an identity provider, the groups of people there, and the roles so given."""

from datetime import datetime, timedelta
from typing import Final

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.hooks import GROUP_LENGTH
from cohorts.group_roles.enums import LAB_ROLES, GroupRole
from programmes.models import AuthorityAdmin
from web.database.columns import choices_constraint
from web.database.tracking import tracked
from web.database.triggers import Frozen, Rule

RETENTION_PERIOD: Final = timedelta(days=90)  # after the last sign-in with the provider
_ADMIN: Final = GroupRole.AUTHORITY_ADMIN
_RULE_FOR_GRANT: Final = (
    "SELECT FROM cohorts_grouprule r JOIN cohorts_providergroups g ON g.provider = r.provider"
    " AND r.\"group\" = ANY(g.groups) AND r.siren IN ('', g.siren)"
    " WHERE r.role = NEW.role AND g.user_id = NEW.user_id AND (NEW.mandate_id IS NULL OR r.siren ="
    " (SELECT a.siren FROM programmes_authority a JOIN programmes_authorityadmin m ON m.authority_id = a.id"
    " WHERE m.id = NEW.mandate_id AND m.user_id = NEW.user_id))"
)


@tracked()
class GroupRule(models.Model):
    """A rule of the lab: people in a group at an identity provider have a role.

    With a SIREN it counts only for people whose organisation, as the provider states it, has this SIREN. An admin of an
    authority administers the one with that SIREN.
    """

    provider = models.CharField(_("identity provider"), max_length=30)
    group = models.CharField(_("group"), max_length=GROUP_LENGTH)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    role = models.CharField(_("role"), max_length=15, choices=GroupRole.choices)

    class Meta:
        verbose_name = _("rule for a group")
        verbose_name_plural = _("rules for groups")
        constraints = [
            choices_constraint("role", GroupRole, "group_rule_role"),
            models.CheckConstraint(condition=Q(group__regex=r"\S"), name="group_rule_group"),
            models.CheckConstraint(condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"), name="group_rule_siren"),
            models.CheckConstraint(condition=~Q(role=_ADMIN, siren=""), name="group_rule_authority"),
            models.UniqueConstraint(fields=["provider", "group", "siren", "role"], name="group_rule_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group} · {self.get_role_display()}"


class ProviderGroupsQuerySet(models.QuerySet["ProviderGroups"]):
    def expired(self, at: datetime) -> "ProviderGroupsQuerySet":
        """Return the rows of people who, at the moment `at`, have not signed in with the provider for 90 days."""
        return self.filter(signed_in_at__lt=at - RETENTION_PERIOD)


class ProviderGroups(models.Model):
    """The groups of a person at an identity provider at their last sign-in with it; only the lab's preview of a rule
    and the end of a role need them. It has no history.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="provider_groups", verbose_name=_("person")
    )
    provider = models.CharField(_("identity provider"), max_length=30)
    groups = ArrayField(models.CharField(max_length=GROUP_LENGTH), verbose_name=_("groups"), blank=True)
    siren = models.CharField(_("SIREN"), max_length=9, blank=True)
    signed_in_at = models.DateTimeField(_("signed in on"))

    objects = ProviderGroupsQuerySet.as_manager()

    class Meta:
        verbose_name = _("groups at an identity provider")
        verbose_name_plural = _("groups at identity providers")
        constraints = [models.UniqueConstraint(fields=["user", "provider"], name="provider_groups_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.provider}"


@tracked()
class GroupGrant(models.Model):
    """A role that a person has by a rule about a group of theirs; what they were given by hand has no such row.

    Of a role in the lab, `previous_role` is the one that they have again once the grant ends. An admin's grant names
    the mandate that began with it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="group_grants", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=15, choices=GroupRole.choices)
    previous_role = models.CharField(_("role before"), max_length=15, choices=GroupRole.choices, blank=True)
    mandate = models.ForeignKey(
        AuthorityAdmin,
        models.PROTECT,
        related_name="group_grants",
        verbose_name=pgettext_lazy("of an admin", "mandate"),
        null=True,
        blank=True,
    )
    granted_at = models.DateTimeField(_("given on"))
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("role given by a group")
        verbose_name_plural = _("roles given by groups")
        constraints = [
            models.CheckConstraint(
                condition=Q(role=_ADMIN, mandate__isnull=False, previous_role="")
                | Q(role__in=LAB_ROLES, mandate=None, previous_role__in=["", *LAB_ROLES]),
                name="group_grant_of_lab_or_authority",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None, mandate=None), name="group_grant_one_lab_role"
            ),
            models.UniqueConstraint(fields=["mandate"], name="group_grant_once_for_mandate"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("granted_at")), name="group_grant_ends_after_it_began"
            ),
        ]
        triggers = [
            Rule(
                name="group_grant_has_rule",
                operation=pgtrigger.Insert,
                broken=f"NOT EXISTS ({_RULE_FOR_GRANT})",
            ),
            Frozen(name="group_grant_fixed", mutable_columns=["ended_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
