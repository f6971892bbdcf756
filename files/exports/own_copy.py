"""A person's own copy of all that is kept of them: a ZIP of JSON and of the files they brought."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import User
from accounts.privacy.personal_data import told
from accounts.registries import PersonalData, Retention, erasers, personal_data, retentions
from files import storage
from files.attachments.actions import discard_draft, sweep_drafts
from files.enums import Size
from files.exports.actions import KEPT_FOR, ask_export, delete_exports
from files.exports.enums import UNDER_WAY, ExportState, Form
from files.models import Attachment, Export, FileDraft, FileQuota
from files.registries import ExportKind, export_kinds
from web.dates.clock import platform_day, platform_today
from web.exports.zip_files import Bundle, chunks

PERSONAL: Final = "personal"


def files_of(user: User) -> Iterator[tuple[str, IO[bytes]]]:
    """The files a person brought, as they are kept: those withdrawn, or past their consent, are no more shown."""
    today = platform_today()
    for row in Attachment.objects.filter(uploaded_by=user).exclude(stored="").by_age().iterator():
        path = storage.path_of(row.stored, Size.FULL)
        if not row.ended(today) and path.exists():
            yield f"{row.pk}-{PurePosixPath(row.name).name}", path.open("rb")


BROUGHT = PersonalData(
    _("Files you added"),
    told(
        lambda user: Attachment.objects.filter(uploaded_by=user),
        *("id", "about", "name", "content_type", "size", "alt_text", "consent", "consent_until", "uploaded_at"),
    ),
    files=files_of,
    covers=("files.Attachment.uploaded_by",),
)
DRAFTS = PersonalData(
    _("Files of forms you have not finished"),
    told(FileDraft.objects.visible_to, "name", "content_type", "size", "uploaded_at"),
    covers=("files.FileDraft.person", "files.FileQuota.person"),
)
ASKED_FOR = PersonalData(
    _("Files you asked for"),
    told(lambda user: Export.objects.filter(person=user), "name", "asked", "asked_at", "state"),
    covers=("files.Export.person",),
)


def ask_for_own(*, user: User, language: str, at: datetime) -> Export:
    """Have one's own copy written; asked again while it is under way, it is the same one."""
    name = f"{pgettext('name of a file', 'personal-data')}-{platform_day(at).isoformat()}.zip"
    what = {"kind": PERSONAL, "form": Form.ZIP, "language": language, "asked": "", "name": name}
    return ask_export(**what, rows=len(personal_data), by=user, at=at)


def prepare(person: User, _asked: QueryDict) -> Bundle:
    """For the worker: nothing is read before it is written."""
    return Bundle(_parts(person))


def _parts(person: User) -> Iterator[tuple[str, Iterable[bytes]]]:
    for slug, part in personal_data.items():
        yield f"{slug}.json", [_as_json(part, person)]
        for name, file in part.files(person) if part.files else ():
            yield f"{slug}/{name}", chunks(file)


def _as_json(part: PersonalData, person: User) -> bytes:
    rows: list[Mapping[str, Any]] = list(part.rows(person))
    told = {"what": str(part.label), "rows": rows}
    return json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()


def forget_exports(*, user: User, at: datetime) -> None:
    """Nobody fetches what was written for them, or writes it any more."""
    rows = Export.objects.filter(person=user)
    rows.filter(state__in=UNDER_WAY).update(state=ExportState.CANCELLED, ended_at=at)
    done = list(rows.filter(state=ExportState.DONE).select_for_update())
    for row in done:
        Export.objects.filter(pk=row.pk).update(state=ExportState.EXPIRED, stored="")
        transaction.on_commit(partial(storage.remove, row.stored), robust=True)


def forget_drafts(*, user: User, at: datetime) -> None:
    """Delete the files of forms that a person did not finish, and their quota."""
    for draft in FileDraft.objects.visible_to(user):
        discard_draft(draft=draft, by=user)
    FileQuota.objects.filter(person=user).delete()


def purge_drafts(*, at: datetime, dry_run: bool = False) -> int:
    """Delete the files of forms that were not finished within a day."""
    return FileDraft.objects.older_than_a_day(at).count() if dry_run else sweep_drafts(by=None, at=at)


def purge_exports(*, at: datetime, dry_run: bool = False) -> int:
    """Files to download that were kept for seven days."""
    return Export.objects.to_delete(at).count() if dry_run else delete_exports(by=None, at=at)


def register() -> None:
    """Bring them to accounts, and the copy to what is written in the background."""
    personal_data.register("files", BROUGHT, order=90)
    personal_data.register("exports", ASKED_FOR, order=91)
    personal_data.register("file-drafts", DRAFTS, order=92)
    erasers.register("file-drafts", forget_drafts, order=61)
    unfinished = Retention(
        _("Files of forms that were not finished"), _("These files are not attached to anything yet."), 1, purge_drafts
    )
    retentions.register("file-drafts", unfinished, order=31)
    erasers.register("exports", forget_exports, order=60)
    kept = Retention(_("Files to download"), _("These files are copies."), days=KEPT_FOR.days, purge=purge_exports)
    retentions.register("exports", kept, order=30)
    export_kinds.register(
        PERSONAL,
        ExportKind(
            _("What the platform keeps about you"), prepare=prepare, href=lambda _asked: reverse("files:own_copy")
        ),
    )
