"""Files: pictures drawn on the spot, documents made of almost nothing, and rows with what they name on the disk."""

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
from files.enums import Circle, Size
from files.exports.actions import finish_export, start_export
from files.models import Attachment, Export, FileDraft
from files.permissions import decisions
from files.registries import Owner
from files.storage import write_all
from files.uploads.handler import new_file
from files.uploads.intake import Taken, take
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import SessionFactory
from tests.factories.packages import office, opendocument

BROUGHT_AT = datetime(2026, 11, 3, 9, tzinfo=UTC)


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), colour: Any = (160, 40, 20), **options: Any) -> bytes:
    """A picture of one colour; `options` as Pillow saves it (exif=, save_all=, …)."""
    out = BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour).save(out, kind, **options)
    return out.getvalue()


def file_of(content: bytes) -> IO[bytes]:
    """Return a content as a file on the disk, as a form brings it."""
    file = new_file()
    write_all(file, content)
    file.seek(0)
    return file


def accepted(name: str, content: bytes) -> Taken:
    """Take a file in as a form does."""
    with file_of(content) as file:
        return take(name, file)


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


def content_of(name: str) -> bytes:
    """Return a small file of the kind its name's ending says."""
    ending = name.rsplit(".", 1)[-1]
    kinds = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
    return picture(kinds[ending]) if ending in kinds else DOCUMENTS[ending]


@cache
def accepted_sizes(name: str) -> tuple[Taken, dict[str, bytes]]:
    """Return what is accepted of a small file, and what is kept of it by size; decoded once for all tests."""
    with TemporaryDirectory() as folder, override_settings(FILES_DIR=folder):
        found = accepted(name, content_of(name))
        return found, {path.name: path.read_bytes() for path in storage.sizes_kept(found.stored)}


def taken(name: str = "atelier.jpg") -> Taken:
    """Return a small file that is accepted and on the disk, by its name's ending."""
    found, contents = accepted_sizes(name)
    return replace(found, stored=storage.place(contents))


def draft(person: User | None = None, name: str = "atelier.jpg", **columns: Any) -> FileDraft:
    """Return a file of a form that is not finished."""
    told = {"person": person or UserFactory(), "uploaded_at": BROUGHT_AT}
    return FileDraft.objects.create(**asdict(taken(name)) | told | columns)


def owner(person: User | None = None, letters: str = "M", circle: str = "cohort", **told: Any) -> Owner:
    """Something that holds files, as `person` with these letters stands to it."""
    given = {"about": "session", "object_id": 7, "name": "Séance 7", "href": "/sessions/7/"} | told
    who = {"person": person or UserFactory(), "circle": Circle(circle), "zone": "Europe/Paris"}
    return Owner(**who | decisions(frozenset(letters)) | given)


class AttachmentFactory(factory.django.DjangoModelFactory):
    """A picture nobody can be recognised on, of a session, with its files on the disk; `of=` another row of the
    `about=` kind, `file=` another name (its ending says what it is). `withdrawn=True` for one that is gone.
    """

    class Meta:
        model = Attachment

    about = "session"
    uploaded_by = factory.SubFactory(UserFactory)
    uploaded_at = BROUGHT_AT
    consent = "nobody"
    entry = factory.LazyFunction(uuid4)

    @classmethod
    def _create(cls, model_class: type[Attachment], *args: object, **kwargs: Any) -> Attachment:
        file, of, withdrawn = kwargs.pop("file", "atelier.jpg"), kwargs.pop("of", None), kwargs.pop("withdrawn", False)
        facts = asdict(taken(file))
        told = {"alt_text": "Des gommettes sur un mur"} if facts["width"] and not kwargs.get("decorative") else {}
        if kwargs["consent"] != "nobody":
            told |= {"consent_until": "2027-11-30"}
        if "object_id" not in kwargs:
            kwargs["object_id"] = (of or SessionFactory()).pk
        row = super()._create(model_class, *args, **facts | told | kwargs)
        row.refresh_from_db()
        return withdrawn_now(row) if withdrawn else row


def withdrawn_now(row: Attachment) -> Attachment:
    """As the action leaves it, without the wait for the commit."""
    storage.remove(row.stored)
    row.stored, row.withdrawn_at, row.withdrawn_by = "", BROUGHT_AT, row.uploaded_by
    row.withdrawn_reason = "Une personne a changé d’avis"
    row.save()
    return row


def on_disk(row: Attachment) -> list[str]:
    """The sizes of a file that are on the disk."""
    return [size for size in Size.values if storage.path_of(row.stored, size).exists()]


class ExportFactory(factory.django.DjangoModelFactory):
    """A table somebody waits for."""

    class Meta:
        model = Export

    person = factory.SubFactory(UserFactory)
    kind = "rates-ideas"
    form = "csv"
    language = "en"
    asked = "as_of=2026-11-24"
    name = "ideas-2026-11-24.csv"
    asked_at = BROUGHT_AT
    rows_total = 3


def written_export(**fields: Any) -> Export:
    """One that is written by now, with its file on the disk."""
    row = ExportFactory(**fields)
    begun = start_export(by=None, at=BROUGHT_AT)
    assert begun == row
    stored = storage.place({"full": b"Reference\r\n"})
    finish_export(export=begun, stored=stored, size=11, rows=3, by=None, at=BROUGHT_AT)
    row.refresh_from_db()
    return row
