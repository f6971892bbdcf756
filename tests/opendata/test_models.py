"""The rules of the database for releases of open data, tried by raw SQL; and that each has a sentence."""

from datetime import timedelta
from typing import Any

import pytest

from opendata.models import Release, ReleasePart
from opendata.refusals import SENTENCES
from tests.database_rules import rule_names, unnamed_unique_columns
from tests.factories.accounts import UserFactory
from tests.factories.opendata import MADE_AT, ReleaseFactory, ReleasePartFactory
from tests.factories.publications import PublicationFactory
from tests.sql import delete, force, insert_like, refused_by, truncate, update

ENDED_AT = MADE_AT + timedelta(days=1)


def test_every_rule_has_a_sentence_and_every_sentence_a_rule(db: None):
    assert rule_names("opendata") == set(SENTENCES)
    assert unnamed_unique_columns("opendata") == []


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("release_file_while_current", {"stored": ""}),
        ("release_file_while_current", {"ended_at": ENDED_AT}),
        ("release_file_while_current", {"ended_at": MADE_AT - timedelta(seconds=1), "stored": ""}),
        ("release_checksum", {"sha256": "0" * 63}),
        ("release_checksum", {"size": 0}),
    ],
)
def test_row_that_contradicts_itself_is_refused(rule: str, columns: dict[str, Any], db: None):
    with refused_by(rule):
        force(ReleaseFactory(), **columns)


def test_release_never_changes_and_ends_once(db: None):
    row, other = ReleaseFactory(), ReleaseFactory(as_of="2026-06-30")
    for columns in ({"as_of": "2026-06-29"}, {"stored": "f" * 32}, {"sha256": "1" * 64}):
        with refused_by("release_frozen"):
            update(row, **columns)
    with refused_by("release_frozen"):
        delete(row)
    with refused_by("release_no_truncate"):
        truncate(Release)
    update(row, made_by_id=UserFactory().pk)
    update(row, ended_at=ENDED_AT, stored="")
    with refused_by("release_frozen"):
        update(row, ended_at=ENDED_AT + timedelta(days=1))
    with refused_by("release_frozen"):
        update(row, ended_at=None, stored=other.stored)


def test_one_issue_of_a_day_is_current(db: None):
    row = ReleaseFactory()
    with refused_by("release_current_once"):
        insert_like(row, issue=2, stored="f" * 32)
    update(row, ended_at=ENDED_AT, stored="")
    with refused_by("release_issue_once"):
        insert_like(row)
    ReleaseFactory(issue=2)


def test_parts_never_change(db: None):
    part, publication = ReleasePartFactory(), PublicationFactory(state="published")
    with refused_by("release_part_one"):
        ReleasePartFactory(release=part.release, consent=None, publication=publication)
    with refused_by("release_part_one"):
        ReleasePartFactory(release=part.release, publication=publication, digest="0" * 32)
    of_version = ReleasePartFactory(release=part.release, consent=None, publication=publication, digest="0" * 32)
    with refused_by("release_part_publication_once"):
        insert_like(of_version)
    with refused_by("release_part_consent_once"):
        insert_like(part)
    with refused_by("release_part_frozen"):
        update(part, digest="1" * 32)
    with refused_by("release_part_frozen"):
        delete(part)
    with refused_by("release_part_no_truncate"):
        truncate(ReleasePart)
