"""A person's own copy of all data about them: a ZIP of a page, JSON and the files they added."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.hooks import PersonalData, PrivacyHooks, Retention, personal_data
from accounts.models import User
from accounts.privacy.erasure_journal import ErasedRows
from accounts.privacy.personal_data import row_reader
from files import storage
from files.attachments.actions import (
    ERASED_FILE_NAME,
    WITHDRAWN_FILE,
    discard_draft,
    sweep_drafts,
    withdraw_and_erase_name,
    withdraw_file,
)
from files.attachments.models import ERASED_NAME
from files.enums import StoredSize
from files.exports.actions import RETENTION, delete_exports, discard_exports, request_export
from files.exports.enums import ExportFormat
from files.exports.readable_copy import STYLE_SHEET, Section, page_of, section_of, style_sheet
from files.models import Attachment, Export, FileDraft, FileQuota
from files.registries import ExportKind
from web.dates.clock import platform_day, platform_today
from web.exports.zip_files import Bundle, chunks

PERSONAL: Final = "personal"
WITHDRAWN_BEFORE: Final = _("This file was withdrawn before a backup was restored.")


def files_of(user: User) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield name and open content of the files that the user added, the oldest first, for the copy of their data.

    Left out are withdrawn files, those whose consent has ended, and those that are missing.
    """
    today = platform_today()
    for row in Attachment.objects.filter(uploaded_by=user).exclude(stored="").by_age().iterator():
        if not row.consent_has_ended(today) and storage.is_stored(row.stored, StoredSize.FULL):
            yield f"{row.pk}-{PurePosixPath(row.name).name}", storage.open_stored(row.stored, StoredSize.FULL)


ADDED_FILES = PersonalData(
    _("Files you added"),
    row_reader(
        lambda user: Attachment.objects.filter(uploaded_by=user),
        *("id", "about", "name", "content_type", "size", "alt_text", "consent", "consent_until", "uploaded_at"),
    ),
    files=files_of,
    covers=("files.Attachment.uploaded_by",),
)
DRAFTS = PersonalData(
    _("Files of forms you have not finished"),
    row_reader(FileDraft.objects.visible_to, "name", "content_type", "size", "uploaded_at"),
    covers=("files.FileDraft.person", "files.FileQuota.person"),
)
REQUESTED_EXPORTS = PersonalData(
    _("Files you asked for"),
    row_reader(lambda user: Export.objects.filter(person=user), "name", "query", "requested_at", "state"),
    covers=("files.Export.person",),
)


def request_own_copy(*, user: User, language: str, at: datetime) -> Export:
    """Request a ZIP with all data about the user; return the export, or the request for it that still waits or runs.

    `language` is that of its texts, “fr” or “en”.
    """
    name = f"{pgettext('name of a file', 'personal-data')}-{platform_day(at).isoformat()}.zip"
    details = {"kind": PERSONAL, "file_format": ExportFormat.ZIP, "language": language, "query": "", "name": name}
    return request_export(**details, rows=len(personal_data()), by=user, at=at)


def prepare_own_copy(person: User, _query: QueryDict) -> Bundle:
    """Return the files of the person's copy for the worker; the database is read only when they are written.

    `_query` is not used: a copy always holds everything.
    """
    return Bundle(_parts(person))


def _parts(person: User) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield path and content of each file of the person's copy of their data.

    For each registered part, a JSON file comes first, then the part's files. The last ones are a page for people with
    the same rows, and its style sheet.
    """
    sections: list[Section] = []
    for slug, part in personal_data().items():
        rows: list[Mapping[str, Any]] = list(part.rows(person))
        yield f"{slug}.json", [_as_json(part, rows)]
        sections.append(section_of(slug, part, rows, person))
        for name, file in part.files(person) if part.files else ():
            sections[-1].files.append(f"{slug}/{name}")
            yield f"{slug}/{name}", chunks(file)
    yield f"{pgettext('name of a file', 'personal-data')}.html", [page_of(person, sections)]
    yield STYLE_SHEET, [style_sheet()]


def _as_json(part: PersonalData, rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the rows of one registered part as JSON: `what` is the part's label, `rows` the rows."""
    content = {"what": str(part.label), "rows": rows}
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()


def forget_drafts(*, user: User, at: datetime) -> None:
    """Delete the drafts of files that the user never attached, and the row of their quota. `at` is not used."""
    for draft in FileDraft.objects.visible_to(user):
        discard_draft(draft=draft, by=user)
    FileQuota.objects.filter(person=user).delete()


def purge_drafts(*, at: datetime, dry_run: bool = False) -> int:
    """Delete file drafts received more than a day before `at` and return how many; with `dry_run`, only count them."""
    return FileDraft.objects.older_than_a_day(at).count() if dry_run else sweep_drafts(by=None, at=at)


def purge_exports(*, at: datetime, dry_run: bool = False) -> int:
    """Delete exported files whose seven days are over at the moment `at` and return how many.

    With `dry_run`, only count them.
    """
    return Export.objects.to_delete(at).count() if dry_run else delete_exports(by=None, at=at)


def erase(*, user: User, at: datetime) -> None:
    """Delete the user's files to download and file drafts, when the person is erased at the moment `at`.

    Attachments stay, with what they are attached to.
    """
    discard_exports(exports=Export.objects.filter(person=user), at=at, by=None)
    forget_drafts(user=user, at=at)


def withdraw_again(attachment: Attachment, at: datetime) -> None:
    """Withdraw a file again that a restore has brought back."""
    withdraw_file(attachment=attachment, reason=str(WITHDRAWN_BEFORE), by=None, at=at)


def erase_name_again(attachment: Attachment, at: datetime) -> None:
    """Withdraw a file that a restore has brought back, and erase its name again."""
    withdraw_and_erase_name(attachment=attachment, reason=str(WITHDRAWN_BEFORE), at=at)


PRIVACY = PrivacyHooks(
    personal_data={"files": ADDED_FILES, "exports": REQUESTED_EXPORTS, "file-drafts": DRAFTS},
    retentions={
        "exports": Retention(
            _("Files to download"), _("These files are copies."), days=RETENTION.days, purge=purge_exports
        ),
        "file-drafts": Retention(
            _("Files of forms that were not finished"),
            _("These files are not attached to anything yet."),
            days=1,
            purge=purge_drafts,
        ),
    },
    erase=erase,
    journal=(
        ErasedRows(ERASED_FILE_NAME, Attachment, Q(withdrawn_at__isnull=False, name=ERASED_NAME), erase_name_again),
        ErasedRows(WITHDRAWN_FILE, Attachment, Q(withdrawn_at__isnull=False), withdraw_again),
    ),
)
OWN_COPY = ExportKind(
    _("What the platform keeps about you"), prepare=prepare_own_copy, href=lambda _query: reverse("files:own_copy")
)
