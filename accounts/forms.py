"""The form with which people change their profile."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from web.forms.fields import model_form_field

BROWSER = "browser"  # the choice that follows the browser's language


class ProfileForm(forms.ModelForm[User]):
    """The name and the language of a person, on their account page."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[(BROWSER, _("as in my browser")), ("fr", "Français"), ("en", "English")]
    )

    class Meta:
        model = User
        fields = ["full_name", "language"]
        formfield_callback = model_form_field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["language"] = self.instance.language or BROWSER

    def clean_language(self) -> str:
        """Return the language to store, "fr" or "en"; "" when the person chose that of their browser."""
        choice: str = self.cleaned_data["language"]
        return "" if choice == BROWSER else choice
