"""How the lab answers somebody who asks to come in."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.cohort.models import CohortQuerySet
from cohorts.models import AccessRequest, Cohort
from cohorts.people.enums import Role
from web.forms.fields import NameField, WordsField, needed_if
from web.mailboxes import MailboxField


class CohortField(forms.ModelChoiceField[Cohort]):
    """A cohort, beside the authority whose it is."""

    def label_from_instance(self, obj: Cohort) -> str:
        return f"{obj.authority} — {obj.name} ({obj.edition})"


class GrantForm(forms.Form):
    """Which cohort, as what; name and address are asked for only where the provider told none."""

    email = MailboxField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("The sign-in provider gives no address. Ask the person for it."),
    )
    full_name = NameField(label=_("Name"), max_length=150)
    cohort = CohortField(
        queryset=Cohort.objects.none(),
        label=_("Cohort"),
        help_text=_("The cohort you choose confirms the person’s authority, or changes it."),
    )
    role = forms.ChoiceField(label=_("Role"), initial=Role.AMBASSADOR)
    discipline = needed_if(
        WordsField(label=_("Discipline"), max_length=80, help_text=_("For residents: design, sociology, urbanism…")),
        _("required for residents"),
    )

    def __init__(
        self, *args: Any, access: AccessRequest, cohorts: CohortQuerySet, roles: Sequence[Role], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen, role = cast("Any", self.fields["cohort"]), cast("forms.ChoiceField", self.fields["role"])
        chosen.queryset = cohorts
        role.choices = [(given.value, given.label) for given in roles]
        if proposed := cohorts.filter(authority=access.authority_id).first() if access.authority_id else None:
            self.initial["cohort"] = proposed.pk
        if access.email or access.user_id:
            del self.fields["email"]
        if access.full_name or access.user_id:
            del self.fields["full_name"]


class RefuseForm(forms.Form):
    """Why not."""

    reason = WordsField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads this reason when they next sign in with their organisation’s account."),
    )
