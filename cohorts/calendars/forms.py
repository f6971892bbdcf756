"""The form that applies a proposal of new days."""

from django import forms


class ProposalForm(forms.Form):
    """The proposal the person saw: it is applied as it is, or not at all."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
