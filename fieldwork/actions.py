"""Verbs on what a phone sends after its notes."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import User
from files.attachments.actions import Brought, bring_files
from files.models import Attachment
from files.registries import Owner
from prototypes.models import FieldNote
from web.actions import action


@action(gettext_lazy("Picture added"))
def add_picture(
    *, note: FieldNote, owner: Owner, picture: Brought, by: User, at: datetime, **consent: Any
) -> Attachment:
    """Keep a picture of a note with its test; sent again under its key, it is the same one.

    The note's row is locked first, so that several at once make one. Raises DomainError, a full disk among them.
    """
    FieldNote.objects.select_for_update(of=["self"]).get(pk=note.pk)
    [kept] = bring_files(owner=owner, files=[picture], by=by, at=at, **consent)
    return kept
