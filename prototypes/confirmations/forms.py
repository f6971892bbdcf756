"""Forms that say that ideas still are as their pages say: one idea, or all those of a page of the list."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prototypes.confirmations.actions import MovedOn, StillSo, stands
from prototypes.enums import IdeaState
from prototypes.forms import text_field
from prototypes.models import Idea
from prototypes.refusals import SAY_WHAT_SHOWS
from web.database.keys import key_of
from web.forms.edit_conflicts import StartedForm, fingerprint

LOOK_FIRST = _("Look at this idea first, then confirm it.")


def evidence_field(*, required: bool = False, rows: int = 1) -> forms.CharField:
    return text_field(_("Evidence"), rows=rows, required=required)


class ConfirmForm(StartedForm):
    """Of one idea; of an implemented one something must show that it is live."""

    def __init__(self, *args: Any, idea: Idea, **kwargs: Any) -> None:
        super().__init__(*args, stands=stands(idea), **kwargs)
        self.fields["evidence"] = evidence_field(required=idea.state == IdeaState.IMPLEMENTED, rows=3)
        self.fields["evidence"].help_text = _("Say who told you, or where it can be checked.")


@dataclass(frozen=True, slots=True)
class Row:
    """An idea of the list with its fields."""

    idea: Idea
    chosen: forms.BoundField
    evidence: forms.BoundField
    seen: forms.BoundField


class ConfirmationsForm(forms.Form):
    """Of all the ideas of a page: `one` names the idea whose own button was pressed, else those that are ticked count.

    One form for all of them, so that what was typed of the others stays. Evidence is asked for only of those confirmed.
    """

    use_required_attribute = False  # of the ideas that are not confirmed nothing is asked

    def __init__(self, data: Mapping[str, Any] | None = None, *, ideas: Sequence[Idea]) -> None:
        super().__init__(data)
        self.ideas = {idea.pk: idea for idea in ideas}
        for pk, idea in self.ideas.items():
            self.fields[f"chosen-{pk}"] = forms.BooleanField(label=str(idea), required=False)
            self.fields[f"evidence-{pk}"] = evidence_field()
            self.fields[f"seen-{pk}"] = forms.Field(
                widget=forms.HiddenInput, required=False, initial=fingerprint(*stands(idea).values())
            )

    def rows(self) -> list[Row]:
        """What the page shows; evidence is not called optional where confirming takes it.

        Ideas that fell silent since the list was read are seen from here on.
        """
        self._see({pk: stands(idea) for pk, idea in self.ideas.items() if not self.data.get(f"seen-{pk}")})
        for pk, idea in self.ideas.items():
            self.fields[f"evidence-{pk}"].required = idea.state == IdeaState.IMPLEMENTED
        return [
            Row(idea, self[f"chosen-{pk}"], self[f"evidence-{pk}"], self[f"seen-{pk}"])
            for pk, idea in self.ideas.items()
        ]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        wanted = asked_for(self.data)
        if not wanted & set(self.ideas):
            raise forms.ValidationError(
                _("Tick the ideas whose state is still correct, or use the button of a single idea.")
            )
        for pk in wanted & set(self.ideas):
            if not told.get(f"seen-{pk}"):
                self.add_error(f"evidence-{pk}", LOOK_FIRST)
            if self.ideas[pk].state == IdeaState.IMPLEMENTED and told.get(f"evidence-{pk}") == "":
                self.add_error(f"evidence-{pk}", SAY_WHAT_SHOWS)
        return told

    def told(self) -> list[StillSo]:
        said = self.cleaned_data
        wanted = asked_for(self.data) & set(self.ideas)
        return [StillSo(self.ideas[pk], said[f"evidence-{pk}"], said[f"seen-{pk}"]) for pk in sorted(wanted)]

    def refuse(self, error: MovedOn) -> None:
        """Show the idea as it is now, with the reason; sent again, what was typed counts."""
        pk = error.idea.pk
        self.ideas[pk] = error.idea
        self.add_error(f"evidence-{pk}", str(error))
        self._see({pk: error.stands})

    def _see(self, shown: Mapping[int, Mapping[str, object]]) -> None:
        """Of these ideas the next sending has seen what is shown now."""
        data: Any = copy(self.data)
        for pk, shows in shown.items():
            data[f"seen-{pk}"] = fingerprint(*shows.values())
        self.data = data


def asked_for(data: Mapping[str, Any]) -> set[int]:
    """The keys of the ideas that are confirmed: of the one whose button was pressed, else of those that are ticked."""
    keys = (
        [data["one"]]
        if data.get("one")
        else [name.removeprefix("chosen-") for name in data if name.startswith("chosen-")]
    )
    return set(filter(None, map(key_of, keys)))
