"""Forms in which the lab answers an access request."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.cohort.models import CohortQuerySet
from cohorts.models import AccessRequest, Cohort
from cohorts.people.enums import MembershipRole
from web.forms.fields import NameField, VisibleTextField, required_if
from web.mailboxes import MailboxField


class CohortField(forms.ModelChoiceField[Cohort]):
    """A choice of cohorts, each labelled with its authority and edition."""

    def label_from_instance(self, obj: Cohort) -> str:
        """Return the label of the cohort `obj` in the choices, such as “Authority — Cohort (Edition)”."""
        return f"{obj.authority} — {obj.name} ({obj.edition})"


class GrantAccessForm(forms.Form):
    """The cohort and the role to give to the person of an access request.

    Name and address are asked for only when the provider did not send them.
    """

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
    role = forms.ChoiceField(label=_("Role"), initial=MembershipRole.AMBASSADOR)
    discipline = required_if(
        VisibleTextField(
            label=_("Discipline"), max_length=80, help_text=_("For residents: design, sociology, urbanism…")
        ),
        _("required for residents"),
    )

    def __init__(
        self, *args: Any, access: AccessRequest, cohorts: CohortQuerySet, roles: Sequence[MembershipRole], **kwargs: Any
    ) -> None:
        """Fill the choices with `cohorts` and `roles`, and select the first cohort of the authority that `access`
        proposes.

        The fields for e-mail address and name are removed when the provider sent them or the person has an account.
        Other arguments are those of a Django form.
        """
        super().__init__(*args, **kwargs)
        cohort, role = cast("Any", self.fields["cohort"]), cast("forms.ChoiceField", self.fields["role"])
        cohort.queryset = cohorts
        role.choices = [(choice.value, choice.label) for choice in roles]
        if proposed_cohort := cohorts.filter(authority=access.authority_id).first() if access.authority_id else None:
            self.initial["cohort"] = proposed_cohort.pk
        if access.email or access.user_id:
            del self.fields["email"]
        if access.full_name or access.user_id:
            del self.fields["full_name"]


class RefuseAccessForm(forms.Form):
    """The reason why an access request is refused."""

    reason = VisibleTextField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads this reason when they next sign in with their organisation’s account."),
    )
