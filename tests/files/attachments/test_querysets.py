"""Which files a person is shown, by how near they stand to what the files belong to, and by the day."""

from dataclasses import replace
from datetime import date

import pytest
from django.db.models import QuerySet

from cohorts.models import Session
from files.attachments.panels import pictures_of_each, shelf
from files.enums import SEEN_FROM, Circle, Consent
from files.models import Attachment
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import SessionFactory
from tests.factories.files import AttachmentFactory, owner

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def consents(rows: QuerySet[Attachment]) -> set[str]:
    return set(rows.values_list("consent", flat=True))


@pytest.fixture
def one_of_each() -> None:
    for consent in Consent:
        AttachmentFactory(object_id=7, consent=consent)


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize(
    ("circle", "seen"),
    [
        ("cohort", {"nobody", "cohort", "edition", "signed_in"}),
        ("edition", {"nobody", "edition", "signed_in"}),
        ("signed_in", {"nobody", "signed_in"}),
    ],
)
def test_each_circle_sees_what_people_agreed_to(circle: str, seen: set[str]):
    assert consents(Attachment.objects.shown_to(owner(circle=circle), TODAY)) == seen
    assert consents(Attachment.objects.visible_to(owner(circle=circle, letters="N"), TODAY)) == seen


def test_every_circle_and_consent_has_its_place():
    assert set(SEEN_FROM) == set(Circle)
    assert {consent for seen in SEEN_FROM.values() for consent in seen} == set(Consent)


@pytest.mark.parametrize(("until", "shown"), [(TODAY, True), (date(2026, 11, 23), False)])
def test_consent_holds_until_the_end_of_its_last_day(until: date, shown: bool):
    AttachmentFactory(object_id=7, consent="cohort", consent_until=until)
    assert Attachment.objects.shown_to(owner(), TODAY).exists() is shown


def test_one_that_is_withdrawn_is_shown_to_nobody():
    AttachmentFactory(object_id=7, withdrawn=True)
    assert not Attachment.objects.shown_to(owner(letters="S"), TODAY).exists()


def test_files_of_others_are_not_among_them():
    AttachmentFactory(object_id=8)
    AttachmentFactory(object_id=7, about="idea")
    assert not Attachment.objects.visible_to(owner(letters="S"), TODAY).exists()


@pytest.mark.parametrize(("letters", "told"), [("S", 4), ("P", 4), ("M", 2), ("R", 0), ("N", 0)])
def test_what_is_not_shown_any_more_is_told_to_those_who_may_edit_it(letters: str, told: int):
    person = UserFactory()
    for brought_by in (person, UserFactory()):
        AttachmentFactory(object_id=7, uploaded_by=brought_by, withdrawn=True)
        AttachmentFactory(object_id=7, uploaded_by=brought_by, consent="cohort", consent_until="2026-11-23")
    assert Attachment.objects.visible_to(owner(person, letters), TODAY).count() == told


def test_the_oldest_comes_first():
    late = AttachmentFactory(object_id=7, uploaded_at="2026-11-05T09:00:00Z")
    early = AttachmentFactory(object_id=7, uploaded_at="2026-11-04T09:00:00Z")
    assert list(Attachment.objects.of(owner()).by_age()) == [early, late]


@pytest.mark.parametrize(("until", "shown"), [(None, 1), (TODAY, 1), (date(2020, 1, 1), 0)])
def test_whoever_left_reads_what_was_brought_by_their_last_day(until: date | None, shown: int):
    AttachmentFactory(object_id=7)
    found = Attachment.objects
    assert found.visible_to(replace(owner(), until=until), TODAY).count() == shown
    assert found.shown_to(replace(owner(), until=until), TODAY).count() == shown


@pytest.mark.parametrize(("until", "shown"), [(None, 1), (date(2020, 1, 1), 0)])
def test_so_are_the_pictures_beside_rows_of_a_list(until: date | None, shown: int):
    session = SessionFactory()
    AttachmentFactory(of=session)
    beside = pictures_of_each("session", "cohort", until, TODAY)
    [row] = Session.objects.filter(pk=session.pk).annotate(pictures=beside)
    assert len(row.pictures or ()) == shown


def test_a_shelf_holds_the_files_of_its_own_thing():
    session = SessionFactory()
    mine, _others = AttachmentFactory(of=session), AttachmentFactory()
    assert [line.file.pk for line in shelf(owner(object_id=session.pk), TODAY).pictures] == [mine.pk]
