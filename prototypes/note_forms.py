"""Forms of notes from the field: what comes with a phone's draft, and which of two versions holds."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from files.actions import Brought
from files.enums import Consent
from files.forms import WORDS as WORDS_LENGTH
from files.intake import Taken
from files.models import FileDraft
from prototypes.actions.notes import Answers
from prototypes.enums import RUN, Settlement, TrialState
from prototypes.field import lines
from prototypes.forms import LearntForm, LogForm
from prototypes.models import FieldNote, Trial
from web.forms import WordsField, text_field

A_YEAR = timedelta(days=365)


class DraftForm(forms.Form):
    """What a draft brings besides its answers: the phone's key, whose it is, and the mark of what its writer saw."""

    key = forms.UUIDField()
    account = forms.IntegerField(min_value=1)
    seen = forms.CharField(max_length=64)
    later = forms.BooleanField(required=False)


class PictureForm(forms.Form):
    """A picture of a draft that arrived: its own key, what it shows, and whether somebody can be recognised on it."""

    key = forms.UUIDField()
    draft = forms.UUIDField()
    account = forms.IntegerField(min_value=1)
    alt_text = WordsField(max_length=WORDS_LENGTH)
    faces = forms.ChoiceField(choices=[("no", _("No")), ("yes", _("Yes"))])
    file = forms.FileField()

    def brought(self, draft: FileDraft) -> Brought:
        given = self.cleaned_data
        return Brought(taken=Taken.of(draft), entry=given["key"], alt_text=given["alt_text"])

    def agreed(self, today: date) -> dict[str, Any]:
        """Where somebody can be recognised: for the own cohort, and for a year."""
        if self.cleaned_data["faces"] == "no":
            return {"consent": Consent.NOBODY}
        return {"consent": Consent.COHORT, "consent_until": today + A_YEAR}


def answers(form: LogForm, *, later: bool) -> Answers:
    """The verb's argument, of a valid form."""
    return Answers(held=form.held(), learnt=form.learnt_so_far() if later else form.learnt(), later=later)


def answers_kept(note: FieldNote, trial: Trial) -> Answers | None:
    """The answers of a note, read as its form would read them today; None where it would not take them any more."""
    said = {**note.said, "groups": lines(note.said.get("groups") or {})}
    later = "result" not in said
    form = LogForm(said, trial=trial, later=later, today=note.received_at.date())
    return answers(form, later=later) if form.is_valid() else None


def joined(stands: Mapping[str, Any], noted: Mapping[str, Any]) -> dict[str, str]:
    """Both versions' words: one below the other where both say something, whichever is there for a choice."""
    both = {name: [text for text in (said, noted.get(name)) if text] for name, said in stands.items()}
    return {
        name: "\n\n".join(dict.fromkeys(texts)) if name in ("observation", "learning") else "".join(texts[:1])
        for name, texts in both.items()
    }


class SettleForm(LearntForm):
    """Which figures hold, where that is still open, and the words joined from both versions."""

    settlement = forms.ChoiceField(
        label=_("Which figures hold?"),
        choices=[(Settlement.STANDS, _("Those on record")), (Settlement.NOTED, _("Those of the second version"))],
        widget=forms.RadioSelect,
        required=False,
    )
    observation = text_field(_("Observation"), rows=5, required=False)
    learning = text_field(_("What did we learn?"), rows=5, required=False)

    field_order = ["settlement", "observation", "learning", "decision", "strength"]

    def __init__(self, *args: Any, note: FieldNote, trial: Trial, **kwargs: Any) -> None:
        stands = trial.learnt()
        super().__init__(*args, stands=stands, **kwargs)
        self.initial = {**self.initial, **joined(stands, note.said), "settlement": Settlement.STANDS}
        if trial.state not in (TrialState.LOCKED, *RUN[:1]):
            del self.fields["settlement"]

    def told(self) -> dict[str, Any]:
        """The verb's arguments; where nothing is to be chosen, what is on record stays."""
        return {**self.cleaned_data, "settlement": self.cleaned_data.get("settlement") or Settlement.STANDS}
