"""Forms that bring files and say what they show; a file that cannot be taken has the reason beside its field."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4, uuid5

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.attachments.actions import Brought
from files.attachments.models import CONSENT
from files.documents.identification import FORMATS
from files.enums import Consent, How
from files.models import Attachment, FileDraft
from files.uploads.intake import Taken
from web.forms.edit_conflicts import StartedForm
from web.forms.fields import DayField, WordsField, needed_if, text_field

CAMERA: Final = "camera"
ROWS: Final = (CAMERA, "1", "2", "3")
PICTURES: Final = "image/jpeg,image/png,image/webp"
ACCEPTED: Final = ",".join([PICTURES, *(f".{ending}" for ending in FORMATS)])
WORDS: Final = 500


class ConsentForm(StartedForm):
    """How far those who can be recognised agreed to be seen."""

    consent = forms.ChoiceField(
        label=gettext_lazy("Can people be recognised?"), choices=Consent.choices, widget=forms.RadioSelect
    )
    consent_until = needed_if(
        DayField(
            label=gettext_lazy("Shown until"),
            help_text=gettext_lazy("If people can be recognised, the last day until which they agreed to be seen."),
        ),
        gettext_lazy("required if people can be recognised"),
    )
    consent_on = DayField(
        label=gettext_lazy("Agreed on"),
        required=False,
        help_text=gettext_lazy("The day on which people agreed, if it is known."),
    )
    consent_how = forms.ChoiceField(
        label=gettext_lazy("How they agreed"),
        choices=[("", gettext_lazy("not stated")), *How.choices],
        required=False,
    )
    consent_held = WordsField(
        label=gettext_lazy("Where their consent is kept"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "For example a folder or a department. Do not write the names of the people who were asked."
        ),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        recognised = given.get("consent") not in (None, Consent.NOBODY)
        if recognised and not given.get("consent_until") and "consent_until" not in self.errors:
            self.add_error("consent_until", _("Give the last day until which people agreed to be seen."))
        return given


@dataclass(frozen=True, slots=True)
class Row:
    """The fields about one file, and the file itself once the platform has it."""

    file: BoundField
    alt_text: BoundField
    decorative: BoundField
    name: str
    camera: bool
    draft: FileDraft | Attachment | None


@dataclass(frozen=True, slots=True)
class ReceivedFiles:
    """What a form brought by row: files the platform has as drafts, and the reasons against others."""

    drafts: dict[str, FileDraft | Attachment] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


class AddForm(ConsentForm):
    """Several files at once, each with its words, and one answer about those who can be recognised.

    Files are taken in before the form is checked (`files.uploads.receiving`): what came before stays when it comes
    back.
    """

    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, received: ReceivedFiles | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received = received or ReceivedFiles()
        self.fields["entry"].initial = uuid4
        for row in ROWS:
            self._add_row(row)
        self.order_fields([f"{part}_{row}" for row in ROWS for part in ("file", "alt_text", "decorative")])

    def _add_row(self, row: str) -> None:
        camera = row == CAMERA
        attrs = {"accept": PICTURES, "capture": "environment"} if camera else {"accept": ACCEPTED}
        self.fields[f"file_{row}"] = forms.Field(
            label=_("Take a picture") if camera else _("File %(n)s") % {"n": row},
            required=False,
            widget=forms.FileInput(attrs=attrs),
        )
        self.fields[f"alt_text_{row}"] = alt_text_field(rows=2)
        self.fields[f"decorative_{row}"] = decorative_field()

    def rows(self) -> list[Row]:
        """Return the fields by file, for the page."""
        return [
            Row(
                file=self[f"file_{row}"],
                alt_text=self[f"alt_text_{row}"],
                decorative=self[f"decorative_{row}"],
                name=row,
                camera=row == CAMERA,
                draft=self.received.drafts.get(row),
            )
            for row in ROWS
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for row, reason in self.received.refused.items():
            self.add_error(f"file_{row}", reason)
        for row in ROWS:
            self._check(row, given)
        if not self.received.drafts and not self.received.refused and not self.errors:
            self.add_error(f"file_{ROWS[1]}", _("Choose a file."))
        return given

    def _check(self, row: str, given: dict[str, Any]) -> None:
        """Refuse words without a file, and pictures without words."""
        words, decorative = (bool(given.get(f"{part}_{row}")) for part in ("alt_text", "decorative"))
        draft = self.received.drafts.get(row)
        if draft is None:
            if (words or decorative) and row not in self.received.refused:
                self.add_error(f"file_{row}", _("You described a file but did not choose it. Choose the file."))
        elif draft.is_image and words == decorative and f"alt_text_{row}" not in self.errors:
            self.add_error(f"alt_text_{row}", described_how(words))

    def renew(self) -> None:
        """Keep what was typed under a new key: once sent again these are other files."""
        self.data = dict(self.data.items()) | {"entry": str(uuid4())}

    def brought(self) -> list[Brought]:
        """Return the files, each with what is said of it."""
        given, key = self.cleaned_data, self.cleaned_data["entry"] or uuid4()
        return [
            Brought(
                taken=Taken.of(draft),
                entry=uuid5(key, row),
                alt_text=given[f"alt_text_{row}"],
                decorative=given[f"decorative_{row}"],
            )
            for row, draft in self.received.drafts.items()
        ]

    def agreed(self) -> dict[str, Any]:
        """Return the action's arguments about those who can be recognised."""
        return {name: self.cleaned_data[name] for name in CONSENT}


def alt_text_field(*, rows: int) -> forms.CharField:
    """Return the field for what a picture shows."""
    return needed_if(
        text_field(
            gettext_lazy("What it shows"),
            rows=rows,
            length=WORDS,
            help_text=gettext_lazy("For people who do not see the picture, for example “Four people around a table”."),
        ),
        gettext_lazy("required for pictures, unless decorative"),
    )


def decorative_field() -> forms.BooleanField:
    """Return the field for a picture that needs no words."""
    return forms.BooleanField(
        label=gettext_lazy("Decorative picture"),
        required=False,
        help_text=gettext_lazy("For a picture that adds nothing to the text. It needs no description."),
    )


class DescribeForm(ConsentForm):
    """What is said of a file that is there."""

    alt_text = alt_text_field(rows=3)
    decorative = decorative_field()
    field_order = ["alt_text", "decorative"]

    def __init__(self, *args: Any, attachment: Attachment, **kwargs: Any) -> None:
        super().__init__(*args, stands=attachment.said(), **kwargs)
        self.attachment = attachment
        if not attachment.is_image:
            del self.fields["decorative"]
            self.fields["alt_text"] = text_field(gettext_lazy("What it is about"), rows=3, length=WORDS, required=False)
            self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        words, silent = bool(given.get("alt_text")), bool(given.get("decorative"))
        if self.attachment.is_image and words == silent and "alt_text" not in self.errors:
            self.add_error("alt_text", described_how(words))
        return given


class WithdrawForm(forms.Form):
    reason = text_field(
        gettext_lazy("Why the file is withdrawn"),
        rows=2,
        length=1000,
        help_text=gettext_lazy("People who can edit the file will read this reason. Do not write any names."),
    )


def described_how(words: bool) -> str:
    """Return what is wrong with a picture that has both a description and the tick, or neither."""
    if words:
        return _("A decorative picture has no description: untick the box or delete the description.")
    return _("Describe in a sentence what the picture shows, or tick “Decorative picture”.")
