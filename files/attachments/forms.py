"""Forms that add and describe files; a file that is refused has the reason next to its field."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4, uuid5

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.attachments.actions import NewFile
from files.attachments.models import CONSENT
from files.documents.identification import FORMATS
from files.enums import ANSWERED_CONSENTS, Consent, ConsentMethod
from files.models import Attachment, FileDraft
from files.uploads.intake import AcceptedFile
from web.forms.edit_conflicts import VersionedForm
from web.forms.fields import DayField, VisibleTextField, required_if, text_field

CAMERA: Final = "camera"
MAX_FILES: Final = 12  # of one form, without that of the camera
ROWS: Final = (CAMERA, *(str(number) for number in range(1, MAX_FILES + 1)))
SEVERAL: Final = "files"  # the field in which several files can be chosen at once
PICTURES: Final = "image/jpeg,image/png,image/webp"
ACCEPTED: Final = ",".join([PICTURES, *(f".{ending}" for ending in FORMATS)])
MAX_CHARACTERS: Final = 500


class ConsentForm(VersionedForm):
    """The form fields on the consent of people who can be recognised."""

    consent = forms.ChoiceField(
        label=gettext_lazy("Can people be recognised?"), choices=ANSWERED_CONSENTS, widget=forms.RadioSelect
    )
    consent_until = required_if(
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
        choices=[("", gettext_lazy("not stated")), *ConsentMethod.choices],
        required=False,
    )
    consent_held = VisibleTextField(
        label=gettext_lazy("Where their consent is kept"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "For example a folder or a department. Do not write the names of the people who were asked."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values; add an error when people can be recognised and the last day of their consent is
        missing.
        """
        cleaned_data = super().clean() or {}
        recognised = cleaned_data.get("consent") not in (None, Consent.NOBODY)
        if recognised and not cleaned_data.get("consent_until") and "consent_until" not in self.errors:
            self.add_error("consent_until", _("Give the last day until which people agreed to be seen."))
        return cleaned_data


class SeveralFilesInput(forms.FileInput):
    """An input in which several files can be chosen at once."""

    allow_multiple_selected = True


@dataclass(frozen=True, slots=True)
class FileFields:
    """The fields about one file, and the file itself once it was received."""

    file: BoundField
    alt_text: BoundField
    decorative: BoundField
    name: str
    camera: bool
    draft: FileDraft | Attachment | None


@dataclass(frozen=True, slots=True)
class ReceivedFiles:
    """The files of a form by row: drafts of received files, and the reasons against refused ones.

    `refused_of_several` are the reasons against files that were chosen several at once, each with the file's name.
    """

    drafts: dict[str, FileDraft | Attachment] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    refused_of_several: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Return whether no file was sent, neither an accepted nor a refused one."""
        return not (self.drafts or self.refused or self.refused_of_several)

    def free_rows(self) -> list[str]:
        """Return the rows that have no file yet, without that of the camera."""
        return [row for row in ROWS[1:] if row not in self.drafts and row not in self.refused]


class AddFilesForm(ConsentForm):
    """Several files at once, each with its description, and one consent for all of them.

    Files are received before the form is checked (`files.uploads.receiving`): those received stay when the form comes
    back with an error.
    """

    idempotency_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, received: ReceivedFiles | None = None, **kwargs: Any) -> None:
        """Build the form with its rows of fields: a picture from the camera, and up to twelve files.

        `received` holds the files received so far, and the reasons against others, by row.
        """
        super().__init__(*args, **kwargs)
        self.received = received or ReceivedFiles()
        self.fields["idempotency_key"].initial = uuid4
        for row in ROWS:
            self._add_row(row)
        self.fields[SEVERAL] = forms.Field(
            label=_("Several files at once"),
            required=False,
            widget=SeveralFilesInput(attrs={"accept": ACCEPTED}),
            help_text=_("At most %(most)s. You describe each picture once the files are received.")
            % {"most": MAX_FILES},
        )
        parts = [f"{part}_{row}" for row in ROWS for part in ("file", "alt_text", "decorative")]
        self.order_fields([*parts, SEVERAL])

    def _add_row(self, row: str) -> None:
        """Add the fields of one row (“camera”, “1”, “2”, “3”): the file, its description, and the tick for a decorative
        picture.
        """
        camera = row == CAMERA
        attrs = {"accept": PICTURES, "capture": "environment"} if camera else {"accept": ACCEPTED}
        self.fields[f"file_{row}"] = forms.Field(
            label=_("Take a picture") if camera else _("File %(n)s") % {"n": row},
            required=False,
            widget=forms.FileInput(attrs=attrs),
        )
        self.fields[f"alt_text_{row}"] = alt_text_field(rows=2)
        self.fields[f"decorative_{row}"] = decorative_field()

    def rows(self) -> list[FileFields]:
        """Return the fields of the rows that the page shows, each with the file received for it, if any.

        These are the camera's, the first one, and those with a file, a reason against one, or a description.
        """
        return [
            FileFields(
                file=self[f"file_{row}"],
                alt_text=self[f"alt_text_{row}"],
                decorative=self[f"decorative_{row}"],
                name=row,
                camera=row == CAMERA,
                draft=self.received.drafts.get(row),
            )
            for row in ROWS
            if row in ROWS[:2] or self._is_used(row)
        ]

    def several(self) -> BoundField:
        """Return the field in which several files can be chosen at once."""
        return self[SEVERAL]

    def _is_used(self, row: str) -> bool:
        """Return whether a row has a file, a reason against one, or a description."""
        return row in self.received.drafts or row in self.received.refused or bool(self[f"alt_text_{row}"].value())

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values; add errors for refused files, missing descriptions and a form without files."""
        cleaned_data = super().clean()
        for row, reason in self.received.refused.items():
            self.add_error(f"file_{row}", reason)
        for reason in self.received.refused_of_several:
            self.add_error(SEVERAL, reason)
        for row in ROWS:
            self._check(row, cleaned_data)
        if self.received.is_empty and not self.errors:
            self.add_error(f"file_{ROWS[1]}", _("Choose a file."))
        return cleaned_data

    def _check(self, row: str, cleaned_data: dict[str, Any]) -> None:
        """Add an error to one row (“camera”, “1”, “2”, “3”): a description without a file, or a picture without a
        description.

        A picture that has both a description and the tick “decorative” is an error too.
        """
        has_text, decorative = (bool(cleaned_data.get(f"{part}_{row}")) for part in ("alt_text", "decorative"))
        draft = self.received.drafts.get(row)
        if draft is None:
            if (has_text or decorative) and row not in self.received.refused:
                self.add_error(f"file_{row}", _("You described a file but did not choose it. Choose the file."))
        elif draft.is_image and has_text == decorative and f"alt_text_{row}" not in self.errors:
            self.add_error(f"alt_text_{row}", description_error(has_text))

    def renew(self) -> None:
        """Give the sent form a new idempotency key and keep what was typed, so that its files count as new when it is
        sent again.
        """
        self.data = dict(self.data.items()) | {"idempotency_key": str(uuid4())}

    def new_files(self) -> list[NewFile]:
        """Return the received files, each with its description and an idempotency key of its own, for `attach_files`.

        The key of a row is derived from that of the form: the same form sent twice gives the same keys.
        """
        cleaned_data, key = self.cleaned_data, self.cleaned_data["idempotency_key"] or uuid4()
        return [
            NewFile(
                accepted=AcceptedFile.of(draft),
                idempotency_key=uuid5(key, row),
                alt_text=cleaned_data[f"alt_text_{row}"],
                decorative=cleaned_data[f"decorative_{row}"],
            )
            for row, draft in self.received.drafts.items()
        ]

    def consent_arguments(self) -> dict[str, Any]:
        """Return the five consent fields, as keyword arguments of `attach_files`."""
        return {name: self.cleaned_data[name] for name in CONSENT}


def alt_text_field(*, rows: int) -> forms.CharField:
    """Return the form field for the description of a picture, required unless it is decorative.

    `rows` is the height of its text box in lines.
    """
    return required_if(
        text_field(
            gettext_lazy("What it shows"),
            rows=rows,
            length=MAX_CHARACTERS,
            help_text=gettext_lazy("For people who do not see the picture, for example “Four people around a table”."),
        ),
        gettext_lazy("required for pictures, unless decorative"),
    )


def decorative_field() -> forms.BooleanField:
    """Return the tick box for a decorative picture, which needs no description."""
    return forms.BooleanField(
        label=gettext_lazy("Decorative picture"),
        required=False,
        help_text=gettext_lazy("For a picture that adds nothing to the text. It needs no description."),
    )


class DescribeForm(ConsentForm):
    """The description and the consent of a file that was added."""

    alt_text = alt_text_field(rows=3)
    decorative = decorative_field()
    field_order = ["alt_text", "decorative"]

    def __init__(self, *args: Any, attachment: Attachment, **kwargs: Any) -> None:
        """Build the form with the values of the attachment.

        For a document the description is optional, and nothing is decorative.
        """
        super().__init__(*args, current=attachment.form_values(), **kwargs)
        self.attachment = attachment
        if not attachment.is_image:
            del self.fields["decorative"]
            self.fields["alt_text"] = text_field(
                gettext_lazy("What it is about"), rows=3, length=MAX_CHARACTERS, required=False
            )
            self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values; add an error to a picture with neither a description nor the tick “decorative”, or
        with both.
        """
        cleaned_data = super().clean()
        has_text, decorative = bool(cleaned_data.get("alt_text")), bool(cleaned_data.get("decorative"))
        if self.attachment.is_image and has_text == decorative and "alt_text" not in self.errors:
            self.add_error("alt_text", description_error(has_text))
        return cleaned_data


class WithdrawForm(forms.Form):
    reason = text_field(
        gettext_lazy("Why the file is withdrawn"),
        rows=2,
        length=1000,
        help_text=gettext_lazy("People who can edit the file will read this reason. Do not write any names."),
    )


def description_error(has_text: bool) -> str:
    """Return the error message for a picture that has both a description and the tick “decorative”, or neither.

    `has_text` says that it has a description: then the message is about both.
    """
    if has_text:
        return _("A decorative picture has no description: untick the box or delete the description.")
    return _("Describe in a sentence what the picture shows, or tick “Decorative picture”.")
