"""Database rules of notes on tests, in raw SQL."""

import pytest

from prototypes.models import TrialNote
from tests.factories.accounts import UserFactory
from tests.factories.cast import TODAY, Cast
from tests.factories.prototypes import IdeaFactory, TrialNoteFactory
from tests.sql import delete, insert_like, refused_by, truncate, update

pytestmark = pytest.mark.django_db
OTHER_KEY = "7b3c1a52-64a5-4b0a-8b1c-0b7f5f7f0003"
AT = "2026-11-24T09:00:00Z"


def test_key_of_a_note_is_unique():
    note = TrialNoteFactory()
    with refused_by("trial_note_key_once"):
        insert_like(note)


def test_the_control_another_key_makes_another_row():
    note = TrialNoteFactory()
    insert_like(note, key=OTHER_KEY)
    assert type(note).objects.count() == 2


def test_unknown_outcome_is_refused():
    note = TrialNoteFactory()
    with refused_by("trial_note_outcome_known"):
        insert_like(note, key=OTHER_KEY, outcome="lost")


@pytest.mark.parametrize(
    "column",
    [{"answers": "{}"}, {"outcome": "taken"}, {"key": OTHER_KEY}, {"received_at": AT}],
    ids=lambda one: next(iter(one)),
)
def test_note_never_changes(column: dict[str, str]):
    note = TrialNoteFactory()
    with refused_by("trial_note_fixed"):
        update(note, **column)


def test_note_is_never_deleted():
    note = TrialNoteFactory()
    with refused_by("trial_note_fixed"):
        delete(note)
    with refused_by("trial_note_no_truncate"):
        truncate(type(note))


def test_erased_person_can_be_replaced():
    note, nobody = TrialNoteFactory(), UserFactory()
    update(note, by_id=nobody.pk)
    note.refresh_from_db()
    assert note.by == nobody


def test_two_notes_are_settled_by_those_who_may_edit_the_test(cast: Cast):
    """An ambassador edits the tests they planned, or of an idea that is theirs or shared; a relay edits none."""
    owned = {role: IdeaFactory(cohort=cast.cohort, owner=cast[role]) for role in "MR"}
    notes = {role: TrialNoteFactory(trial__prototype__idea=idea) for role, idea in owned.items()}
    settleable = {role: set(TrialNote.objects.settleable_by(cast[role], TODAY)) for role in "SCDPMRANX"}
    every, own = set(notes.values()), {notes["M"]}
    assert settleable == {"S": every, "C": every, "D": every, "P": every, "M": own} | {role: set() for role in "RANX"}


@pytest.mark.parametrize("settlement", ["", "other"])
def test_every_settlement_is_accepted(settlement: str):
    note = TrialNoteFactory()
    with refused_by("trial_note_settlement_complete"):
        update(note, settled_at=AT, settled_by_id=note.by_id, settlement=settlement)


def test_only_a_second_version_can_be_settled():
    note = TrialNoteFactory(outcome="taken")
    with refused_by("trial_note_settlement_complete"):
        update(note, settled_at=AT, settled_by_id=note.by_id, settlement="recorded")


def test_second_version_is_settled_once():
    note = TrialNoteFactory()
    update(note, settled_at=AT, settled_by_id=note.by_id, settlement="recorded")
    with refused_by("trial_note_settled_once"):
        update(note, settlement="noted")
