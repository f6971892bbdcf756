"""Rules about files that the database enforces, tried with plain SQL."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from files.cleanup import columns_with_files
from files.models import Attachment
from files.refusals import SENTENCES
from tests.database_rules import rule_names, unnamed_unique_columns
from tests.factories.accounts import UserFactory
from tests.factories.files import ADDED_AT, AttachmentFactory
from tests.sql import delete, insert_like, refused_by, truncate, update

pytestmark = pytest.mark.django_db


def copy_of(row: Attachment, **columns: Any) -> None:
    """Return the columns of a row with new keys and these changes."""
    insert_like(row, **{"idempotency_key": uuid4(), "stored": uuid4().hex} | columns)


def test_every_rule_has_a_message():
    assert rule_names("files") == set(SENTENCES)
    assert unnamed_unique_columns("files") == []


def test_sweep_finds_the_columns_that_name_stored_files():
    assert {f"{model._meta.label}.{column}" for model, column in columns_with_files()} == {
        "files.Attachment.stored",
        "files.Export.stored",
        "files.FileDraft.stored",
        "opendata.Release.stored",
    }


@pytest.mark.parametrize("columns", [{}, {"consent": "cohort", "consent_until": "2027-01-01"}, {"name": "a.b c"}])
def test_database_accepts_valid_attachments(columns: dict[str, Any]):
    copy_of(AttachmentFactory(), **columns)
    assert Attachment.objects.count() == 2


PICTURES: list[tuple[str, dict[str, Any]]] = [
    ("attachment_described", {"alt_text": ""}),
    ("attachment_described", {"alt_text": " \n"}),
    ("attachment_described", {"decorative": True}),
    ("attachment_measured", {"width": None}),
    ("attachment_measured", {"height": 0}),
    ("attachment_not_empty", {"size": 0}),
    ("attachment_named", {"name": ""}),
    ("attachment_named", {"name": " . "}),
    ("attachment_named", {"name": "a/b.jpg"}),
    ("attachment_named", {"name": "a\\b.jpg"}),
    ("attachment_hashed", {"sha256": "A" * 64}),
    ("attachment_hashed", {"sha256": ""}),
    ("attachment_consent_known", {"consent": "", "consent_until": "2027-01-01"}),
    ("attachment_consent_known", {"consent": "everybody", "consent_until": "2027-01-01"}),
    ("attachment_consent_ends", {"consent": "cohort"}),
    ("attachment_consent_ends", {"consent_until": "2027-01-01"}),
    ("attachment_consent_ends", {"consent_held": "In a folder"}),
    ("attachment_dates_plausible", {"consent": "edition", "consent_until": "0207-01-01"}),
    ("attachment_withdrawn_without_file", {"stored": ""}),
    ("attachment_withdrawn_without_file", {"stored": "../../../etc/passwd"}),
    ("attachment_withdrawn_why", {"withdrawn_reason": "Because"}),
]


@pytest.mark.parametrize(("rule", "columns"), PICTURES)
def test_database_refuses_invalid_pictures(rule: str, columns: dict[str, Any]):
    row = AttachmentFactory()
    with refused_by(rule):
        copy_of(row, **columns)


@pytest.mark.parametrize("columns", [{"width": 3, "height": 4}, {"width": 3}])
def test_document_has_no_dimensions(columns: dict[str, Any]):
    row = AttachmentFactory(file="notes.txt")
    with refused_by("attachment_measured"):
        copy_of(row, **columns)


def test_there_are_two_kinds():
    row = AttachmentFactory(file="notes.txt")
    with refused_by("attachment_kind_known"):
        copy_of(row, kind="film")


def test_document_is_not_decorative_and_needs_no_description():
    row = AttachmentFactory(file="notes.txt")
    assert row.alt_text == ""
    with refused_by("attachment_described"):
        copy_of(row, decorative=True)


def test_decorative_picture_has_no_description():
    row = AttachmentFactory(decorative=True)
    assert row.alt_text == ""
    with refused_by("attachment_described"):
        copy_of(row, alt_text="Words")


def test_key_and_stored_name_are_unique():
    row = AttachmentFactory()
    with refused_by("attachment_idempotency_key_unique"):
        copy_of(row, idempotency_key=row.idempotency_key)
    with refused_by("attachment_stored_once"):
        copy_of(row, stored=row.stored)


FIXED = {
    "about": "idea",
    "object_id": 999_999_999,
    "name": "other.jpg",
    "content_type": "text/html",
    "size": 9,
    "width": 9,
    "height": 9,
    "sha256": "0" * 64,
    "idempotency_key": str(uuid4()),
    "uploaded_at": "2020-01-01T00:00:00Z",
    "stored": "0" * 32,
}


@pytest.mark.parametrize("column", FIXED)
def test_columns_of_the_file_cannot_change(column: str):
    row = AttachmentFactory()
    with refused_by("attachment_fixed"):
        update(row, **{column: FIXED[column]})


@pytest.mark.parametrize(
    "columns", [{"alt_text": "Other"}, {"consent": "cohort", "consent_until": "2027-01-01", "consent_held": "A folder"}]
)
def test_description_and_consent_can_change(columns: dict[str, Any]):
    row = AttachmentFactory()
    update(row, **columns)
    row.refresh_from_db()
    assert {name: str(getattr(row, name)) for name in columns} == columns


def withdrawn_attachment(**columns: Any) -> dict[str, Any]:
    values = {
        "stored": "",
        "withdrawn_at": ADDED_AT,
        "withdrawn_reason": "Asked",
        "withdrawn_by_id": UserFactory().pk,
    }
    return values | columns


def test_withdrawn_attachment_has_no_file_but_a_reason():
    row = AttachmentFactory()
    with refused_by("attachment_withdrawn_without_file"):
        update(row, **withdrawn_attachment(stored=row.stored))
    with refused_by("attachment_withdrawn_why"):
        update(row, **withdrawn_attachment(withdrawn_reason=" "))
    update(row, **withdrawn_attachment())
    update(AttachmentFactory(), **withdrawn_attachment(withdrawn_by_id=None))


@pytest.mark.parametrize(
    "columns", [{"alt_text": "Other"}, {"withdrawn_reason": "Other"}, {"stored": "a" * 32, "withdrawn_at": None}]
)
def test_withdrawn_attachment_cannot_change(columns: dict[str, Any]):
    row = AttachmentFactory(withdrawn=True)
    with refused_by("attachment_fixed" if "stored" in columns else "attachment_withdrawn_stays"):
        update(row, **columns)


def test_person_of_a_withdrawn_attachment_can_be_erased():
    row, nobody = AttachmentFactory(withdrawn=True), UserFactory()
    update(row, uploaded_by_id=nobody.pk, withdrawn_by_id=nobody.pk)
    row.refresh_from_db()
    assert (row.uploaded_by, row.withdrawn_by) == (nobody, nobody)


@pytest.mark.parametrize("withdrawn", [False, True])
def test_attachment_cannot_be_deleted(withdrawn: bool):
    row = AttachmentFactory(withdrawn=withdrawn)
    with refused_by("attachment_never_deleted"):
        delete(row)
    with refused_by("attachment_no_truncate"):
        truncate(Attachment)


@pytest.mark.parametrize(("until", "has_ended"), [(None, False), ("2026-11-24", False), ("2026-11-23", True)])
def test_consent_holds_on_its_last_day(until: str | None, has_ended: bool):
    values = {"consent": "cohort", "consent_until": until} if until else {}
    assert AttachmentFactory(**values).consent_has_ended(date(2026, 11, 24)) is has_ended
