"""Which editions stand side by side: what the address asks for, and why some of it cannot be."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from programmes.enums import EditionState
from programmes.models import Edition

FEWEST, MOST = 2, 6
UNKNOWN = _("One of the requested editions is not in this list, so it is not shown. Choose from the list.")
TOO_MANY = _("At most six editions can be compared. The first six are shown: untick the others.")
TOO_FEW = _("A comparison needs at least two editions: choose another one.")


class EditionsForm(forms.Form):
    """Two to six of `editions`; without any in the address, those with ideas to measure and those that run.

    What is wrong with the address is said beside the field, and `chosen` keeps the rest of it.
    """

    edition = forms.MultipleChoiceField(
        label=_("Editions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": UNKNOWN},
    )

    def __init__(self, asked: QueryDict, *, editions: Sequence[Edition]) -> None:
        self.asked = bool(asked.getlist("edition"))
        slugs = asked.getlist("edition") or _usual(editions)
        super().__init__(MultiValueDict({"edition": slugs}))
        self.fields["edition"].choices = [(edition.slug, edition.name) for edition in editions]  # type: ignore[attr-defined]
        self.chosen = [edition for edition in editions if edition.slug in slugs][:MOST]

    def clean_edition(self) -> list[str]:
        slugs: list[str] = self.cleaned_data["edition"]
        if len(slugs) > MOST:
            raise forms.ValidationError(TOO_MANY)
        if self.asked and len(slugs) < FEWEST <= len(self.fields["edition"].choices):  # type: ignore[attr-defined]
            raise forms.ValidationError(TOO_FEW)
        return slugs


def _usual(editions: Sequence[Any]) -> list[str]:
    """The latest of those with measured ideas or running, as many as fit."""
    telling = [edition for edition in editions if edition.measured or edition.state == EditionState.RUNNING]
    latest = sorted(telling, key=lambda edition: edition.starts_on, reverse=True)[:MOST]
    return [edition.slug for edition in latest]
