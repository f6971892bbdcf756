"""Forms of second notes, of corrections, and of the choice between two versions of a test."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prototypes.enums import HELD_STATES, NoteChoice, Settlement, TrialState
from prototypes.models import Trial, TrialNote
from prototypes.notes.actions import CHOICE_NEEDED, Answers, SecondNoteChoice
from prototypes.notes.second_notes import can_add, completes
from prototypes.trials.forms import LearningForm, LogForm
from prototypes.trials.log_values import figures, figures_as_typed, group_lines
from web.forms.fields import required_if, text_field

SAME_COUNTS_AGAIN = _("These are the counts of the first note: enter only the people who have come since then.")


class ChoiceForm(forms.Form):
    """What a second note on a test does to the first."""

    choice = forms.ChoiceField(
        label=_("What should happen to the first note?"),
        choices=NoteChoice.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    replace_reason = required_if(
        text_field(
            _("Why do you replace the first note?"),
            rows=2,
            help_text=_("For example: the first note counted the staff as well."),
        ),
        _("required if you replace the first note"),
    )

    def chosen(self) -> SecondNoteChoice:
        """Return what the second note does to the first, "add" or "replace" with the reason, from a valid form; ""
        where nothing is chosen.
        """
        return SecondNoteChoice(self.cleaned_data["choice"], self.cleaned_data["replace_reason"])


class SecondNoteForm(ChoiceForm, LogForm):
    """A note on a test that already has one: it completes the first, is added to it, or replaces it."""

    def __init__(self, *args: Any, trial: Trial, **kwargs: Any) -> None:
        """Create the form for a test that has a note; “add to the first note” is offered only where counts can be
        added.

        For a concluded test the choice is required and the fields start empty.
        """
        super().__init__(*args, trial=trial, **kwargs)
        self.trial = trial
        if not can_add(trial):
            self.fields["choice"].choices = [(NoteChoice.REPLACE, NoteChoice.REPLACE.label)]  # type: ignore[attr-defined]
        if trial.state == TrialState.CONCLUDED:
            # A form opened before the conclusion does not ask the question: its note becomes a second version.
            current = not self.is_bound or self.data.get("version_token") == self.initial.get("version_token")
            self.fields["choice"].required = current
            self.initial = {"version_token": self.initial.get("version_token", "")}
            self.fields["held_on"].initial = None

    def clean(self) -> dict[str, Any]:
        """Add an error where the figures differ from the first note's and no choice is made, or where equal counts are
        to be added.

        Nothing is checked when the test was changed since the form was opened: the action then refuses the note.
        Returns the values.
        """
        super().clean()
        if self.errors or self.cleaned_data["version_token"] != self.initial["version_token"]:
            return self.cleaned_data
        choice, same = (
            self.cleaned_data["choice"],
            completes({**self.run_arguments(), **self.conclusion_arguments()}, self.trial),
        )
        if not choice and not same:
            self.add_error("choice", CHOICE_NEEDED)
        if choice == NoteChoice.ADD and same:
            self.add_error("choice", SAME_COUNTS_AGAIN)
        return self.cleaned_data


class CorrectTrialForm(LogForm):
    """The corrected figures of a concluded test, and the reason."""

    reason = text_field(
        _("Why are the figures corrected?"), rows=2, help_text=_("For example: two people were counted twice.")
    )

    field_order = ["participants", "successes", "observed_value", "result", "contradiction_reason", "held_on", "groups"]

    def __init__(self, *args: Any, trial: Trial, **kwargs: Any) -> None:
        """Create the form with the recorded figures of the concluded test, without the texts on what was learnt."""
        super().__init__(*args, trial=trial, current=figures_as_typed(figures(trial)), **kwargs)
        for name in trial.learning_values():
            del self.fields[name]


def answers(form: LogForm, *, later: bool) -> Answers:
    """Return the answers of a valid form as the actions on notes take them; `later` leaves the result open."""
    return Answers(
        run=form.run_arguments(),
        conclusion=form.partial_conclusion_arguments() if later else form.conclusion_arguments(),
        later=later,
    )


def answers_of_note(note: TrialNote, trial: Trial) -> Answers | None:
    """Return the stored answers of a note as the form of its test reads them now; None if the form refuses them.

    A note without a result leaves the conclusion open.
    """
    values = {**note.answers, "groups": group_lines(note.answers.get("groups") or {})}
    later = "result" not in values
    form = LogForm(values, trial=trial, later=later)
    return answers(form, later=later) if form.is_valid() else None


def joined_texts(recorded: Mapping[str, Any], noted: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of a recorded and a noted version of a test, by field: observation and learning are joined.

    `recorded` holds these four fields; of decision and strength the recorded one is taken, else the noted one. ""
    without either.
    """
    both = {
        name: [text for text in (text_on_record, noted.get(name)) if text] for name, text_on_record in recorded.items()
    }
    return {
        name: "\n\n".join(dict.fromkeys(texts)) if name in ("observation", "learning") else "".join(texts[:1])
        for name, texts in both.items()
    }


class SettleForm(LearningForm):
    """The choice of the figures that count, and the joined texts of both versions."""

    settlement = forms.ChoiceField(
        label=_("Which figures count?"),
        choices=[
            (Settlement.RECORDED, _("The recorded figures")),
            (Settlement.NOTED, _("The figures of the second version")),
            (Settlement.ADDED, _("Both sets of figures, added up: different people took part")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = required_if(
        text_field(
            _("Why do the figures change?"), rows=2, help_text=_("For example: the first sheet was of a rehearsal.")
        ),
        _("required if the figures change"),
    )
    observation = text_field(_("Observation"), rows=5, required=False)
    learning = text_field(_("What did we learn?"), rows=5, required=False)

    field_order = ["settlement", "reason", "observation", "learning", "decision", "strength"]

    def __init__(self, *args: Any, note: TrialNote, trial: Trial, **kwargs: Any) -> None:
        """Create the form to choose between the recorded figures of the test and those of `note`, with both texts
        joined.

        The choice is left out where the test was never locked or is cancelled, “added up” where counts cannot be added,
        the reason where the test is not concluded.
        """
        recorded = trial.learning_values()
        super().__init__(*args, current=recorded, **kwargs)
        self.initial = {**self.initial, **joined_texts(recorded, note.answers), "settlement": Settlement.RECORDED}
        if trial.state not in (TrialState.LOCKED, *HELD_STATES):
            del self.fields["settlement"]
        elif not can_add(trial) or note.answers.get("successes") is None:
            self.fields["settlement"].choices = self.fields["settlement"].choices[:2]  # type: ignore[attr-defined]
        if trial.state != TrialState.CONCLUDED:
            del self.fields["reason"]

    def action_arguments(self) -> dict[str, Any]:
        """Return the values of a valid form as arguments of `settle_note`; without a choice, recorded figures stay."""
        return {**self.cleaned_data, "settlement": self.cleaned_data.get("settlement") or Settlement.RECORDED}
