"""The forms that a phone sends: the draft of a note, and the pictures of a draft that has arrived."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from files.attachments.actions import NewFile
from files.attachments.forms import MAX_CHARACTERS
from files.enums import Consent
from files.models import FileDraft
from files.uploads.intake import AcceptedFile
from prototypes.notes.actions import NoteOrigin
from prototypes.notes.forms import ChoiceForm
from web.forms.fields import VisibleTextField

A_YEAR = timedelta(days=365)
LAST_MILLISECOND = 4_102_444_800_000  # the year 2100


class DraftForm(ChoiceForm):
    """The fields of a draft besides its answers.

    `version_token` is the version of the test that the writer saw, and `follows` the key of the note that the phone
    wrote before on the same test.
    """

    key = forms.UUIDField()
    account = forms.IntegerField(min_value=1)
    version_token = forms.CharField(max_length=64)
    later = forms.BooleanField(required=False)
    written_at = forms.IntegerField(min_value=0, max_value=LAST_MILLISECOND, required=False)
    follows = forms.UUIDField(required=False)

    def origin(self) -> NoteOrigin:
        """Return when the draft was written on the phone, and the key of the note that it follows.

        Either is None when the phone does not state it.
        """
        written = self.cleaned_data["written_at"]
        at = datetime.fromtimestamp(written / 1000, UTC) if written else None
        return NoteOrigin(written_at=at, follows=self.cleaned_data["follows"])


class PictureForm(forms.Form):
    """A picture of a draft that has arrived: its key, its description, and whether people can be recognised."""

    key = forms.UUIDField()
    draft = forms.UUIDField()
    account = forms.IntegerField(min_value=1)
    alt_text = VisibleTextField(max_length=MAX_CHARACTERS)
    faces = forms.ChoiceField(choices=[("no", _("No")), ("yes", _("Yes"))])
    file = forms.FileField()

    def new_file(self, draft: FileDraft) -> NewFile:
        """Return the picture to attach: the stored upload `draft` with the form's key and description."""
        given = self.cleaned_data
        return NewFile(accepted=AcceptedFile.of(draft), idempotency_key=given["key"], alt_text=given["alt_text"])

    def consent_arguments(self, today: date) -> dict[str, Any]:
        """Return who may see the picture, as the arguments `consent` and `consent_until` of `add_picture`.

        A picture on which people can be recognised is shown to their own cohort only, for one year from `today`; others
        without a limit.
        """
        if self.cleaned_data["faces"] == "no":
            return {"consent": Consent.NOBODY}
        return {"consent": Consent.COHORT, "consent_until": today + A_YEAR}
