"""The form that applies a proposal of new days."""

from django import forms


class ProposalForm(forms.Form):
    """The form that confirms a proposal of new days; the hidden fingerprint names the proposal that the person saw."""

    version_token = forms.CharField(widget=forms.HiddenInput, max_length=16)
