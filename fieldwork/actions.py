"""The action for the pictures that a phone sends after its notes."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import User
from files.attachments.actions import NewFile, attach_files
from files.models import Attachment
from files.registries import Owner
from prototypes.models import TrialNote
from web.actions import action


@action(gettext_lazy("Picture added"))
def add_picture(
    *, note: TrialNote, owner: Owner, picture: NewFile, by: User, at: datetime, **consent: Any
) -> Attachment:
    """Attach a picture of a field note to the note's test (`owner`) and return it.

    A picture sent twice is attached once. `consent` are the arguments `consent` and `consent_until` of `attach_files`.
    The note is locked, so that simultaneous requests attach one picture. Raises DomainError, for example when the disk
    is full.
    """
    TrialNote.objects.select_for_update(of=["self"]).get(pk=note.pk)
    [attachment] = attach_files(owner=owner, files=[picture], by=by, at=at, **consent)
    return attachment
