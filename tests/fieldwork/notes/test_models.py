"""The constraints and triggers of field notes in raw SQL, and who sees a note."""

from datetime import date, timedelta
from typing import Any

import pytest

from fieldwork.models import EarlyWithdrawal, Note
from fieldwork.notes.file_owners import find_note
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.fieldwork import InsightFactory, NoteFactory
from tests.factories.prototypes import ChallengeFactory
from tests.sql import execute, insert_like, refused_by, update
from web.dates.clock import today_everywhere

pytestmark = pytest.mark.django_db

NEW_KEY = "00000000-0000-4000-8000-000000000000"
EMPTY = {"text": "", "place": "", "segment": "", "attribution": "", "withdrawal_code": None}


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("note_kind_known", {"kind": "rumour"}),
        ("note_consent_ends", {"consent": "maybe"}),
        ("note_consent_how_known", {"consent_how": "nod"}),
        ("note_written", {"text": " "}),
        ("note_consent_ends", {"consent_until": None}),
        ("note_consent_ends", {"consent": "nobody", "withdrawal_code": None}),
        ("note_withdrawal_code_with_consent", {"withdrawal_code": None}),
        ("note_written_on_voice", {"written_on": date(2026, 9, 8)}),
        ("note_voice_recognisable", {"kind": "voice", "consent": "nobody", "consent_until": None, "consent_how": ""}),
        ("note_length", {"text": "x" * 10_001}),
        ("note_dates_plausible", {"consent_until": date(2206, 1, 1)}),
        ("note_removed_without_content", {"removed_at": NOW, "removal": "withdrawn", "withdrawal_code": None}),
        ("note_removed_without_content", {**EMPTY, "removed_at": NOW}),
        ("note_removal_known", {**EMPTY, "removed_at": NOW, "removal": "lost"}),
    ],
)
def test_values_that_contradict_each_other_are_refused(rule: str, columns: dict[str, Any]):
    note = NoteFactory()
    fixed = {"idempotency_key": NEW_KEY, "withdrawal_code": "2222222222"}
    with refused_by(rule):
        insert_like(note, **fixed | columns)


def test_keys_and_codes_are_unique():
    note = NoteFactory()
    with refused_by("note_idempotency_key_unique"):
        insert_like(note, withdrawal_code="2222222222")
    with refused_by("note_withdrawal_code_unique"):
        insert_like(note, idempotency_key=NEW_KEY)


def test_cohort_kind_and_author_of_a_note_never_change():
    note = NoteFactory()
    for columns in ({"kind": "observation"}, {"cohort_id": CohortFactory().pk}, {"author_id": 1}):
        with refused_by("note_fixed"):
            update(note, **columns)


def test_a_note_belongs_to_things_of_its_own_cohort():
    note = NoteFactory()
    for column, row in (
        ("session_id", SessionFactory()),
        ("challenge_id", ChallengeFactory()),
        ("insight_id", InsightFactory()),
    ):
        with refused_by("note_of_cohort"):
            update(note, **{column: row.pk})


def test_only_a_note_with_consent_is_part_of_an_insight():
    note = NoteFactory(consent="pending")
    with refused_by("note_in_insight_with_consent"):
        update(note, insight_id=InsightFactory(cohort=note.cohort).pk)
    with refused_by("note_in_insight_with_consent"):
        update(NoteFactory(), contradicts=True)


def test_a_code_stays_until_the_note_is_removed():
    note = NoteFactory()
    update(note, consent="nobody", consent_until=None, consent_how="", attribution="")
    with refused_by("note_removed_without_content"):
        update(note, **EMPTY | {"withdrawal_code": note.withdrawal_code}, removed_at=NOW, removal="withdrawn")
    update(note, consent="cohort", consent_until=TODAY)
    with refused_by("note_withdrawal_code_with_consent"):
        update(note, withdrawal_code=None)


def test_a_removed_note_stays_without_content():
    note = NoteFactory()
    update(note, **EMPTY, removed_at=NOW, removal="withdrawn")
    with refused_by("note_removed_stays"):
        update(note, place="Mairie")
    update(note, insight_id=InsightFactory(cohort=note.cohort).pk)


def test_a_code_belongs_to_a_note_or_to_an_early_withdrawal():
    note = NoteFactory()
    early = EarlyWithdrawal.objects.create(code="ABCDEFGH23")
    with refused_by("note_withdrawn_before_arrival"):
        insert_like(note, idempotency_key=NEW_KEY, withdrawal_code="ABCDEFGH23")
    for rule, code in (
        ("early_withdrawal_of_arrived_note", note.withdrawal_code),
        ("early_withdrawal_once", "ABCDEFGH23"),
        ("early_withdrawal_code", "ABCDEFGH2"),
        ("early_withdrawal_code", "ABCDEFGH01"),
    ):
        with refused_by(rule):
            insert_like(early, code=code)
    for rule, columns in (
        ("early_withdrawal_fixed", {"code": "2222222222"}),
        ("created_on_fixed", {"created_on": NOW}),
    ):
        with refused_by(rule):
            update(early, **columns)


def test_created_on_of_a_note_is_fixed():
    with refused_by("created_on_fixed"):
        update(NoteFactory(), created_on=date(2026, 2, 2))


def test_the_content_of_a_note_is_in_no_history():
    note = NoteFactory(text="zqsecret", place="zqsecret", segment="zqsecret", attribution="zqsecret")
    update(note, consent="nobody", consent_until=None, consent_how="", attribution="", withdrawal_code=None)
    found = execute("SELECT to_jsonb(e)::text FROM fieldwork_noteevent e WHERE id = %s", note.pk)
    assert (len(found), [line for (line,) in found if "zqsecret" in line or "withdrawal_code" in line]) == (2, [])


def seen_by(cast: Cast, note: Note) -> str:
    return "".join(role for role, user in cast.people.items() if Note.objects.visible_to(user).filter(pk=note.pk))


@pytest.mark.parametrize(
    ("fields", "roles"),
    [
        ({"consent": "nobody"}, "CDPMS"),
        ({"consent_until": TODAY}, "CDPMS"),
        ({"consent_until": TODAY - timedelta(days=1)}, "M"),
        ({"consent": "pending"}, "M"),
    ],
)
def test_a_note_without_consent_is_for_its_author_alone(fields: dict[str, Any], roles: str, cast: Cast):
    note = NoteFactory(cohort=cast.cohort, author=cast["M"], **fields)
    assert seen_by(cast, note) == roles
    owners = {role: find_note(note.pk, user, today_everywhere()) for role, user in cast.people.items()}
    assert "".join(role for role, owner in owners.items() if owner) == roles
    assert [bool(can) for can in (owners["M"].can_add, owners["M"].can_edit, owners["M"].can_edit_own)] == [False] * 3


def test_a_removed_note_is_for_nobody(cast: Cast):
    note = NoteFactory(cohort=cast.cohort, author=cast["M"])
    update(note, **EMPTY, removed_at=NOW, removal="withdrawn")
    assert seen_by(cast, note) == ""


def test_past_members_read_the_notes_of_their_time():
    last_day = date(2026, 3, 1)
    member = MembershipFactory(role="ambassador", ends_on=last_day)
    days = {"before": last_day, "after": last_day + timedelta(days=1)}
    notes = {name: NoteFactory(cohort=member.cohort, created_on=day) for name, day in days.items()}
    seen = Note.objects.visible_to(member.user)
    assert {name: seen.filter(pk=note.pk).exists() for name, note in notes.items()} == {"before": True, "after": False}
    own = {"cohort": member.cohort, "author": member.user, "consent": "pending"}
    found = {name: seen.filter(pk=NoteFactory(**own, created_on=day).pk).exists() for name, day in days.items()}
    assert found == {"before": True, "after": False}
    for changed_on in days.values():
        update(notes["before"], consent_changed_on=changed_on)
        assert seen.filter(pk=notes["before"].pk).exists() == (changed_on == last_day)
