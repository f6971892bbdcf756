"""The form of a rule about a group, with what was previewed last."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.hooks import GROUP_LENGTH
from cohorts.group_roles.enums import GroupRole
from web.forms.fields import CHOICE_ERRORS, VisibleTextField


class GroupRuleForm(forms.Form):
    """A rule about a group. It is saved only as it was previewed (`is_previewed`)."""

    provider = forms.ChoiceField(label=_("Identity provider"), error_messages=CHOICE_ERRORS)
    group = VisibleTextField(
        label=_("Group"),
        max_length=GROUP_LENGTH,
        help_text=_("As the provider spells it, with capitals, such as lab-members."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=GroupRole.choices, error_messages=CHOICE_ERRORS)
    siren = VisibleTextField(
        label=_("SIREN of the organisation"),
        max_length=9,
        required=False,
        help_text=_(
            "Only people whose organisation, according to the provider, has this SIREN get the role. For an admin, it"
            " is the SIREN of the authority that they administer."
        ),
    )
    previewed = forms.CharField(required=False, widget=forms.HiddenInput, max_length=300)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Offer the providers that send groups; the arguments are those of a Django form."""
        super().__init__(*args, **options)
        provider: Any = self.fields["provider"]
        provider.choices = providers_with_groups()

    def action_arguments(self) -> dict[str, Any]:
        """Return the values of the valid form as arguments of its action."""
        return {name: self.cleaned_data[name] for name in ("provider", "group", "role", "siren")}

    @property
    def is_previewed(self) -> bool:
        """Return whether the valid form has the values that were previewed last."""
        return bool(self.cleaned_data["previewed"] == self._values_text())

    def mark_previewed(self) -> None:
        """Let the valid form that is shown again be saved as it is."""
        self.data = {**self.data, **self.action_arguments(), "previewed": self._values_text()}

    def _values_text(self) -> str:
        """Return the values of the rule as one text."""
        return "|".join(self.action_arguments().values())


def providers_with_groups() -> list[tuple[str, str]]:
    """Return id and name of the identity providers whose groups are read (`groups_claim` in OIDC_PROVIDERS)."""
    apps = [app for app in settings.OIDC_PROVIDERS if app["settings"]["groups_claim"]]
    return [(app["provider_id"], app["name"]) for app in apps]
