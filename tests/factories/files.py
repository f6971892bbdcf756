"""Files: small pictures, minimal documents, and rows with their files on disk."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import IO, Any
from uuid import uuid4

import factory
from django.test import override_settings
from PIL import Image

from accounts.models import User
from files import storage
from files.backends.folder import path_of
from files.enums import FileAudience, StoredSize
from files.exports.actions import finish_export, start_export
from files.models import Attachment, Export, FileDraft
from files.permissions import file_decisions
from files.registries import Owner
from files.storage import write_all
from files.uploads.handler import new_file
from files.uploads.intake import AcceptedFile, accept_file
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import SessionFactory
from tests.factories.packages import office, opendocument

ADDED_AT = datetime(2026, 11, 3, 9, tzinfo=UTC)


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: Any = (160, 40, 20), **options: Any) -> bytes:
    """Return a picture of one colour; `options` are those of Pillow (exif=, save_all=, …)."""
    out = BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def file_of(content: bytes) -> IO[bytes]:
    """Return a file with this content, as a form uploads it."""
    file = new_file()
    write_all(file, content)
    file.seek(0)
    return file


def accept_content(name: str, content: bytes) -> AcceptedFile:
    """Accept a file as a form does."""
    with file_of(content) as file:
        return accept_file(name, file)


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
TEXT = "Noté à l’accueil : trois personnes sont reparties.".encode()
DOCUMENTS: dict[str, bytes] = {
    "pdf": PDF,
    "odt": opendocument("text"),
    "ods": opendocument("spreadsheet"),
    "odp": opendocument("presentation"),
    "docx": office("docx"),
    "xlsx": office("xlsx"),
    "pptx": office("pptx"),
    "txt": TEXT,
    "csv": b"segment;nombre\nhabitants;8\n",
}


def sample_content(name: str) -> bytes:
    """Return a small file of the kind that the ending of the name says."""
    ending = name.rsplit(".", 1)[-1]
    kinds = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
    return picture(kinds[ending]) if ending in kinds else DOCUMENTS[ending]


@cache
def accepted_sizes(name: str) -> tuple[AcceptedFile, dict[str, bytes]]:
    """Return the accepted content of a small file and its stored sizes; decoded once for all tests."""
    with (
        TemporaryDirectory() as folder,
        override_settings(FILES_DIR=folder, FILES_BACKEND="files.backends.folder.Folder"),
    ):
        accepted = accept_content(name, sample_content(name))
        return accepted, {
            size: path_of(accepted.stored, size).read_bytes() for size in storage.stored_sizes(accepted.stored)
        }


def accepted_file(name: str = "atelier.jpg") -> AcceptedFile:
    """Return a small accepted file with its contents on disk, by the ending of its name."""
    accepted, contents = accepted_sizes(name)
    return replace(accepted, stored=storage.store(contents))


def draft(person: User | None = None, name: str = "atelier.jpg", **columns: Any) -> FileDraft:
    """Return a file of an unfinished form."""
    columns_of_person = {"person": person or UserFactory(), "uploaded_at": ADDED_AT}
    return FileDraft.objects.create(**asdict(accepted_file(name)) | columns_of_person | columns)


def owner(person: User | None = None, roles: str = "M", audience: str = "cohort", **changes: Any) -> Owner:
    """Return an object with files; `person` has these roles towards it."""
    fields = {"about": "session", "object_id": 7, "name": "Séance 7", "href": "/sessions/7/"} | changes
    reader_fields = {"person": person or UserFactory(), "audience": FileAudience(audience), "zone": "Europe/Paris"}
    return Owner(**reader_fields | file_decisions(frozenset(roles)) | fields)


class AttachmentFactory(factory.django.DjangoModelFactory):
    """A picture without recognisable people, of a session, with its files on disk.

    `of=` another object of the kind `about=`; `file=` another name, whose ending says the kind; `withdrawn=True` for a
    withdrawn file.
    """

    class Meta:
        model = Attachment

    about = "session"
    uploaded_by = factory.SubFactory(UserFactory)
    uploaded_at = ADDED_AT
    consent = "nobody"
    idempotency_key = factory.LazyFunction(uuid4)

    @classmethod
    def _create(cls, model_class: type[Attachment], *args: object, **kwargs: Any) -> Attachment:
        file, of, withdrawn = kwargs.pop("file", "atelier.jpg"), kwargs.pop("of", None), kwargs.pop("withdrawn", False)
        facts = asdict(accepted_file(file))
        details = {"alt_text": "Des gommettes sur un mur"} if facts["width"] and not kwargs.get("decorative") else {}
        if kwargs["consent"] != "nobody":
            details |= {"consent_until": "2027-11-30"}
        if "object_id" not in kwargs:
            kwargs["object_id"] = (of or SessionFactory()).pk
        row = super()._create(model_class, *args, **facts | details | kwargs)
        row.refresh_from_db()
        return withdrawn_now(row) if withdrawn else row


def withdrawn_now(row: Attachment) -> Attachment:
    """Withdraw a file as the action does, without waiting for the commit."""
    storage.remove(row.stored)
    row.stored, row.withdrawn_at, row.withdrawn_by = "", ADDED_AT, row.uploaded_by
    row.withdrawn_reason = "Une personne a changé d’avis"
    row.save()
    return row


def sizes_on_disk(row: Attachment) -> list[str]:
    """Return the sizes of a file that are stored on disk."""
    return [size for size in StoredSize.values if path_of(row.stored, size).exists()]


class ExportFactory(factory.django.DjangoModelFactory):
    """An export that someone is waiting for."""

    class Meta:
        model = Export

    person = factory.SubFactory(UserFactory)
    kind = "rates-ideas"
    file_format = "csv"
    language = "en"
    query = "as_of=2026-11-24"
    name = "ideas-2026-11-24.csv"
    requested_at = ADDED_AT
    rows_total = 3


def written_export(**fields: Any) -> Export:
    """Return an export that has been written, with its file on disk."""
    row = ExportFactory(**fields)
    started = start_export(by=None, at=ADDED_AT)
    assert started == row
    stored = storage.store({"full": b"Reference\r\n"})
    finish_export(export=started, stored=stored, size=11, rows=3, by=None, at=ADDED_AT)
    row.refresh_from_db()
    return row
