"""Forms about the lab's own people."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.lab.enums import LabRole
from accounts.models import User
from cohorts.form_fields import ReasonField
from cohorts.invitations.enums import LAB_ROLES
from cohorts.lab.queries import successors_of
from notifications.reminders.reason_texts import join_with_colon
from web.forms.fields import CHOICE_ERRORS, NameField
from web.mailboxes import MailboxField


def _role_help() -> str:
    """Return what each role in the lab may do, as one text."""
    return " ".join(join_with_colon(role.label.capitalize(), role.about) for role in LabRole)


class ColleagueForm(forms.Form):
    """The address, name and role of a colleague whom one invites to the lab."""

    email = MailboxField(label=_("E-mail address"), max_length=254)
    full_name = NameField(
        label=_("Name"), max_length=150, help_text=_("Someone who has an account keeps the name they chose.")
    )
    language = forms.ChoiceField(label=_("Language of e-mails"), choices=settings.LANGUAGES)
    role = forms.ChoiceField(label=_("Role in the lab"), initial="lab_member", error_messages=CHOICE_ERRORS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the roles of the lab, and explain them; the arguments are those of a Django form."""
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(invited.value, each.label.capitalize()) for invited, each in LAB_ROLES.items()]
        role.help_text = _role_help()


class LabRoleForm(forms.Form):
    """The new role of a colleague."""

    role = forms.ChoiceField(label=_("Role in the lab"), error_messages=CHOICE_ERRORS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Explain the roles; the arguments are those of a Django form."""
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(each.value, each.label.capitalize()) for each in LabRole]
        role.help_text = _role_help()


class HandOverForm(forms.Form):
    """The colleague who coordinates from now on."""

    successor = forms.ModelChoiceField(
        label=_("Who coordinates from tomorrow on"), queryset=User.objects.none(), error_messages=CHOICE_ERRORS
    )

    def __init__(self, *args: Any, colleague: User, **kwargs: Any) -> None:
        """Offer everyone else of the lab but its readers; other arguments are those of a Django form."""
        super().__init__(*args, **kwargs)
        successor: Any = self.fields["successor"]
        successor.queryset = successors_of(colleague)


class EndLabRoleForm(HandOverForm):
    """Who takes over from a colleague who leaves the lab, and why they leave."""

    reason = ReasonField(label=_("Why"), help_text=_("This reason stays in the history."))

    def __init__(self, *args: Any, coordinates: bool, **kwargs: Any) -> None:
        """Ask for a successor only if the colleague `coordinates` cohorts; then one can still be left out."""
        super().__init__(*args, **kwargs)
        successor: Any = self.fields["successor"]
        successor.required, successor.empty_label = False, _("Nobody yet")
        if not coordinates:
            del self.fields["successor"]

    def action_arguments(self) -> dict[str, Any]:
        """Return the values of the valid form as arguments of its action."""
        return {"successor": None} | self.cleaned_data
