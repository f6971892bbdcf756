"""The form for choosing the kinds of events about which a person wants e-mails."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.preferences.models import Frequency
from notifications.registries import event_kinds


class PreferencesForm(forms.Form):
    """How often the person wants e-mails that can wait, and the kinds of events about which they want any."""

    every = forms.ChoiceField(
        label=_("How often"),
        choices=Frequency.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    wanted = forms.MultipleChoiceField(
        label=_("Send me e-mails about"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = self.fields["wanted"]
        assert isinstance(wanted, forms.MultipleChoiceField)  # noqa: S101 - declared above
        wanted.choices = [(slug, kind.label) for slug, kind in event_kinds.items()]
        waiting = ", ".join(str(kind.label) for _slug, kind in event_kinds.items() if kind.can_wait)
        self.fields["every"].help_text = _(
            "This counts for what can wait: %(kinds)s. Invitations, changed dates, reminders of sessions and everything"
            " about your account always leave at once."
        ) % {"kinds": waiting}
