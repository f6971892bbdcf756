"""Forms of field notes: add one, change it, record the consent, withdraw by code."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from dateutil.relativedelta import relativedelta
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_stubs_ext import StrOrPromise

from cohorts.models import Cohort, Session
from fieldwork.notes.codes import MAX_TYPED, normalised_code
from fieldwork.notes.enums import PICTURED_KINDS, WRITTEN_KINDS, NoteKind
from files.attachments.actions import NewFile
from files.attachments.forms import PICTURES, ReceivedFiles
from files.attachments.picture_form import FILE, ROW, ReceivedFileInput
from files.enums import PEOPLE_AGREED, Consent, ConsentMethod
from files.uploads.intake import AcceptedFile
from prototypes.models import Challenge
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import NO_CHOICE, DayField, VisibleTextField, required_if, text_field
from web.forms.folds import Fold, FoldingForm
from web.forms.idempotency import IdempotentForm

CONSENT_YEARS: Final = 2
# The label and the help of the text of each kind.
TEXTS: Final = {
    NoteKind.OBSERVATION: (
        gettext_lazy("What you see"),
        gettext_lazy("For example: Seven people out of eleven hesitate in front of the sign. No names."),
    ),
    NoteKind.VERBATIM: (
        gettext_lazy("What the person says, word for word"),
        gettext_lazy("Without quotation marks. No names."),
    ),
    NoteKind.INTERVIEW: (gettext_lazy("What you learn from the interview"), gettext_lazy("The main points. No names.")),
    NoteKind.PICTURE: (
        gettext_lazy("What the picture shows"),
        gettext_lazy("A sentence, for people who do not see the picture. No names."),
    ),
    NoteKind.VOICE: (
        gettext_lazy("What is said"),
        gettext_lazy("You can write it later. The recording is deleted 90 days after its text was written."),
    ),
    NoteKind.DOCUMENT: (
        gettext_lazy("What the sketch or document shows"),
        gettext_lazy("For example: The leaflet that the reception hands out. No names."),
    ),
}
FILE_LABELS: Final = {
    NoteKind.PICTURE: pgettext_lazy("a field note", "Picture"),
    NoteKind.DOCUMENT: gettext_lazy("Photo of the sketch or document"),
    NoteKind.VOICE: gettext_lazy("Recording"),
}
CONSENT_ANSWERS: Final = (
    (Consent.NOBODY, gettext_lazy("Nobody recognisable")),
    (Consent.COHORT, gettext_lazy("The person agrees")),
    (Consent.PENDING, gettext_lazy("Not asked yet")),
)
Answer = tuple[Any, StrOrPromise]
MORE: Final = Fold(gettext_lazy("People, session, challenge"), ("segment", "session", "challenge"))


class NoteTextsForm(FoldingForm):
    """The texts of a note, and the session and challenge that it belongs to."""

    folds = (MORE,)
    text = text_field("")
    place = VisibleTextField(
        label=pgettext_lazy("of a field note", "Place"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("For example: Town hall, entrance hall."),
    )
    segment = VisibleTextField(
        label=gettext_lazy("Group of people"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For example: parents of young children. Never a name."),
    )
    session = forms.ModelChoiceField(
        label=gettext_lazy("Session"), queryset=Session.objects.none(), required=False, empty_label=NO_CHOICE
    )
    challenge = forms.ModelChoiceField(
        label=gettext_lazy("Challenge"), queryset=Challenge.objects.none(), required=False, empty_label=NO_CHOICE
    )

    def __init__(self, *args: Any, kind: str, cohort: Cohort, **kwargs: Any) -> None:
        """Create the form of a note of this kind; sessions and challenges are those of the cohort."""
        super().__init__(*args, **kwargs)
        self.kind = NoteKind(kind)
        field = self.fields["text"]
        field.label, field.help_text = TEXTS[self.kind]
        field.required = field.widget.is_required = self.kind != NoteKind.VOICE
        self._choices_of("session").queryset = cohort.sessions.exclude(state="cancelled").order_by("-first_day", "pk")
        self._choices_of("challenge").queryset = cohort.challenges.alive().order_by("title", "pk")

    def _choices_of(self, name: str) -> Any:
        """Return a field that chooses a row."""
        return self.fields[name]


class NewNoteForm(IdempotentForm, NoteTextsForm):
    """A new note, added on a phone: a text or a file, the place, and the consent, with no answer chosen at first."""

    consent = forms.ChoiceField(
        label=gettext_lazy("Consent"),
        choices=CONSENT_ANSWERS,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "seg"}),
        help_text=gettext_lazy(
            "The person agrees by word of mouth, for the work of the cohort, for two years. Without consent only you"
            " see the note, and it is deleted after 30 days."
        ),
    )

    def __init__(self, *args: Any, kind: str, today: date, received: ReceivedFiles, **kwargs: Any) -> None:
        """Create the form; `received` holds the file received so far, `today` is the first day of a consent."""
        super().__init__(*args, kind=kind, **kwargs)
        self.today, self.received = today, received
        self._choices_of("consent").choices = _answers(self.kind, CONSENT_ANSWERS)
        names = ["text", "consent", "place"]
        if self.kind not in WRITTEN_KINDS:
            field = forms.Field(label=FILE_LABELS[self.kind], widget=_file_input(self.kind, received))
            self.fields[FILE] = required_if(field, _("required"))
            names.insert(0, FILE)
        self.order_fields(names)

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values; add an error for a file that is missing or refused."""
        values = super().clean() or {}
        if reason := self.received.refused.get(ROW):
            self.add_error(FILE if FILE in self.fields else None, reason)
        elif FILE in self.fields and ROW not in self.received.drafts:
            self.add_error(FILE, _("Choose the picture, document or recording of this note."))
        elif self.kind in PICTURED_KINDS and not self.received.drafts[ROW].is_image:
            self.add_error(FILE, _("This file is not a picture. Take a photo, or choose one."))
        return values

    def action_arguments(self) -> dict[str, Any]:
        """Return the values of the valid form as arguments of `add_note`, with the file and the consent."""
        values = super().action_arguments()
        consent = values.pop("consent") or Consent.PENDING
        values.pop(FILE, None)
        values["consent"] = consent
        if consent in PEOPLE_AGREED:
            until = self.today + relativedelta(years=CONSENT_YEARS)
            values |= {"consent_until": until, "consent_how": ConsentMethod.SPOKEN}
        if draft := self.received.drafts.get(ROW):
            key = uuid5(UUID(str(values.get("idempotency_key") or uuid4())), ROW)
            values["file"] = NewFile(AcceptedFile.of(draft), key)
        return values


def _answers(kind: str, choices: Iterable[Answer]) -> list[Answer]:
    """Return the answers about the consent to a note of this kind: a voice can always be recognised."""
    return [choice for choice in choices if kind != NoteKind.VOICE or choice[0] != Consent.NOBODY]


def _file_input(kind: NoteKind, received: ReceivedFiles) -> ReceivedFileInput:
    """Return the input for the file of a note: the camera for pictures, the recorder for voice memos."""
    if kind == NoteKind.VOICE:
        widget = ReceivedFileInput(attrs={"accept": "audio/*", "data-recorder": ""})
    else:
        widget = ReceivedFileInput(attrs={"accept": PICTURES, "capture": "environment"})
    widget.draft = received.drafts.get(ROW)
    return widget


class NoteForm(VersionedForm, NoteTextsForm):
    """The texts of a note that exists."""


class NoteConsentForm(VersionedForm):
    """What the people concerned agreed to: for what the note may be used, until when, and whether they are named."""

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        """Create the form of a note of this kind."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["consent"]
        field.choices = _answers(kind, field.choices)

    consent = forms.ChoiceField(
        label=gettext_lazy("What the people agreed to"),
        choices=[
            (Consent.NOBODY, gettext_lazy("Nobody can be recognised")),
            (Consent.COHORT, gettext_lazy("Used in the work of the cohort")),
            (Consent.EDITION, gettext_lazy("Also shown to the other cohorts of the edition")),
            (Consent.SIGNED_IN, gettext_lazy("Also shown to everyone who is signed in")),
            (Consent.PENDING, gettext_lazy("Not asked yet, or they did not agree")),
        ],
        widget=forms.RadioSelect,
    )
    consent_until = required_if(DayField(label=gettext_lazy("Used until")), gettext_lazy("required if people agreed"))
    consent_how = forms.ChoiceField(
        label=gettext_lazy("How they agreed"),
        choices=[("", gettext_lazy("not stated")), *ConsentMethod.choices],
        required=False,
    )
    attribution = VisibleTextField(
        label=gettext_lazy("How they are named"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Leave empty unless they asked for it. For example: an agent of the reception."),
    )

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values; add an error when people agreed and the last day is missing."""
        values = super().clean() or {}
        answered = values.get("consent_until") or "consent_until" in self.errors
        if values.get("consent") in PEOPLE_AGREED and not answered:
            self.add_error("consent_until", _("Give the last day until which people agreed."))
        return values


class WithdrawalForm(forms.Form):
    """The code of a note, typed by the person who was given it."""

    code = VisibleTextField(
        label=gettext_lazy("Your code"),
        max_length=MAX_TYPED,
        help_text=gettext_lazy("Ten characters, for example ABCDE-FGHJK."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        """Return the code as it is stored."""
        return normalised_code(self.cleaned_data["code"])
