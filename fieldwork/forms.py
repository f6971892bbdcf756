"""Forms of what a phone sends: a draft of a note, and the pictures of one that arrived."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from files.attachments.actions import Brought
from files.attachments.forms import WORDS as WORDS_LENGTH
from files.enums import Consent
from files.models import FileDraft
from files.uploads.intake import Taken
from prototypes.notes.actions import NoteOrigin
from prototypes.notes.forms import ChoiceForm
from web.forms.fields import WordsField

A_YEAR = timedelta(days=365)
LAST_MILLISECOND = 4_102_444_800_000  # the year 2100


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
