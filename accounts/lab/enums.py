"""The roles that people have in the lab."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LabRole(models.TextChoices):
    """What a person of the lab may do: see `docs/decisions/0056-readers-of-the-lab-change-nothing.md`."""

    ADMINISTRATOR = "administrator", _("administrator")
    MEMBER = "member", _("member")
    READER = "reader", _("reader")

    @property
    def about(self) -> str:
        """Return the sentence that says what someone with this role may do."""
        return str(ABOUT_LAB_ROLES[self])


ABOUT_LAB_ROLES = {
    LabRole.ADMINISTRATOR: _("Does everything, and manages the people and the settings of the lab."),
    LabRole.MEMBER: _("Does everything but manage the people and the settings of the lab."),
    LabRole.READER: _("Sees what the lab sees, and changes nothing."),
}
