"""Forms to confirm the state of one idea, or of several ideas of a list."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prototypes.confirmations.actions import ConfirmationRequest, IdeaChanged, form_values
from prototypes.enums import IdeaState
from prototypes.forms import text_field
from prototypes.models import Idea
from prototypes.refusals import EVIDENCE_REQUIRED
from web.database.keys import key_of
from web.forms.edit_conflicts import VersionedForm, fingerprint

NOT_OPENED_YET = _("Look at this idea first, then confirm it.")


def evidence_field(*, required: bool = False, rows: int = 1) -> forms.CharField:
    """Return a text area of `rows` lines for the evidence that an idea's state is correct."""
    return text_field(_("Evidence"), rows=rows, required=required)


class ConfirmForm(VersionedForm):
    """The confirmation of one idea; an implemented idea needs evidence that it is live."""

    def __init__(self, *args: Any, idea: Idea, **kwargs: Any) -> None:
        """Create the form to confirm one idea; evidence is required only when the idea is implemented."""
        super().__init__(*args, current=form_values(idea), **kwargs)
        self.fields["evidence"] = evidence_field(required=idea.state == IdeaState.IMPLEMENTED, rows=3)
        self.fields["evidence"].help_text = _("Say who told you, or where it can be checked.")


@dataclass(frozen=True, slots=True)
class UnconfirmedIdeaRow:
    """One idea of the list with its form fields."""

    idea: Idea
    chosen: forms.BoundField
    evidence: forms.BoundField
    version_token: forms.BoundField


class ConfirmationsForm(forms.Form):
    """The ideas of a page in one form. It confirms the idea whose own button (`one`) was pressed, else the ticked
    ideas.

    One form for all keeps what was typed for the other ideas. Evidence is required only of confirmed ideas.
    """

    use_required_attribute = False  # fields of ideas that are not confirmed may stay empty

    def __init__(self, data: Mapping[str, Any] | None = None, *, ideas: Sequence[Idea]) -> None:
        """Create the form with three fields for each idea, named with its key: chosen-7, evidence-7 and
        version_token-7.
        """
        super().__init__(data)
        self.ideas = {idea.pk: idea for idea in ideas}
        for pk, idea in self.ideas.items():
            self.fields[f"chosen-{pk}"] = forms.BooleanField(label=str(idea), required=False)
            self.fields[f"evidence-{pk}"] = evidence_field()
            self.fields[f"version_token-{pk}"] = forms.Field(
                widget=forms.HiddenInput, required=False, initial=fingerprint(*form_values(idea).values())
            )

    def rows(self) -> list[UnconfirmedIdeaRow]:
        """Return the ideas with their three form fields, to show in the list; evidence is marked as required for
        implemented ideas.

        An idea that was not on the page when it was opened gets its version token here, so that it can be confirmed
        next.
        """
        self._set_version_tokens(
            {pk: form_values(idea) for pk, idea in self.ideas.items() if not self.data.get(f"version_token-{pk}")}
        )
        for pk, idea in self.ideas.items():
            self.fields[f"evidence-{pk}"].required = idea.state == IdeaState.IMPLEMENTED
        return [
            UnconfirmedIdeaRow(idea, self[f"chosen-{pk}"], self[f"evidence-{pk}"], self[f"version_token-{pk}"])
            for pk, idea in self.ideas.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Check the ideas to confirm: at least one, each on the page that the person opened, and with evidence if
        implemented.

        Raises ValidationError when none is chosen; other problems become errors of the idea's evidence field.
        """
        values: dict[str, Any] = super().clean() or self.cleaned_data
        requested = requested_ids(self.data)
        if not requested & set(self.ideas):
            raise forms.ValidationError(
                _("Tick the ideas whose state is still correct, or use the button of a single idea.")
            )
        for pk in requested & set(self.ideas):
            if not values.get(f"version_token-{pk}"):
                self.add_error(f"evidence-{pk}", NOT_OPENED_YET)
            if self.ideas[pk].state == IdeaState.IMPLEMENTED and values.get(f"evidence-{pk}") == "":
                self.add_error(f"evidence-{pk}", EVIDENCE_REQUIRED)
        return values

    def confirmation_requests(self) -> list[ConfirmationRequest]:
        """Return the confirmations to record from a valid form, one for each chosen idea, by key of the idea."""
        values = self.cleaned_data
        requested = requested_ids(self.data) & set(self.ideas)
        return [
            ConfirmationRequest(self.ideas[pk], values[f"evidence-{pk}"], values[f"version_token-{pk}"])
            for pk in sorted(requested)
        ]

    def show_change(self, error: IdeaChanged) -> None:
        """Add the error to the form at the evidence of the changed idea, which is shown with its new values.

        What was typed stays, and the idea gets its new version token, so that the person can send the form again.
        """
        pk = error.idea.pk
        self.ideas[pk] = error.idea
        self.add_error(f"evidence-{pk}", str(error))
        self._set_version_tokens({pk: error.current})

    def _set_version_tokens(self, current: Mapping[int, Mapping[str, object]]) -> None:
        """Set the version tokens of some ideas in the submitted data to the hash of their current values.

        `current` holds these values by key of the idea: state, state_since and last_update_on by name.
        """
        data: Any = copy(self.data)
        for pk, values in current.items():
            data[f"version_token-{pk}"] = fingerprint(*values.values())
        self.data = data


def requested_ids(data: Mapping[str, Any]) -> set[int]:
    """Return the keys of the ideas to confirm from the submitted form `data`: the one whose button was pressed, else
    the ticked ones.
    """
    keys = (
        [data["one"]]
        if data.get("one")
        else [name.removeprefix("chosen-") for name in data if name.startswith("chosen-")]
    )
    return set(filter(None, map(key_of, keys)))
