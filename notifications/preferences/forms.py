"""The form for choosing the kinds of events about which a person wants e-mails."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.registries import event_kinds


class PreferencesForm(forms.Form):
    """The kinds of events about which the person wants e-mails."""

    wanted = forms.MultipleChoiceField(
        label=_("Send me e-mails about"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = self.fields["wanted"]
        assert isinstance(wanted, forms.MultipleChoiceField)  # noqa: S101 - declared above
        wanted.choices = [(slug, kind.label) for slug, kind in event_kinds.items()]
