"""The forms to add and to change a webhook."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort
from web.errors import DomainError
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import VisibleTextField
from webhooks.events import EVENTS
from webhooks.targets import MAX_LENGTH, parse_target


class TargetField(VisibleTextField):
    """The address of a receiver, which begins with https:// and is no private one."""

    def validate(self, value: str) -> None:
        """Raise ValidationError for an address to which nothing is sent."""
        super().validate(value)
        try:
            parse_target(value)
        except DomainError as error:
            raise forms.ValidationError(str(error), code="target") from error


class WebhookForm(VersionedForm):
    """What a webhook is for, where it sends, and of which events it tells."""

    name = VisibleTextField(
        label=_("What it is for"), max_length=80, help_text=_("For example: the news on our intranet.")
    )
    url = TargetField(
        label=_("Address of the receiver"),
        max_length=MAX_LENGTH,
        help_text=_("For example https://example.org/webhooks. The platform sends a POST request to it."),
    )
    event_types = forms.MultipleChoiceField(
        label=_("Tell the receiver when"),
        choices=[(slug, event.label) for slug, event in EVENTS.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Messages hold reference numbers and links to pages, nothing about people."),
    )

    def clean_event_types(self) -> list[str]:
        """Return the events in the order in which they are stored."""
        return sorted(self.cleaned_data["event_types"])


class NewWebhookForm(WebhookForm):
    """A new webhook, for a cohort or, for lab staff, for everything."""

    cohort = forms.ModelChoiceField(queryset=Cohort.objects.none(), label=_("Cohort"))
    field_order = ("name", "cohort", "url", "event_types")

    def __init__(self, *args: Any, cohorts: CohortQuerySet, for_everything: bool, **kwargs: Any) -> None:
        """Create the form with a choice of `cohorts`; with `for_everything` none of them needs to be chosen."""
        super().__init__(*args, **kwargs)
        field = self.fields["cohort"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = cohorts
        if for_everything:
            field.required, field.empty_label = False, str(_("everything you may see"))
