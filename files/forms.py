"""Forms that bring files and say what they show; a file that cannot be taken has the reason beside its field."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.actions import Brought
from files.documents import FORMATS
from files.enums import Consent, How
from files.intake import IMAGE_ENDINGS, Taken, take, too_large
from files.models import CONSENT, Attachment
from files.names import split_name
from files.unfit import Unfit
from files.uploads import Upload
from web.forms import DayField, WordsField, text_field
from web.seen import StartedForm

CAMERA: Final = "camera"
ROWS: Final = (CAMERA, "1", "2", "3")
PICTURES: Final = "image/jpeg,image/png,image/webp"
ACCEPTED: Final = ",".join([PICTURES, *(f".{ending}" for ending in FORMATS)])
WORDS: Final = 500


class UploadField(forms.FileField):
    """A chosen file, looked at and made harmless: its value is what can be kept."""

    widget = forms.FileInput

    def clean(self, data: Any, initial: Any = None) -> Taken | None:
        if not data:
            return None
        try:
            return _taken(data)
        except Unfit as error:
            raise ValidationError(str(error)) from error


def _taken(upload: Any) -> Taken:
    if isinstance(upload, Upload) and upload.too_large:
        raise Unfit(too_large("image" if split_name(upload.name or "")[1] in IMAGE_ENDINGS else "document"))
    return take(upload.name or "", upload.read())


class ConsentForm(StartedForm):
    """How far those who can be recognised agreed to be seen."""

    consent = forms.ChoiceField(
        label=gettext_lazy("Can people be recognised?"), choices=Consent.choices, widget=forms.RadioSelect
    )
    consent_until = DayField(
        label=gettext_lazy("Shown until"),
        required=False,
        help_text=gettext_lazy("The last day they agreed to, where people can be recognised."),
    )
    consent_on = DayField(
        label=gettext_lazy("Agreed on"), required=False, help_text=gettext_lazy("The day they said so, if it is known.")
    )
    consent_how = forms.ChoiceField(
        label=gettext_lazy("How they agreed"),
        choices=[("", gettext_lazy("not noted")), *How.choices],
        required=False,
    )
    consent_held = WordsField(
        label=gettext_lazy("Where their consent is kept"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("A folder, a service: no names of those who were asked."),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        recognised = given.get("consent") not in (None, Consent.NOBODY)
        if recognised and not given.get("consent_until") and "consent_until" not in self.errors:
            self.add_error("consent_until", _("Say until when they agreed to be seen."))
        return given


@dataclass(frozen=True, slots=True)
class Row:
    """The fields about one file."""

    file: BoundField
    alt_text: BoundField
    decorative: BoundField
    camera: bool


class AddForm(ConsentForm):
    """Several files at once, each with its words, and one answer about those who can be recognised.

    No page can fill in a chosen file again: whenever the form comes back, each file's field says to choose it again.
    """

    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry"].initial = uuid4
        for place in ROWS:
            self._add_row(place)
        self.order_fields([f"{part}_{place}" for place in ROWS for part in ("file", "alt_text", "decorative")])

    def _add_row(self, place: str) -> None:
        camera = place == CAMERA
        attrs = {"accept": PICTURES, "capture": "environment"} if camera else {"accept": ACCEPTED}
        self.fields[f"file_{place}"] = UploadField(
            label=_("Take a picture") if camera else _("File %(n)s") % {"n": place},
            required=False,
            widget=forms.FileInput(attrs=attrs),
        )
        self.fields[f"alt_text_{place}"] = text_field(
            gettext_lazy("What it shows"), rows=2, length=WORDS, required=False
        )
        self.fields[f"decorative_{place}"] = forms.BooleanField(
            label=gettext_lazy("A picture that says nothing the text does not"), required=False
        )

    def rows(self) -> list[Row]:
        """The fields by file, for the page."""
        return [
            Row(self[f"file_{place}"], self[f"alt_text_{place}"], self[f"decorative_{place}"], place == CAMERA)
            for place in ROWS
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        for place in ROWS:
            self._check(place, given)
        if not any(given.get(f"file_{place}") or f"file_{place}" in self.errors for place in ROWS):
            self.add_error(f"file_{ROWS[1]}", _("Choose a file."))
        if self.errors:
            self.ask_again()
        return given

    def _check(self, place: str, given: dict[str, Any]) -> None:
        """Words without a file, and pictures without words."""
        file, words, silent = (given.get(f"{part}_{place}") for part in ("file", "alt_text", "decorative"))
        if not isinstance(file, Taken):
            if (words or silent) and f"file_{place}" not in self.errors:
                self.add_error(f"file_{place}", _("Choose the file these words are about."))
        elif file.width and bool(words) == bool(silent) and f"alt_text_{place}" not in self.errors:
            self.add_error(f"alt_text_{place}", described_how(bool(words)))

    def ask_again(self) -> None:
        """Beside each file that was right, that it has to be chosen again: no page can fill in a file."""
        for place in ROWS:
            file = self.cleaned_data.get(f"file_{place}")
            if isinstance(file, Taken):
                said = _("Choose “%(name)s” again: a file is not kept while something else is corrected.")
                self.add_error(f"file_{place}", said % {"name": file.name})

    def renew(self) -> None:
        """Keep what was typed under a new key: once sent again these are other files."""
        self.data = dict(self.data.items()) | {"entry": str(uuid4())}

    def brought(self) -> list[Brought]:
        """The files, each with what is said of it."""
        given, key = self.cleaned_data, self.cleaned_data["entry"] or uuid4()
        return [
            Brought(
                taken=given[f"file_{place}"],
                entry=uuid5(key, place),
                alt_text=given[f"alt_text_{place}"],
                decorative=given[f"decorative_{place}"],
            )
            for place in ROWS
            if given[f"file_{place}"]
        ]

    def agreed(self) -> dict[str, Any]:
        """The verb's arguments about those who can be recognised."""
        return {name: self.cleaned_data[name] for name in CONSENT}


class DescribeForm(ConsentForm):
    """What is said of a file that is there."""

    alt_text = text_field(gettext_lazy("What it shows"), rows=3, length=WORDS, required=False)
    decorative = forms.BooleanField(label=gettext_lazy("A picture that says nothing the text does not"), required=False)
    field_order = ["alt_text", "decorative"]

    def __init__(self, *args: Any, attachment: Attachment, **kwargs: Any) -> None:
        super().__init__(*args, stands=attachment.said(), **kwargs)
        self.attachment = attachment
        if not attachment.is_image:
            del self.fields["decorative"]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        words, silent = bool(given.get("alt_text")), bool(given.get("decorative"))
        if self.attachment.is_image and words == silent and "alt_text" not in self.errors:
            self.add_error("alt_text", described_how(words))
        return given


class WithdrawForm(forms.Form):
    reason = text_field(
        gettext_lazy("Why it is withdrawn"),
        rows=2,
        length=1000,
        help_text=gettext_lazy("Those who can edit it read this. No names."),
    )


def described_how(words: bool) -> str:
    """What is wrong with a picture that has both its words and the tick, or neither."""
    if words:
        return _("A picture that says nothing has no words: take the tick away, or the words.")
    return _("Say in a sentence what the picture shows, for people who do not see it.")
