"""What people change about themselves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from web.forms.fields import column

BROWSER = "browser"  # no choice of one's own: the browser's language


class ProfileForm(forms.ModelForm[User]):
    """Name and language."""

    language = forms.ChoiceField(
        label=_("Language"), choices=[(BROWSER, _("as in my browser")), ("fr", "Français"), ("en", "English")]
    )

    class Meta:
        model = User
        fields = ["full_name", "language"]
        formfield_callback = column

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["language"] = self.instance.language or BROWSER

    def clean_language(self) -> str:
        """The language as it is kept: empty for the browser's."""
        chosen: str = self.cleaned_data["language"]
        return "" if chosen == BROWSER else chosen
