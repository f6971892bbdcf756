"""Rules about files that the database itself refuses to break, tried with plain SQL."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from files.models import Attachment
from files.refusals import SENTENCES
from tests.factories.accounts import UserFactory
from tests.factories.files import BROUGHT_AT, AttachmentFactory
from tests.rules import rules, unnamed
from tests.sql import delete, insert_like, refused_by, truncate, update

pytestmark = pytest.mark.django_db


def another(row: Attachment, **columns: Any) -> None:
    """The same again under keys of its own, with these columns changed."""
    insert_like(row, **{"entry": uuid4(), "stored": uuid4().hex} | columns)


def test_every_rule_has_its_sentence():
    assert rules("files") == set(SENTENCES)
    assert unnamed("files") == []


@pytest.mark.parametrize("columns", [{}, {"consent": "cohort", "consent_until": "2027-01-01"}, {"name": "a.b c"}])
def test_what_is_right_is_taken(columns: dict[str, Any]):
    another(AttachmentFactory(), **columns)
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
    ("attachment_consent_known", {"consent": "public", "consent_until": "2027-01-01"}),
    ("attachment_consent_ends", {"consent": "cohort"}),
    ("attachment_consent_ends", {"consent_until": "2027-01-01"}),
    ("attachment_consent_ends", {"consent_held": "In a folder"}),
    ("attachment_dates_plausible", {"consent": "edition", "consent_until": "0207-01-01"}),
    ("attachment_withdrawn_without_file", {"stored": ""}),
    ("attachment_withdrawn_without_file", {"stored": "../../../etc/passwd"}),
    ("attachment_withdrawn_why", {"withdrawn_reason": "Because"}),
]


@pytest.mark.parametrize(("rule", "columns"), PICTURES)
def test_what_is_wrong_with_a_picture_is_refused(rule: str, columns: dict[str, Any]):
    row = AttachmentFactory()
    with refused_by(rule):
        another(row, **columns)


@pytest.mark.parametrize("columns", [{"width": 3, "height": 4}, {"width": 3}])
def test_a_document_has_no_measures(columns: dict[str, Any]):
    row = AttachmentFactory(file="notes.txt")
    with refused_by("attachment_measured"):
        another(row, **columns)


def test_there_are_two_kinds():
    row = AttachmentFactory(file="notes.txt")
    with refused_by("attachment_kind_known"):
        another(row, kind="film")


def test_a_document_is_not_decorative_and_needs_no_words():
    row = AttachmentFactory(file="notes.txt")
    assert row.alt_text == ""
    with refused_by("attachment_described"):
        another(row, decorative=True)


def test_a_decorative_picture_has_no_words():
    row = AttachmentFactory(decorative=True)
    assert row.alt_text == ""
    with refused_by("attachment_described"):
        another(row, alt_text="Words")


def test_one_key_makes_one_row_and_one_name_is_kept_once():
    row = AttachmentFactory()
    with refused_by("attachment_entry_once"):
        another(row, entry=row.entry)
    with refused_by("attachment_stored_once"):
        another(row, stored=row.stored)


FIXED = {
    "about": "idea",
    "object_id": 999_999_999,
    "name": "other.jpg",
    "content_type": "text/html",
    "size": 9,
    "width": 9,
    "height": 9,
    "sha256": "0" * 64,
    "entry": str(uuid4()),
    "uploaded_at": "2020-01-01T00:00:00Z",
    "stored": "0" * 32,
}


@pytest.mark.parametrize("column", FIXED)
def test_what_was_brought_stays_as_it_is(column: str):
    row = AttachmentFactory()
    with refused_by("attachment_fixed"):
        update(row, **{column: FIXED[column]})


@pytest.mark.parametrize(
    "columns", [{"alt_text": "Other"}, {"consent": "cohort", "consent_until": "2027-01-01", "consent_held": "A folder"}]
)
def test_what_is_said_of_it_can_change(columns: dict[str, Any]):
    row = AttachmentFactory()
    update(row, **columns)
    row.refresh_from_db()
    assert {name: str(getattr(row, name)) for name in columns} == columns


def gone(**columns: Any) -> dict[str, Any]:
    told = {"stored": "", "withdrawn_at": BROUGHT_AT, "withdrawn_reason": "Asked", "withdrawn_by_id": UserFactory().pk}
    return told | columns


def test_one_that_is_withdrawn_has_no_file_and_says_why_and_by_whom():
    row = AttachmentFactory()
    with refused_by("attachment_withdrawn_without_file"):
        update(row, **gone(stored=row.stored))
    for missing in ({"withdrawn_reason": " "}, {"withdrawn_by_id": None}):
        with refused_by("attachment_withdrawn_why"):
            update(row, **gone(**missing))
    update(row, **gone())


@pytest.mark.parametrize(
    "columns", [{"alt_text": "Other"}, {"withdrawn_reason": "Other"}, {"stored": "a" * 32, "withdrawn_at": None}]
)
def test_one_that_is_withdrawn_stays_so(columns: dict[str, Any]):
    row = AttachmentFactory(withdrawn=True)
    with refused_by("attachment_fixed" if "stored" in columns else "attachment_withdrawn_stays"):
        update(row, **columns)


def test_of_one_that_is_withdrawn_a_person_can_still_be_erased():
    row, nobody = AttachmentFactory(withdrawn=True), UserFactory()
    update(row, uploaded_by_id=nobody.pk, withdrawn_by_id=nobody.pk)
    row.refresh_from_db()
    assert (row.uploaded_by, row.withdrawn_by) == (nobody, nobody)


@pytest.mark.parametrize("withdrawn", [False, True])
def test_none_is_ever_deleted(withdrawn: bool):
    row = AttachmentFactory(withdrawn=withdrawn)
    with refused_by("attachment_never_deleted"):
        delete(row)
    with refused_by("attachment_no_truncate"):
        truncate(Attachment)


@pytest.mark.parametrize(("until", "ended"), [(None, False), ("2026-11-24", False), ("2026-11-23", True)])
def test_consent_holds_on_its_last_day(until: str | None, ended: bool):
    told = {"consent": "cohort", "consent_until": until} if until else {}
    assert AttachmentFactory(**told).ended(date(2026, 11, 24)) is ended
