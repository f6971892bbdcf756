"""The form that chooses the editions to compare, and the messages for choices that are refused."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from programmes.enums import EditionState
from programmes.models import Edition

MIN_EDITIONS, MAX_EDITIONS = 2, 6
NOT_IN_LIST = _("One of the requested editions is not in this list, so it is not shown. Choose from the list.")
TOO_MANY = _("At most six editions can be compared. The first six are shown: untick the others.")
TOO_FEW = _("A comparison needs at least two editions: choose another one.")


class EditionsForm(forms.Form):
    """A choice of two to six of `editions`; by default those with measured ideas and those that run.

    Errors in the query string are shown next to the field, and `selected` keeps the rest.
    """

    edition = forms.MultipleChoiceField(
        label=_("Editions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": NOT_IN_LIST},
    )

    def __init__(self, query: QueryDict, *, editions: Sequence[Edition]) -> None:
        """Read the slugs of the chosen editions from `query`: a query string, or the data of a POST.

        `editions` are those offered. Without a choice, the default ones are ticked: the latest with an accepted idea or
        running, at most six. `selected` holds the chosen editions that are offered, at most six.
        """
        self.has_choice = bool(query.getlist("edition"))
        slugs = query.getlist("edition") or _default_slugs(editions)
        super().__init__(MultiValueDict({"edition": slugs}))
        self.fields["edition"].choices = [(edition.slug, edition.name) for edition in editions]  # type: ignore[attr-defined]
        self.selected = [edition for edition in editions if edition.slug in slugs][:MAX_EDITIONS]

    def clean_edition(self) -> list[str]:
        """Return the slugs of the chosen editions; raise ValidationError for more than six.

        A single edition is refused too, where it was chosen by the reader and another one is offered.
        """
        slugs: list[str] = self.cleaned_data["edition"]
        if len(slugs) > MAX_EDITIONS:
            raise forms.ValidationError(TOO_MANY)
        if self.has_choice and len(slugs) < MIN_EDITIONS <= len(self.fields["edition"].choices):  # type: ignore[attr-defined]
            raise forms.ValidationError(TOO_FEW)
        return slugs


def _default_slugs(editions: Sequence[Any]) -> list[str]:
    """Return the slugs of the editions ticked by default: with an accepted idea or running, the latest six at most.

    `editions` carry the annotation `measured`, whether an idea of theirs was accepted.
    """
    candidates = [edition for edition in editions if edition.measured or edition.state == EditionState.RUNNING]
    latest = sorted(candidates, key=lambda edition: edition.starts_on, reverse=True)[:MAX_EDITIONS]
    return [edition.slug for edition in latest]
