"""Forms of second notes on a test: what one does to the first, a correction, and which of two versions holds."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prototypes.enums import RUN, NoteChoice, Settlement, TrialState
from prototypes.models import FieldNote, Trial
from prototypes.notes.actions import CHOOSE, Answers, SecondNoteChoice
from prototypes.notes.second_notes import can_add, completes
from prototypes.trials.forms import LearntForm, LogForm
from prototypes.trials.log_values import figures, figures_as_typed, lines
from web.forms.fields import needed_if, text_field

SAME_COUNTS = _("These are the counts of the first note: enter only the people who have come since then.")


class ChoiceForm(forms.Form):
    """What a second note on a test does to the first."""

    choice = forms.ChoiceField(
        label=_("What should happen to the first note?"),
        choices=NoteChoice.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    replace_reason = needed_if(
        text_field(
            _("Why do you replace the first note?"),
            rows=2,
            help_text=_("For example: the first note counted the staff as well."),
        ),
        _("required if you replace the first note"),
    )

    def chosen(self) -> SecondNoteChoice:
        """Return the choice as the actions on notes take it."""
        return SecondNoteChoice(self.cleaned_data["choice"], self.cleaned_data["replace_reason"])


class LogAgainForm(ChoiceForm, LogForm):
    """A note on a test that has one already: it completes the first, is added to it, or replaces it."""

    def __init__(self, *args: Any, trial: Trial, **kwargs: Any) -> None:
        super().__init__(*args, trial=trial, **kwargs)
        self.trial = trial
        if not can_add(trial):
            self.fields["choice"].choices = [(NoteChoice.REPLACE, NoteChoice.REPLACE.label)]  # type: ignore[attr-defined]
        if trial.state == TrialState.CONCLUDED:
            # A form opened before the conclusion does not ask the question: its note becomes a second version.
            current = not self.is_bound or self.data.get("seen") == self.initial.get("seen")
            self.fields["choice"].required = current
            self.initial = {"seen": self.initial.get("seen", "")}
            self.fields["held_on"].initial = None

    def clean(self) -> dict[str, Any]:
        """Ask for a choice where the figures differ, and for new counts where the first ones are to be added."""
        super().clean()
        if self.errors or self.cleaned_data["seen"] != self.initial["seen"]:
            return self.cleaned_data
        choice, same = self.cleaned_data["choice"], completes({**self.held(), **self.learnt()}, self.trial)
        if not choice and not same:
            self.add_error("choice", CHOOSE)
        if choice == NoteChoice.ADD and same:
            self.add_error("choice", SAME_COUNTS)
        return self.cleaned_data


class CorrectTrialForm(LogForm):
    """The figures of a concluded test as they should be, and why they were wrong."""

    reason = text_field(
        _("Why are the figures corrected?"), rows=2, help_text=_("For example: two people were counted twice.")
    )

    field_order = ["participants", "successes", "observed_value", "result", "contradiction_reason", "held_on", "groups"]

    def __init__(self, *args: Any, trial: Trial, **kwargs: Any) -> None:
        super().__init__(*args, trial=trial, stands=figures_as_typed(figures(trial)), **kwargs)
        for name in trial.learnt():
            del self.fields[name]


def answers(form: LogForm, *, later: bool) -> Answers:
    """The action's argument, of a valid form."""
    return Answers(held=form.held(), learnt=form.learnt_so_far() if later else form.learnt(), later=later)


def answers_kept(note: FieldNote, trial: Trial) -> Answers | None:
    """The answers of a note, read as its form would read them today; None where it would not take them any more."""
    said = {**note.said, "groups": lines(note.said.get("groups") or {})}
    later = "result" not in said
    form = LogForm(said, trial=trial, later=later)
    return answers(form, later=later) if form.is_valid() else None


def joined(stands: Mapping[str, Any], noted: Mapping[str, Any]) -> dict[str, str]:
    """Both versions' words: one below the other where both say something, whichever is there for a choice."""
    both = {name: [text for text in (said, noted.get(name)) if text] for name, said in stands.items()}
    return {
        name: "\n\n".join(dict.fromkeys(texts)) if name in ("observation", "learning") else "".join(texts[:1])
        for name, texts in both.items()
    }


class SettleForm(LearntForm):
    """Which figures count, and the texts joined from both versions."""

    settlement = forms.ChoiceField(
        label=_("Which figures count?"),
        choices=[
            (Settlement.STANDS, _("The recorded figures")),
            (Settlement.NOTED, _("The figures of the second version")),
            (Settlement.ADDED, _("Both sets of figures, added up: different people took part")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = needed_if(
        text_field(
            _("Why do the figures change?"), rows=2, help_text=_("For example: the first sheet was of a rehearsal.")
        ),
        _("required if the figures change"),
    )
    observation = text_field(_("Observation"), rows=5, required=False)
    learning = text_field(_("What did we learn?"), rows=5, required=False)

    field_order = ["settlement", "reason", "observation", "learning", "decision", "strength"]

    def __init__(self, *args: Any, note: FieldNote, trial: Trial, **kwargs: Any) -> None:
        stands = trial.learnt()
        super().__init__(*args, stands=stands, **kwargs)
        self.initial = {**self.initial, **joined(stands, note.said), "settlement": Settlement.STANDS}
        if trial.state not in (TrialState.LOCKED, *RUN):
            del self.fields["settlement"]
        elif not can_add(trial) or note.said.get("successes") is None:
            self.fields["settlement"].choices = self.fields["settlement"].choices[:2]  # type: ignore[attr-defined]
        if trial.state != TrialState.CONCLUDED:
            del self.fields["reason"]

    def told(self) -> dict[str, Any]:
        """The action's arguments; where nothing is to be chosen, what is on record stays."""
        return {**self.cleaned_data, "settlement": self.cleaned_data.get("settlement") or Settlement.STANDS}
