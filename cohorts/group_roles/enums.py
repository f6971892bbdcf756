"""The roles that a rule about a group can give."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class GroupRole(models.TextChoices):
    """The roles that a rule can give: those of the lab, with the values of `LabRole`, and admin of an authority.

    No role in a cohort: who takes part in one agrees to it by accepting an invitation.
    """

    READER = "reader", _("reader of the lab")
    MEMBER = "member", _("member of the lab")
    ADMINISTRATOR = "administrator", _("administrator of the lab")
    AUTHORITY_ADMIN = "authority_admin", _("admin of the authority")


LAB_ROLES: Final = (GroupRole.READER, GroupRole.MEMBER, GroupRole.ADMINISTRATOR)  # from the least to the most
