"""Actions on the roles of people in the lab."""

from django.utils.translation import gettext_lazy

from accounts.models import User
from web.actions import action


@action(gettext_lazy("Role in the lab changed"), security_event=True, forbidden_while_acting=True)
def set_lab_role(*, user: User, role: str, by: User | None, reason: str = "") -> User:
    """Give a person a role in the lab, a value of `LabRole`, or end it with "", and return them.

    `reason` stays in the history. Raises DomainError for the last administrator of the lab, who keeps that role.
    """
    row = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    row.is_lab_staff, row.lab_role = bool(role), role
    row.save(update_fields=["is_lab_staff", "lab_role"])
    return row
