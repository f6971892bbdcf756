"""Which files a person is shown, by audience and day."""

from dataclasses import replace
from datetime import date

import pytest
from django.db.models import QuerySet

from cohorts.models import Session
from files.attachments.panels import files_panel, pictures_of_each
from files.enums import CONSENTS_BY_AUDIENCE, Consent, FileAudience
from files.models import Attachment
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import SessionFactory
from tests.factories.files import AttachmentFactory, owner

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def consents(rows: QuerySet[Attachment]) -> set[str]:
    return set(rows.values_list("consent", flat=True))


@pytest.fixture
def one_file_of_each_consent() -> None:
    for consent in Consent:
        AttachmentFactory(object_id=7, consent=consent)


@pytest.mark.usefixtures("one_file_of_each_consent")
@pytest.mark.parametrize(
    ("audience", "expected_consents"),
    [
        ("cohort", {"nobody", "cohort", "edition", "signed_in", "public"}),
        ("edition", {"nobody", "edition", "signed_in", "public"}),
        ("signed_in", {"nobody", "signed_in", "public"}),
    ],
)
def test_each_audience_sees_what_people_agreed_to(audience: str, expected_consents: set[str]):
    assert consents(Attachment.objects.viewable_by(owner(audience=audience), TODAY)) == expected_consents
    assert consents(Attachment.objects.visible_to(owner(audience=audience, roles="N"), TODAY)) == expected_consents


def test_every_audience_and_consent_is_listed():
    assert set(CONSENTS_BY_AUDIENCE) == set(FileAudience)
    assert {consent for seen in CONSENTS_BY_AUDIENCE.values() for consent in seen} == set(Consent)


@pytest.mark.parametrize(("until", "is_viewable"), [(TODAY, True), (date(2026, 11, 23), False)])
def test_consent_holds_until_the_end_of_its_last_day(until: date, is_viewable: bool):
    AttachmentFactory(object_id=7, consent="cohort", consent_until=until)
    assert Attachment.objects.viewable_by(owner(), TODAY).exists() is is_viewable


def test_withdrawn_file_is_viewable_by_nobody():
    AttachmentFactory(object_id=7, withdrawn=True)
    assert not Attachment.objects.viewable_by(owner(roles="S"), TODAY).exists()


def test_files_of_other_objects_are_excluded():
    AttachmentFactory(object_id=8)
    AttachmentFactory(object_id=7, about="idea")
    assert not Attachment.objects.visible_to(owner(roles="S"), TODAY).exists()


@pytest.mark.parametrize(("roles", "count"), [("S", 4), ("P", 4), ("M", 2), ("R", 0), ("N", 0)])
def test_files_no_longer_shown_are_visible_to_editors(roles: str, count: int):
    person = UserFactory()
    for brought_by in (person, UserFactory()):
        AttachmentFactory(object_id=7, uploaded_by=brought_by, withdrawn=True)
        AttachmentFactory(object_id=7, uploaded_by=brought_by, consent="cohort", consent_until="2026-11-23")
    assert Attachment.objects.visible_to(owner(person, roles), TODAY).count() == count


def test_oldest_file_comes_first():
    late = AttachmentFactory(object_id=7, uploaded_at="2026-11-05T09:00:00Z")
    early = AttachmentFactory(object_id=7, uploaded_at="2026-11-04T09:00:00Z")
    assert list(Attachment.objects.of(owner()).by_age()) == [early, late]


@pytest.mark.parametrize(("until", "expected"), [(None, 1), (TODAY, 1), (date(2020, 1, 1), 0)])
def test_former_member_sees_files_added_by_their_last_day(until: date | None, expected: int):
    AttachmentFactory(object_id=7)
    found = Attachment.objects
    assert found.visible_to(replace(owner(), until=until), TODAY).count() == expected
    assert found.viewable_by(replace(owner(), until=until), TODAY).count() == expected


@pytest.mark.parametrize(("until", "expected"), [(None, 1), (date(2020, 1, 1), 0)])
def test_pictures_of_each_row_follow_the_last_day(until: date | None, expected: int):
    session = SessionFactory()
    AttachmentFactory(of=session)
    pictures = pictures_of_each("session", "cohort", until, TODAY)
    [row] = Session.objects.filter(pk=session.pk).annotate(pictures=pictures)
    assert len(row.pictures or ()) == expected


def test_panel_contains_only_files_of_its_owner():
    session = SessionFactory()
    mine, _others = AttachmentFactory(of=session), AttachmentFactory()
    assert [line.file.pk for line in files_panel(owner(object_id=session.pk), TODAY).pictures] == [mine.pk]
