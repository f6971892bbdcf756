"""One picture in the form that adds the thing it shows, such as an idea."""

from copy import deepcopy
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from files.attachments.actions import NewFile, attach_files
from files.attachments.forms import PICTURES, ConsentForm, ReceivedFiles, alt_text_field
from files.enums import Consent
from files.models import Attachment, FileDraft
from files.registries import Owner
from files.uploads.intake import AcceptedFile
from web.forms.fields import required_if
from web.forms.folds import Fold, FoldingForm

ROW: Final = "1"
FILE, ALT_TEXT = f"file_{ROW}", f"alt_text_{ROW}"
PICTURE_FIELDS: Final = (FILE, ALT_TEXT, "consent", "consent_until")
PICTURE_FOLD: Final = Fold(gettext_lazy("Add a picture"), PICTURE_FIELDS)


class ReceivedFileInput(forms.FileInput):
    """An input for a file that keeps the file received with an earlier sending of the form, or removes it."""

    template_name = "files/widgets/received_file.html"
    draft: FileDraft | Attachment | None = None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Return the context of the template, with the received file and the names of its inputs."""
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"draft": self.draft, "draft_name": f"draft_{ROW}", "row": ROW}
        return context


class PictureForm(FoldingForm):
    """A form with a picture, its description and the consent of the people on it; without a file they do not count.

    The file is received before the form is checked (`files.uploads.receiving`), so that it is not lost by an error in
    another field.
    """

    folds: tuple[Fold, ...] = (PICTURE_FOLD,)

    def __init__(self, *args: Any, received: ReceivedFiles | None = None, **kwargs: Any) -> None:
        """Create the form; `received` holds the picture received so far, or the reason against it."""
        super().__init__(*args, **kwargs)
        self.received = received or ReceivedFiles()
        widget = ReceivedFileInput(attrs={"accept": PICTURES})
        widget.draft = self.received.drafts.get(ROW)
        self.fields[FILE] = forms.Field(label=_("Picture"), required=False, widget=widget)
        self.fields[ALT_TEXT] = required_if(alt_text_field(rows=2), _("required with a picture"))
        consent = deepcopy(ConsentForm.base_fields["consent"])
        self.fields["consent"] = required_if(consent, _("required with a picture"))
        self.fields["consent_until"] = deepcopy(ConsentForm.base_fields["consent_until"])

    def has_content(self, fold: Fold) -> bool:
        """Return whether a fold is open without an error in it: that of a picture which was received."""
        return fold is PICTURE_FOLD and ROW in self.received.drafts

    def clean(self) -> dict[str, Any]:
        """Return the cleaned values; add errors to a refused picture, and to one without description or consent."""
        values = super().clean() or {}
        draft = self.received.drafts.get(ROW)
        if reason := self.received.refused.get(ROW):
            self.add_error(FILE, reason)
        elif draft is None:
            if self.data.get(FILE):  # its name came as text, without the file
                self.add_error(FILE, _("The picture did not arrive. Choose it again."))
            elif values.get(ALT_TEXT):
                self.add_error(FILE, _("You described a picture but did not choose it. Choose the picture."))
        else:
            self._check_picture(draft, values)
        return values

    def _check_picture(self, draft: FileDraft | Attachment, values: dict[str, Any]) -> None:
        """Add errors to a received file that is no picture, and to missing answers about it."""
        answered = {name: values.get(name) or name in self.errors for name in PICTURE_FIELDS}
        if not draft.is_image:
            error = _("“%(file)s” is not a picture. Add documents on the next page.")
            self.add_error(FILE, error % {"file": draft.name})
        if not answered[ALT_TEXT]:
            self.add_error(ALT_TEXT, _("Describe in a sentence what the picture shows."))
        if not answered["consent"]:
            self.add_error("consent", _("Say whether people can be recognised on the picture."))
        elif values.get("consent") != Consent.NOBODY and not answered["consent_until"]:
            self.add_error("consent_until", _("Give the last day until which people agreed to be seen."))

    def action_arguments(self) -> dict[str, Any]:
        """Return the values of the valid form that are not about the picture."""
        base: Any = super()  # the form with which this one is mixed
        return {name: value for name, value in base.action_arguments().items() if name not in PICTURE_FIELDS}

    def attach_picture(self, owner: Owner | None, *, by: User, at: datetime) -> None:
        """Attach the received picture of the valid form to the object that it shows; does nothing without one.

        Raises DomainError for a day of consent that is past, or when another file was sent with the same form.
        """
        draft = self.received.drafts.get(ROW)
        if draft is None or owner is None:
            return
        values, key = self.cleaned_data, self.cleaned_data.get("idempotency_key") or uuid4()
        picture = NewFile(AcceptedFile.of(draft), uuid5(UUID(str(key)), ROW), alt_text=values[ALT_TEXT])
        consent = {name: values[name] for name in ("consent", "consent_until")}
        attach_files(owner=owner, files=[picture], by=by, at=at, **consent)
