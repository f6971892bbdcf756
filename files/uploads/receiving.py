"""Receive the files of a form before the form is checked, so that none has to be chosen twice."""

from uuid import UUID, uuid5

from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import person
from files.attachments import actions
from files.attachments.forms import ROWS, ReceivedFiles
from files.locks import Deadline
from files.models import Attachment, FileDraft
from files.uploads.handler import Upload
from files.uploads.intake import MAX_WAIT
from web.database.keys import key_of
from web.errors import DomainError

REMOVE = "remove"  # the button beside a file that was taken in: its value is the row


def received_files(request: HttpRequest) -> ReceivedFiles:
    """Return the drafts of a form: those that it names, each replaced where the form brings a new file."""
    deadline, received = Deadline(MAX_WAIT), ReceivedFiles()
    for row in ROWS:
        _receive(request, row, deadline, received)
    return received


def _receive(request: HttpRequest, row: str, deadline: Deadline, received: ReceivedFiles) -> None:
    user, named = person(request), request.POST.get(f"draft_{row}", "")
    earlier = _earlier(user, named, request.POST.get("entry", ""), row) if named else None
    upload = request.FILES.get(f"file_{row}")
    if request.POST.get(REMOVE) == row:
        _discard(earlier, user)
    elif isinstance(upload, Upload):
        try:
            received.drafts[row] = actions.receive_upload(upload=upload, by=user, at=now(), deadline=deadline)
        except DomainError as error:
            received.refused[row] = str(error)
        else:
            _discard(earlier, user)
    elif earlier:
        received.drafts[row] = earlier
    elif named:
        received.refused[row] = _("This file is no longer available: choose it again.")


def _earlier(user: User, named: str, entry: str, row: str) -> FileDraft | Attachment | None:
    """Return the draft that a form names, or its attachment when the same form was sent before."""
    if (number := key_of(named)) and (draft := FileDraft.objects.visible_to(user).filter(pk=number).first()):
        return draft
    try:
        key = uuid5(UUID(entry), row)
    except ValueError:
        return None
    return Attachment.objects.filter(uploaded_by=user, entry=key, withdrawn_at=None).first()


def _discard(earlier: FileDraft | Attachment | None, user: User) -> None:
    if isinstance(earlier, FileDraft):
        actions.discard_draft(draft=earlier, by=user)
