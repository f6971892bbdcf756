"""Forms of notes from the field: what comes with a phone's draft, and which of two versions holds."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from files.attachments.actions import Brought
from files.attachments.forms import WORDS as WORDS_LENGTH
from files.enums import Consent
from files.models import FileDraft
from files.uploads.intake import Taken
from prototypes.actions.notes import CHOOSE, Answers, NoteOrigin, SecondNoteChoice
from prototypes.enums import RUN, NoteChoice, Settlement, TrialState
from prototypes.field import figures, figures_as_typed, lines
from prototypes.forms import LearntForm, LogForm
from prototypes.models import FieldNote, Trial
from prototypes.second_notes import can_add, completes
from web.forms import WordsField, needed_if, text_field

A_YEAR = timedelta(days=365)
LAST_MILLISECOND = 4_102_444_800_000  # the year 2100
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


class DraftForm(ChoiceForm):
    """What a draft of a phone brings besides its answers.

    Its key, its writer's account, the fingerprint of what the writer saw, when it was written, and the key of the note
    that the phone wrote before on the same test.
    """

    key = forms.UUIDField()
    account = forms.IntegerField(min_value=1)
    seen = forms.CharField(max_length=64)
    later = forms.BooleanField(required=False)
    written_at = forms.IntegerField(min_value=0, max_value=LAST_MILLISECOND, required=False)
    follows = forms.UUIDField(required=False)

    def origin(self) -> NoteOrigin:
        """Return where the draft comes from; the phone gives the moment in milliseconds since 1970."""
        written = self.cleaned_data["written_at"]
        at = datetime.fromtimestamp(written / 1000, UTC) if written else None
        return NoteOrigin(written_at=at, follows=self.cleaned_data["follows"])


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
            (Settlement.STANDS, _("Those on record")),
            (Settlement.NOTED, _("Those of the second version")),
            (Settlement.ADDED, _("Both, added up: different people took part")),
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
        """The verb's arguments; where nothing is to be chosen, what is on record stays."""
        return {**self.cleaned_data, "settlement": self.cleaned_data.get("settlement") or Settlement.STANDS}
