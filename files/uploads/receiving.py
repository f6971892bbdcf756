"""Receive the files of a form before the form is checked, so that none has to be chosen twice."""

from uuid import UUID, uuid5

from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import person
from files.attachments import actions
from files.attachments.forms import ROWS, SEVERAL, ReceivedFiles
from files.locks import Deadline
from files.models import Attachment, FileDraft
from files.rejection import FileRejected
from files.uploads.file_names import clean_name
from files.uploads.handler import Upload
from files.uploads.intake import MAX_WAIT
from web.database.keys import key_of
from web.errors import DomainError

REMOVE = "remove"  # the button next to a received file; its value is the row


def received_files(request: HttpRequest, *, recordings: bool = False) -> ReceivedFiles:
    """Receive the uploaded files of a form as drafts; return the drafts and the reasons against refused files, by row.

    A draft that an earlier sending of the form left stays, unless a new file replaces it or its button “Remove” was
    used. `recordings` says that the form takes recordings of a voice.
    """
    deadline, received = Deadline(MAX_WAIT), ReceivedFiles()
    for row in ROWS:
        _receive(request, row, deadline, received, recordings=recordings)
    if REMOVE not in request.POST:
        for upload in request.FILES.getlist(SEVERAL):
            _receive_of_several(person(request), upload, deadline, received)
    return received


def _receive_of_several(user: User, upload: object, deadline: Deadline, received: ReceivedFiles) -> None:
    """Add to `received` one of the files that were chosen at once, in the next free row, or the reason against it.

    The reason names the file; the others are received all the same.
    """
    if not isinstance(upload, Upload):
        return
    name, rows = clean_name(upload.name or "", default=_("file")), received.free_rows()
    try:
        if not rows:
            raise FileRejected(_("too many files for one form. Add these first, then choose it again."))
        draft = actions.receive_upload(upload=upload, by=user, at=now(), deadline=deadline)
    except DomainError as error:
        received.refused_of_several.append(_("“%(name)s”: %(reason)s") % {"name": name, "reason": error})
    else:
        received.drafts[rows[0]] = draft


def _receive(
    request: HttpRequest, row: str, deadline: Deadline, received: ReceivedFiles, *, recordings: bool = False
) -> None:
    """Add to `received` the file of one row of the form (“camera”, “1”, “2”, “3”): a new upload, or the earlier draft.

    A reason is added instead where the upload is refused before the `deadline` or the earlier draft is gone.
    """
    user, draft_id = person(request), request.POST.get(f"draft_{row}", "")
    earlier = _earlier_file(user, draft_id, request.POST.get("idempotency_key", ""), row) if draft_id else None
    upload = request.FILES.get(f"file_{row}")
    if request.POST.get(REMOVE) == row:
        _discard(earlier, user)
    elif isinstance(upload, Upload):
        try:
            received.drafts[row] = actions.receive_upload(
                upload=upload, by=user, at=now(), deadline=deadline, recordings=recordings
            )
        except DomainError as error:
            received.refused[row] = _("“%(file)s” is not added: %(reason)s") % {"file": upload.name, "reason": error}
        else:
            _discard(earlier, user)
    elif earlier:
        received.drafts[row] = earlier
    elif draft_id:
        received.refused[row] = _("This file is no longer available: choose it again.")


def _earlier_file(user: User, draft_id: str, idempotency_key: str, row: str) -> FileDraft | Attachment | None:
    """Return the draft with the key `draft_id` that a row of the form names, else the attachment that was made of it.

    The attachment is found by the form's `idempotency_key` and the row. None if there is neither, or it is someone
    else's.
    """
    if (number := key_of(draft_id)) and (draft := FileDraft.objects.visible_to(user).filter(pk=number).first()):
        return draft
    try:
        key = uuid5(UUID(idempotency_key), row)
    except ValueError:
        return None
    return Attachment.objects.filter(uploaded_by=user, idempotency_key=key, withdrawn_at=None).first()


def _discard(earlier: FileDraft | Attachment | None, user: User) -> None:
    """Delete the earlier draft of a row with its file; an attachment stays, and None does nothing."""
    if isinstance(earlier, FileDraft):
        actions.discard_draft(draft=earlier, by=user)
