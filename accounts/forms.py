"""What people change about themselves."""

from django import forms

from accounts.models import User


class ProfileForm(forms.ModelForm[User]):
    """Name and language."""

    class Meta:
        model = User
        fields = ["full_name", "language"]
